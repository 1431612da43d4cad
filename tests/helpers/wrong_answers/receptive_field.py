"""Wrong answers to the exercises of the chapter ``receptive_field``."""

from notebook_exercises import WrongAnswers

WRONG: WrongAnswers = {
    "field of a stack": {
        "forget the jump": {"(kernel - 1) * jump": "kernel - 1"},
        "jump of the layer itself": {"(kernel - 1) * jump": "(kernel - 1) * jump * stride"},
        "add whole kernels": {"(kernel - 1)": "kernel"},
        "stride of the last layer": {
            "return size, jump": "return size, ([(0, 1)] + layers)[-1][1]"
        },
    },
    "centre of a cell": {
        "stretch the map": {"return ": "return (cell + 0.5) * jump - 0.5 #"},
        "centre without padding": {" - padding": ""},
        "whole pixels only": {" + cell * jump": " // 1 + cell * jump"},
        "first pixel": {"(kernel - 1) / 2 - padding": "-padding"},
    },
    "pixels inside the picture": {
        "count the padding": lambda size, stride, first, cell, length: min(size, length),
        "cut at the left only": {"min(start + size, length)": "start + size"},
        "below nothing": {"max(0, ": "max(-99, "},
        "forget the stride": {"cell * stride": "cell"},
    },
    "layers to see enough": {
        "round down": {"math.ceil": "math.floor"},
        "one pixel a layer": {"2 * stride": "stride"},
        "as if nothing stood before": {"2 * stride": "2"},
        "fewer than none": {"max(0, ": "max(-99, "},
    },
    "box of a gradient": {
        "above zero only": {"gradient.nonzero()": "gradient.clamp(min=0).nonzero()"},
        "count rows and columns": {
            "return ": "height, width = map(len, map(set, gradient.nonzero().T.tolist())); return "
        },
        "one short": {"rows.min() + 1": "rows.min()", "columns.min() + 1": "columns.min()"},
        "width first": {"int(height), int(width)": "int(width), int(height)"},
        "nearly zero is zero": {"gradient.nonzero()": "(gradient.abs() > 1e-8).nonzero()"},
    },
}
