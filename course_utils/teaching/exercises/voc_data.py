"""Checks of the exercises on masks and the data of segmentation."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from course_utils.data.masks import VOID
from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    refuse_slips,
    require_equal,
    require_number,
    shares_in,
)

Pair = tuple[Tensor, Tensor]
"""A picture ``(3, H, W)`` and its mask ``(H, W)``."""

POWERS = "0", "1/4", "1/2", "3/4", "1"
MEAN_IOUS = (0.329, 0.337, 0.341, 0.324, 0.295)
"""Of the answer by color, its votes weighted with 0, 1/4, 1/2, 3/4 and all of the power."""

LIST_SLIPS: dict[tuple[float, ...], str] = {
    (0.310, 0.314, 0.317, 0.301, 0.274): "measure without void: it counts nowhere",
    (0.885, 0.875, 0.866, 0.835, 0.763): "those are pixel accuracies; the mean IoU is asked for",
    (0.418, 0.449, 0.477, 0.501, 0.518): "those are mean accuracies; the mean IoU is asked for",
    (0.329, 0.338, 0.333, 0.303, 0.251): "take `weights`, and not one over the whole share",
    (0.329, 0.312, 0.301, 0.293, 0.284): "a rare class should count for more, not for less",
    (0.105, 0.295, 0.295, 0.295, 0.295): "`weights**power`, not `weights * power`",
    (0.295, 0.324, 0.341, 0.337, 0.329): "power 0, which is without weights, comes first",
    MEAN_IOUS: "nearly; compute each of the five, and give three digits behind the point",
}


@exercise("the weight of a class")
def the_weight_of_a_class(weight: float) -> None:
    """Median-frequency balancing for the ant of three small masks."""
    ant, rose, bee, background = 4 / 90, 16 / 90, 30 / 195, 235 / 285
    right = (bee + rose) / 2 / ant
    both = "four frequencies have two in the middle: take their mean"
    slips: dict[float, str] = {
        (30 + 16) / 2 / 4: (
            "divide by the pixels of the masks that hold the class, not by those of all three"
        ),
        (0.15 + 0.16) / 2 / 0.04: "void counts in no total either: mask A has 90 pixels",
        (ant + rose + bee + background) / 4 / ant: (
            "that is with the mean of the frequencies; the median is asked for"
        ),
        ((10 / 100 + 20 / 95) / 2 + rose) / 2 / ant: (
            "the bee is in two masks: divide all its pixels by all pixels of the two"
        ),
        bee / ant: both,
        rose / ant: both,
        (bee + rose) / 2: "that is the median; the weight is the median by the frequency",
        ant: "that is the frequency; the weight is the median by it",
        1 / right: "a rare class has a large weight: turn it around",
        1 / ant: "that is one by the frequency; the median belongs above it",
    }
    require_number(weight, right, slips=slips)


@exercise("a smaller mask")
def a_smaller_mask(answer: Callable[[Tensor, int], Tensor]) -> None:
    """A mask ``(H, W)`` and the side of a block → the class that most of each block has."""
    for rows, side in (
        ([[0, 0], [0, 2]], 2),
        ([[1, 1, 0, 2], [0, 3, 2, 2]], 2),
        ([[255, 255], [255, 2]], 2),
        ([[255, 255], [255, 255]], 2),
        ([[1, 1], [2, 2]], 2),
        ([[0, 4], [4, 0], [7, 7], [5, 5]], 2),
        ([[0, 2], [2, 0]], 1),
        ([[0, 0, 3], [3, 3, 255], [255, 255, 1]], 3),
        ([[20, 254], [254, 20], [254, 255], [3, 255]], 2),
    ):
        mask = torch.tensor(rows, dtype=torch.uint8)
        before, call = mask.clone(), f"{name_of(answer)}({rows}, {side})"
        found = answer(mask, side)
        assert torch.equal(mask, before), f"{call} changes the mask that it gets"
        given = found.tolist() if isinstance(found, Tensor) else found
        require_equal(call, given, _majority(rows, side))
    mask = torch.randint(0, 4, (12, 20), generator=torch.Generator().manual_seed(0))
    mask = mask.where(mask != 3, VOID).to(torch.uint8)
    call = f"{name_of(answer)}(a mask of 12×20, 4)"
    found = answer(mask, 4)
    assert isinstance(found, Tensor), f"{call} gives {type(found).__name__}, not a tensor"
    require_equal(f"the shape of {call}", tuple(found.shape), (3, 5))
    right = torch.tensor(_majority(mask.tolist(), 4))
    assert torch.equal(found.long(), right), f"{call} has the wrong class in some blocks"


def _majority(rows: Sequence[Sequence[int]], side: int) -> list[list[int]]:
    def vote(top: int, left: int) -> int:
        block = [c for row in rows[top : top + side] for c in row[left : left + side]]
        known = [c for c in block if c != VOID]
        return max(sorted(set(known)), key=known.count, default=VOID)

    tops, lefts = range(0, len(rows), side), range(0, len(rows[0]), side)
    return [[vote(top, left) for left in lefts] for top in tops]


@exercise("less of it")
def less_of_it(ious: Sequence[float]) -> None:
    """Mean IoUs of the answer by color, with weights to five powers."""
    found = shares_in(ious, POWERS)
    if all(abs(a - b) < 0.0015 for a, b in zip(found, MEAN_IOUS, strict=True)):
        return
    refuse_slips(found, LIST_SLIPS, 0.0055)
    raise AssertionError(
        "look at your list: each number is `confusion(val_truth, answer).mean_iou`, where the "
        "answer is the class with the most weighted votes of the pixel's color"
    )


@exercise("more ants")
def more_ants(answer: Callable[[Tensor, Tensor, Tensor, Tensor, int], Pair]) -> None:
    """Two pictures and masks, and a class → a picture and a mask with the other's things."""
    void = VOID
    donors: list[tuple[list[list[int]], int]] = [
        ([[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]], 1),
        ([[void, void, void, 0], [void, 1, void, 0], [void, void, void, void]], 1),
        ([[1, void, void, 2], [void, void, 0, void], [0, 0, void, 2]], 1),
        ([[1, void, void, 2], [void, void, 0, void], [0, 0, void, 2]], 2),
        ([[0, 0, void, void], [0, 3, 3, void], [1, 1, 0, 0]], 1),
        ([[0, 0, 0, 0], [2, 2, void, 0], [0, 0, 0, 0]], 1),
        ([[0, 0, 0, 0], [1, 1, void, 0], [0, 0, 0, 0]], 0),
    ]
    for rows, index in donors:
        donor_mask = torch.tensor(rows, dtype=torch.uint8)
        mask = torch.tensor([[0, 2, 2, void], [0, 1, 0, 0], [5, 5, 0, 0]], dtype=torch.uint8)
        numbers = torch.arange(36, dtype=torch.uint8).view(3, 3, 4)
        given = numbers, mask, numbers + 100, donor_mask
        copies = [one.clone() for one in given]
        picture, labels, other, its_labels = copies
        call = f"{name_of(answer)}(picture, mask, donor, {rows}, {index})"
        found = answer(picture, labels, other, its_labels, index)
        pair = isinstance(found, list | tuple) and len(found) == 2
        if found is not None:
            assert pair, f"{call} gives {type(found).__name__}, not a picture and a mask"
        else:
            require_equal(call, found, "a picture and a mask")
        for one, before in zip(copies, given, strict=True):
            assert torch.equal(one, before), f"{call} changes what it gets: make copies"
        taken = torch.tensor(_taken(rows, index))
        require_equal(f"the mask of {call}", found[1].tolist(), _mixed(taken, donor_mask, mask))
        wanted = _mixed(taken, numbers + 100, numbers)
        assert found[0].tolist() == wanted, f"the picture of {call} has other pixels than its mask"


def _mixed(taken: Tensor, here: Tensor, elsewhere: Tensor) -> list[list[int]]:
    mixed: list[list[int]] = torch.where(taken, here, elsewhere).tolist()
    return mixed


def _taken(rows: Sequence[Sequence[int]], index: int) -> list[list[bool]]:
    """Whether each pixel is of the class, or void that touches it."""

    def touches(y: int, x: int) -> bool:
        near = [row[max(x - 1, 0) : x + 2] for row in rows[max(y - 1, 0) : y + 2]]
        return any(index in row for row in near)

    return [
        [value == index or (value == VOID and touches(y, x)) for x, value in enumerate(row)]
        for y, row in enumerate(rows)
    ]
