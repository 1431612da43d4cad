"""Checks of the exercises on skip connections."""

from collections.abc import Callable, Sequence
from math import log

import torch
from torch import Tensor, nn
from torch.nn import functional as F

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


SIZES: tuple[tuple[tuple[int, ...], tuple[int, int]], ...] = (
    ((32,), (64, 96)),
    ((8, 16, 32), (88, 120)),
    ((32, 16, 8), (50, 70)),
    ((32, 16, 8, 4), (50, 77)),
)
"""Strides of the maps, and a picture; only the first picture's sides are multiples of 32."""


@exercise("a sum of scores")
def a_sum_of_scores(answer: Callable[[dict[int, int], int], nn.Module]) -> None:
    """A class: channels by stride and a number of classes → a head with silent skips."""
    generator = torch.Generator().manual_seed(0)
    for strides, size in SIZES:
        channels = {stride: 5 + place for place, stride in enumerate(strides)}
        given = dict(channels)
        head = answer(given, 3)
        call = f"{name_of(answer)}({channels}, 3)"
        assert given == channels, f"{call} changes the channels that it gets"
        assert isinstance(head, nn.Module), f"{call} gives {type(head).__name__}, not a module"
        scores = _scores_of(head, channels, call)
        for stride, score in scores.items():
            silent = not any(weight.any() for weight in score.parameters())
            wanted = stride != max(strides)
            assert silent == wanted, (
                f"{call}: the scores at stride {stride} begin {'' if silent else 'not '}with zeros"
            )
        for weight in head.parameters():
            nn.init.normal_(weight, generator=generator)
        maps = {
            at: torch.randn(2, count, *(-(-side // at) for side in size), generator=generator)
            for at, count in channels.items()
        }
        _try_head(head, scores, maps, size, f"{call} with a picture of {size[0]}×{size[1]}")


def _scores_of(head: nn.Module, channels: dict[int, int], call: str) -> dict[int, nn.Conv2d]:
    """The 1×1 convolution of each stride; no two maps have the same channels."""
    count = sum(weight.numel() for weight in head.parameters())
    wanted = sum(3 * (one + 1) for one in channels.values())
    assert count == wanted, (
        f"{call} has {count} weights, not {wanted}: a 1×1 convolution with a bias for each map, "
        "and none that enlarges"
    )
    found = {one.in_channels: one for one in head.modules() if isinstance(one, nn.Conv2d)}
    missing = [stride for stride, count in channels.items() if count not in found]
    assert not missing, f"{call}: no convolution for the {channels[missing[0]]} channels of a map"
    return {stride: found[count] for stride, count in channels.items()}


@torch.no_grad()
def _try_head(
    head: nn.Module,
    scores: dict[int, nn.Conv2d],
    maps: dict[int, Tensor],
    size: tuple[int, int],
    call: str,
) -> None:
    """Compare with scores that are doubled, cut at the right and below, and added."""
    found = head(dict(maps), size)
    total = torch.zeros(())
    for stride in sorted(maps, reverse=True):
        finer = scores[stride](maps[stride])
        if total.dim():
            total = _enlarged(total, 2)[..., : finer.shape[-2], : finer.shape[-1]]
        total = total + finer
    wanted = _enlarged(total, min(maps))[..., : size[0], : size[1]]
    require_close(call, found, wanted, absolute=1e-4)


def _enlarged(scores: Tensor, factor: int) -> Tensor:
    return F.interpolate(scores, scale_factor=factor, mode="bilinear")
