"""Checks of the exercises on skip connections."""

from collections.abc import Callable, Sequence
from math import log

import torch
from torch import Tensor

from course_utils.data.masks import VOID
from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    refuse_slips,
    require_close,
    require_equal,
    require_number,
    shares_in,
)
from course_utils.training.boundary_metrics import near_border
from course_utils.training.losses import dice_loss

LARGER = (0.736, 0.696, 0.430)
"""Mean IoU of ``scenes-fcn32s`` on every fourth validation picture, enlarged 1, 1.5 and 2 times."""


@exercise("the first step")
def the_first_step(margin: float) -> None:
    """Ant minus ground after one step of SGD on the two weights of a skip that began at zero."""
    start = -log(3)
    slips: dict[float, str] = {
        start: "that is the start; a weight of 0 has a gradient all the same",
        start + 0.675: "the weight of ground moves, too",
        start - 1.35: "a step goes against the gradient",
        start + 0.45: "the value of the map counts in the gradient, and again in the new score",
        start + 0.15: "the value of the map counts, in the gradient and again in the new score",
        start + 13.5: "the learning rate is 0.1",
        1.35: "the scores of the coarse map are still there",
        start + 1.8: "the error is the probability less the target, not 1",
    }
    require_number(margin, start + 1.35, slips=slips)


def _maps() -> list[Tensor]:
    """Labels with a border, with void, of one row, and without any border."""
    square = torch.zeros(9, 11, dtype=torch.int64)
    square[3:6, 4:8] = 1
    rim = square.clone()
    rim[2, 3:9] = VOID
    corner = torch.full((7, 6), 4)
    corner[0, 0] = 2
    noise = torch.randint(0, 3, (8, 8), generator=torch.Generator().manual_seed(0))
    return [square, rim, corner, corner[:1].clone(), torch.full((5, 5), 3), noise]


@exercise("the band")
def the_band(answer: Callable[[Tensor, int], Tensor]) -> None:
    """Labels ``(H, W)`` and a width → the pixels near a border ``(H, W)``, bool."""
    for labels in _maps():
        for width in (1, 2, 3):
            given = labels.clone()
            found = answer(given, width)
            size = "×".join(map(str, labels.shape))
            call = f"{name_of(answer)}(labels of {size} pixels, {width})"
            assert torch.equal(given, labels), f"{call} changes the labels that it gets"
            if found is None:
                require_equal(call, found, "a tensor")
            assert isinstance(found, Tensor), f"{call} gives {type(found).__name__}, not a tensor"
            require_equal(f"the shape of {call}", tuple(found.shape), tuple(labels.shape))
            require_equal(f"the type of {call}", found.dtype, torch.bool)
            wanted = near_border(labels[None], width)[0]
            wrong = (found.cpu() != wanted).nonzero().tolist()
            if wrong:
                row, column = wrong[0]
                truth = bool(wanted[row, column])
                raise AssertionError(
                    f"{call} has {len(wrong)} wrong pixels; the first, in row {row} and column "
                    f"{column}, should be {truth}"
                )


@exercise("larger pictures")
def larger_pictures(larger: Sequence[float]) -> None:
    """Mean IoU of FCN-32s on pictures enlarged 1, 1.5 and 2 times."""
    values = shares_in(larger, ("1", "1.5", "2"))
    slips: dict[tuple[float, ...], str] = {
        (0.736, 0.736, 0.736): "all three are alike: are the pictures enlarged?",
        (0.802, 0.736, 0.462): "those are FCN-8s: take coarse_net",
        (0.949, 0.944, 0.903): "that is pixel accuracy, not mean IoU",
        (0.27, 0.29, 0.13): "that is the IoU of ants, not the mean",
        LARGER[::-1]: "the order is 1, 1.5, 2",
    }
    refuse_slips(values, slips, 0.008)
    for factor, found, wanted in zip((1, 1.5, 2), values, LARGER, strict=True):
        assert abs(found - wanted) <= 0.01, f"your mean IoU at the factor {factor} is another"


def _batches() -> list[tuple[Tensor, Tensor]]:
    """Logits and labels: with void, with a class that is missing, with an empty picture."""
    generator = torch.Generator().manual_seed(0)
    batches = []
    for classes, size in ((2, (1, 4, 5)), (4, (2, 6, 3)), (5, (3, 4, 4))):
        batch, *picture = size
        logits = 2 * torch.randn(batch, classes, *picture, generator=generator)
        labels = torch.randint(0, max(classes - 1, 2), size, generator=generator)
        labels[:, 0] = VOID
        batches.append((logits, labels))
    batches[-1][1][0] = VOID
    return batches


@exercise("dice of all")
def dice_of_all(answer: Callable[[Tensor, Tensor], Tensor]) -> None:
    """Logits ``(N, C, H, W)`` and labels ``(N, H, W)`` → one number, with a gradient."""
    for logits, labels in _batches():
        given, marked = logits.clone().requires_grad_(), labels.clone()
        found = answer(given, marked)
        size = "×".join(map(str, logits.shape))
        call = f"{name_of(answer)}(logits of {size}, labels)"
        assert torch.equal(given, logits) and torch.equal(marked, labels), (
            f"{call} changes what it gets"
        )
        wanted = dice_loss(logits.requires_grad_(), labels, VOID)
        assert found is None or isinstance(found, Tensor), f"{call} gives no tensor"
        require_close(call, None if found is None else found[None], wanted.detach()[None])
        assert found.requires_grad, f"{call} is right, but no gradient reaches the logits"
        (ours,) = torch.autograd.grad(found, given)
        (theirs,) = torch.autograd.grad(wanted, logits)
        require_close(f"the gradient of {call}", ours, theirs, absolute=1e-6)
