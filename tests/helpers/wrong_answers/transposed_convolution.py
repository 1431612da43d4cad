"""Wrong answers to the exercises of the chapter ``transposed_convolution``."""

from notebook_exercises import WrongAnswers

WRONG: WrongAnswers = {
    "size after a transposed convolution": {
        "add the padding": {"- 2 * padding": "+ 2 * padding"},
        "pad one side": {"- 2 * padding": "- padding"},
        "as for a convolution": lambda cells, kernel, stride, padding: (
            (cells + 2 * padding - kernel) // stride + 1
        ),
        "cells times stride": lambda cells, kernel, stride, padding: cells * stride,
    },
    "scatter and add": {
        "overwrite": {"+= cell": "= cell"},
        "turn the kernel": {"cell * kernel": "cell * kernel.flip(0)"},
        "stride of one": {"size = len(kernel)": "size, stride = len(kernel), 1"},
    },
    "weights of the tent": {
        "one formula for all": {" if kernel_size % 2 else factor - 0.5": ""},
        "factor rounded down": {
            "(kernel_size + 1) // 2": "max(1, kernel_size // 2)",
            "factor - 1 if kernel_size % 2 else factor - 0.5": "(kernel_size - 1) / 2",
        },
        "sum of one": {"1 - abs(i - middle) / factor": "(1 - abs(i - middle) / factor) / factor"},
    },
    "layer for a factor": {
        "kernel as large as the factor": lambda factor: (factor, factor, 0),
        "even factors only": {" - factor % 2": ""},
        "no padding": {"(kernel - factor) // 2": "0"},
        "three times the factor": lambda factor: (3 * factor, factor, factor),
    },
    "free of checkerboards": {
        "the stride divides it": lambda weight, stride: len(weight) % stride == 0,
        "all weights are equal": lambda weight, stride: bool(weight.max() == weight.min()),
        "rows only": {"column::stride": ":"},
        "skip empty places": {
            "    return": "    sums = [value for value in sums if value]\n    return"
        },
    },
}
