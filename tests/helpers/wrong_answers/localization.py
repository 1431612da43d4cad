"""Wrong answers to the exercises of the chapter ``localization``."""

from notebook_exercises import WrongAnswers

WRONG: WrongAnswers = {
    "where a position belongs": {
        "stretched": lambda position, size, stride, scale: (position + 0.5) * stride / scale - 0.5,
        "first pixel of the window": {" + (size - 1) / 2": ""},
        "half a pixel off": {"(size - 1) / 2": "size / 2"},
        "in the pixels of the copy": {"(middle + 0.5) / scale - 0.5": "middle"},
        "pixels scaled as if they were edges": {"(middle + 0.5) / scale - 0.5": "middle / scale"},
    },
    "windows and cells": {
        "windows alone": {"return inside, cells": "return inside, inside"},
        "windows without overlap": {"(length - 224) // 32 + 1": "length // 224"},
        "the last one forgotten": {"// 32 + 1": "// 32"},
    },
    "boxes of a mask": {
        "one box around all": {"ndimage.label(mask.numpy())": "mask.numpy().astype(int), 1"},
        "edges without the last pixel": {
            "columns.stop, rows.stop": "columns.stop - 1, rows.stop - 1"
        },
        "rows before columns": {"for rows, columns in": "for columns, rows in"},
    },
    "intersection over union": {
        "shared by the sum of the areas": {"(sum(areas) - shared)": "sum(areas)"},
        "shared by the smaller area": {"(sum(areas) - shared)": "min(areas)"},
        "negative widths multiplied": {"max(0, width) * max(0, height)": "width * height"},
    },
    "keep the best": {
        "dropped ones drop others": {
            "for _, other in kept]": "for s, other in scored if s > score]"
        },
        "in the order given": {"sorted(scored, reverse=True)": "scored"},
        "the best alone": {"for score, _ in kept]": "for score, _ in kept[:1]]"},
    },
    "class of the panorama": {
        "the largest logit": {".softmax(dim=0)": "", "= -1": "= float('-inf')"},
        "softmax over the positions": {"softmax(dim=0).flatten(1)": "flatten(1).softmax(dim=1)"},
        "background may win": {"peaks[nothing] = -1": "pass"},
        "the class of most cells": lambda logits, nothing: int(
            logits.argmax(dim=0).flatten().mode().values
        ),
    },
}
