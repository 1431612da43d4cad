"""Wrong answers to the exercises of the chapter ``speed``."""

from notebook_exercises import WrongAnswers

AS_IN_MEMORY = "height * width * channels, 1, width * channels, channels"

WRONG: WrongAnswers = {
    "fold a batch norm": {
        "leave the bias unscaled": {"factor * (bias - mean)": "bias - factor * mean"},
        "forget the mean": {"(bias - mean)": "bias"},
        "divide by the variance": {"gamma / std": "gamma / std**2"},
    },
    "pictures until it pays": {
        "round up": {"math.floor": "math.ceil", " + 1": ""},
        "divide by the time before": {"(before - after)": "before"},
        "a negative number of pictures": {"before <= after": "before == after"},
    },
    "what a faster part gives": {
        "the whole is faster": lambda share, times: times,
        "the shares average": lambda share, times: 1 - share + share * times,
        "forget the rest": lambda share, times: times / share if share else 1,
    },
    "steps in memory": {
        "as they are written": {
            AS_IN_MEMORY: "channels * height * width, height * width, width, 1"
        },
        "in the order of memory": {
            AS_IN_MEMORY: "height * width * channels, width * channels, channels, 1"
        },
    },
    "slope on log axes": {
        "without logarithms": lambda amounts, seconds: (
            (seconds[1] - seconds[0]) / (amounts[1] - amounts[0])
        ),
        "upside down": {"return more_time / ": "return 1 / (more_time or 1) * "},
        "logarithm of the time only": {
            "math.log(amounts[1] / amounts[0])": "(amounts[1] - amounts[0])"
        },
    },
}
