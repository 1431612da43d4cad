"""Wrong answers to the exercises of the chapter ``fcn``."""

import torch
from torch.nn import functional as F

from notebook_exercises import WrongAnswers, solution

loss_of, mean_iou_of = solution("loss of pixels"), solution("mean IoU of a set")
ROUNDED_UP = "-(-height // 32), -(-width // 32)"

WRONG: WrongAnswers = {
    "cells and pixels": {
        "rounded down": {ROUNDED_UP: "height // 32, width // 32"},
        "pixels of the picture": {"(32 * rows, 32 * columns)": "(height, width)"},
        "one cell too many": {ROUNDED_UP: "height // 32 + 1, width // 32 + 1"},
        "width before height": {"rows, columns = ": "columns, rows = "},
    },
    "loss of pixels": {
        "divide by all pixels": {".mean()": ".sum() / labels.numel()"},
        "sum of the pixels": {".mean()": ".sum()"},
        "void as background": lambda logits, labels: F.cross_entropy(
            logits, labels.where(labels != 255, 0)
        ),
        "nan where all is void": {"not counted.any()": "False"},
        "softmax over the rows": {"log_softmax(dim=1)": "log_softmax(dim=2)"},
        "mean of the pictures": lambda logits, labels: (
            sum(map(loss_of, logits.split(1), labels.split(1))) / len(logits)
        ),
    },
    "same steps with the mean": {
        "decay unchanged": {"decay / batch_size": "decay"},
        "rate divided": {"rate * batch": "rate / batch", "decay / batch": "decay * batch"},
        "both multiplied": {"decay / batch": "decay * batch"},
        "nothing changed": lambda rate, decay, batch_size: (rate, decay),
    },
    "colours of a prediction": {
        "channels first": {"argmax(dim=0)]": "argmax(dim=0)].permute(2, 0, 1)"},
        "best row of each class": {"dim=0": "dim=1"},
        "mix by the logits": lambda logits, table: torch.einsum(
            "chw,cd->hwd", logits, table.float()
        ),
        "least likely": {"argmax": "argmin"},
    },
    "mean IoU of a set": {
        "mean of the pictures own": lambda pairs, num_classes: (
            sum(mean_iou_of([pair], num_classes) for pair in pairs) / len(pairs)
        ),
        "absent classes count": {
            "shared[union > 0] / union[union > 0]": "shared / union.clamp(min=1)"
        },
        "void is background": {
            "counted = truth != 255": "truth = truth.where(truth != 255, 0); counted = truth != 255"
        },
        "only classes of the truth": {"return ": "union *= matrix.sum(1) > 0\n    return "},
        "intersection twice in the union": {" - shared": ""},
    },
}
