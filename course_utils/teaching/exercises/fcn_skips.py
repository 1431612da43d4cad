"""Checks of the exercises on skip connections."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.models.registry import HEADS, build_classifier
from course_utils.teaching.exercises.checks import exercise, require_equal

Size = tuple[int, int]
"""Height and width, or rows and columns."""


TRUTH = torch.tensor([[0, 0, 1, 1], [0, 255, 1, 2]])


ANSWER = torch.tensor([[0, 1, 1, 1], [1, 0, 2, 2]])


@exercise("cells of a map")
def cells_of_a_map(answer: Callable[[int, int, int], Size]) -> None:
    """Height, width and stride → rows and columns of cells."""
    for height, width, stride in (
        (320, 480, 32),
        (320, 480, 8),
        (321, 479, 32),
        (97, 225, 16),
        (1, 33, 32),
        (88, 90, 8),
    ):
        found = answer(height, width, stride)
        pair = None if found is None else tuple(found)
        expected = ((height + stride - 1) // stride, (width + stride - 1) // stride)
        require_equal(f"cells_of({height}, {width}, {stride})", pair, expected)


@exercise("add a skip")
def add_a_skip(answer: Callable[[Tensor, Tensor], Tensor]) -> None:
    """Coarse scores ``(N, C, h, w)``, fine ones ``(N, C, H, W)`` → their sum, as the fine ones."""
    generator = torch.Generator().manual_seed(0)
    for rows, columns in ((6, 8), (5, 8), (6, 7), (5, 7)):
        coarse = torch.randn(2, 3, (rows + 1) // 2, (columns + 1) // 2, generator=generator)
        fine = torch.randn(2, 3, rows, columns, generator=generator)
        given = fine.clone()
        found = answer(coarse, given)
        call = f"add_skip of {tuple(coarse.shape[-2:])} and {(rows, columns)} cells"
        assert isinstance(found, Tensor), f"{call} gives {type(found).__name__}, not a tensor"
        assert torch.equal(given, fine), f"{call} changes the scores that it was given"
        require_equal(f"{call}: the shape", tuple(found.shape), (2, 3, rows, columns))
        doubled = F.interpolate(coarse, scale_factor=2, mode="bilinear")[..., :rows, :columns]
        gap = (found - fine - doubled).abs().max().item()
        assert gap < 1e-5, f"{call} is off by up to {gap:.3f}"


@exercise("weights of the head")
def weights_of_the_head(answer: Callable[[list[int], int], int]) -> None:
    """Channels of the scored maps and number of classes → weights of the head."""
    for build, channels in zip(HEADS.values(), ([512], [512, 256], [512, 256, 128]), strict=True):
        for classes in (21, 8):
            head = build(build_classifier("resnet18", 1, None), classes, depthwise=True).head
            expected = sum(weight.numel() for weight in head.parameters())
            call = f"head_weights({channels}, {classes})"
            require_equal(call, answer(list(channels), classes), expected)


@exercise("right near a border")
def right_near_a_border(answer: Callable[[Tensor, Tensor, Tensor], float]) -> None:
    """Truth, answer and band ``(H, W)`` → share of the band's pixels that are right."""
    for band, expected in (
        ([[1, 1, 0, 0], [0, 0, 0, 0]], 1 / 2),
        ([[0, 1, 1, 0], [0, 1, 1, 1]], 2 / 4),
        ([[1, 1, 1, 1], [1, 1, 1, 1]], 4 / 7),
        ([[0, 0, 0, 0], [0, 1, 0, 0]], 0.0),
    ):
        found = answer(TRUTH.clone(), ANSWER.clone(), torch.tensor(band, dtype=torch.bool))
        rounded = None if found is None else round(float(found), 6)
        require_equal(f"right_near_border with the band {band}", rounded, round(expected, 6))


@exercise("better with every seed")
def better_with_every_seed(answer: Callable[[list[float], list[float]], bool]) -> None:
    """A number for each seed, twice → whether the second is better with every seed."""
    for before, after, expected in (
        ([0.5, 0.6, 0.7], [0.6, 0.7, 0.8], True),
        ([0.5, 0.6, 0.7], [0.9, 0.9, 0.69], False),
        ([0.5, 0.6, 0.7], [0.6, 0.6, 0.8], False),
        ([0.7, 0.5, 0.6], [0.71, 0.51, 0.61], True),
    ):
        found = answer(list(before), list(after))
        call = f"better_with_every_seed({before}, {after})"
        require_equal(call, None if found is None else bool(found), expected)
