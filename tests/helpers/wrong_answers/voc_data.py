"""Wrong answers to the exercises of the chapter ``voc_data``."""

from notebook_exercises import WrongAnswers, solution

crop_both = solution("random crop of both")

WRONG: WrongAnswers = {
    "colour of a class": {
        "lowest bit first": {"128 >> bit // 3": "1 << bit // 3"},
        "three bits only": {"range(8)": "range(3)"},
        "blue first": {"tuple(color)": "tuple(color[::-1])"},
        "void is white": {"return ": "return (255, 255, 255) if index == 255 else "},
    },
    "accuracy without void": {
        "count void": {"truth != 255": "truth == truth"},
        "void as background": {
            "counted = ": "truth = truth.where(truth != 255, 0)\n    counted = "
        },
        "divide by all": {".mean()": ".sum().div(truth.numel())"},
        "leave out background": {"truth != 255": "(truth != 255) & (truth != 0)"},
        "void alone is nan": {"not counted.any()": "False"},
    },
    "random crop of both": {
        "crop twice": lambda *given: (crop_both(*given)[0], crop_both(*given)[1]),
        "always the corner": {"top = ": "top = 0 * ", "left = ": "left = 0 * "},
        "never the last": {"- height)": "- height - 1)", "- width)": "- width - 1)"},
        "height and width swapped": lambda picture, mask, height, width: crop_both(
            picture, mask, width, height
        ),
    },
    "pictures that remain": {
        "compare areas": {
            "size[0] >= crop[0] and size[1] >= crop[1]": "size[0] * size[1] >= crop[0] * crop[1]"
        },
        "compare tuples": {"size[0] >= crop[0] and size[1] >= crop[1]": "size >= crop"},
        "strictly larger": {"size[0] >=": "size[0] >", "size[1] >=": "size[1] >"},
        "turn upright pictures": {"in sizes": "in map(sorted, sizes)"},
    },
    "baseline of the majority": {
        "count absent classes": {"sum(count > 0 for count in counts)": "len(counts)"},
        "accuracy twice": {" / sum(count > 0 for count in counts)": ""},
        "first class is the majority": {"max(counts)": "counts[0]"},
    },
}
