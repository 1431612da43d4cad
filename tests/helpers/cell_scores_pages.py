"""What a chapter gives the figure of a cell's scores, from a small FCN-32s with random weights."""

from copy import deepcopy
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torchvision.transforms.v2.functional import to_pil_image

from course_utils.models import fcn32s, resnet18
from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html
from course_utils.teaching.touchable.pictures import address

HEIGHT, WIDTH, CELL = 70, 105, 32
NAMES = ("ground", "ant", "bee")
COLORS = ("#000000", "#800000", "#008000")
VOID = 255
ALT = "A picture under a grid of cells, and the answer beside it; bars of three scores."
CAPTION = "Move over the picture: the scores of the cell below your hand."


@cache
def computed() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Picture ``(3, H, W)``, scores ``(classes, h, w)``, answer and truth ``(H, W)``."""
    torch.manual_seed(0)
    net = fcn32s(resnet18(2, stem_width=8), len(NAMES), depthwise=True).eval()
    picture = torch.rand(3, HEIGHT, WIDTH)
    with torch.inference_mode():
        scores = net.head.score(net.body(picture[None])[32])[0]
        scores = 3 * (scores - scores.mean()) / scores.std() + torch.randn(scores.shape)
        enlarged = net.head.enlarge(scores[None])[0, :, :HEIGHT, :WIDTH]
    answer = enlarged.argmax(dim=0)
    truth = torch.where(torch.rand(HEIGHT, WIDTH) < 0.2, VOID, answer.roll(11, dims=1))
    return picture, scores, answer, truth


@cache
def _data() -> dict[str, Any]:
    picture, scores, answer, truth = computed()
    return {
        "picture": {
            "image": address(to_pil_image(picture), "PNG"),
            "size": [HEIGHT, WIDTH],
        },
        "classes": list(NAMES),
        "colors": list(COLORS),
        "cell": CELL,
        "scores": scores.permute(1, 2, 0).tolist(),
        "answer": answer.tolist(),
        "truth": truth.tolist(),
        "start": [1, 2],
    }


def cell_scores_data() -> dict[str, Any]:
    """What a chapter gives the figure."""
    return deepcopy(_data())


def cell_scores_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    design = DESIGNS["cell_scores"]()
    return as_html("cell_scores", design, data or cell_scores_data(), ALT, CAPTION)


def shares_of(labels: Tensor, row: int, column: int) -> str:
    """The classes of a cell's pixels in percent, the most frequent first, counted by PyTorch."""
    part = labels[row * CELL : (row + 1) * CELL, column * CELL : (column + 1) * CELL]
    counts = torch.bincount(part.flatten(), minlength=VOID + 1)
    order = sorted((VOID, *range(len(NAMES))), key=lambda k: (-counts[k].item(), k % VOID, k))
    said = []
    for k in order:
        share = 100 * counts[k].item() / part.numel()
        name = "void" if k == VOID else NAMES[k]
        said += [f"{name} {'<1' if share < 0.5 else f'{share:.0f}'} %"] * bool(counts[k])
    return ", ".join(said)
