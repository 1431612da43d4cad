"""Checks of the exercises on convolutions."""

from collections.abc import Callable, Iterator
from itertools import product

import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_close,
    require_equal,
    require_number,
)

Convolution = Callable[[Tensor, Tensor, int, int], Tensor]
"""Picture, kernels, stride and padding → maps."""


@exercise("how much work")
def how_much_work(multiply_adds: float) -> None:
    """Of 8 kernels of 5×5 on 3 channels of 32×32, with stride 2 and padding 1."""
    weights = 8 * 3 * 5 * 5
    slips: dict[float, str] = {
        weights * 16**2: "14.5 is rounded down: the window does not stand half outside",
        weights * 14**2: "from 0 to the last place, both count; is the padding on both sides?",
        weights * 30**2: "with stride 2 the window visits every second place only",
        weights * 15: "the window moves in two directions",
        weights * 32**2: "how many cells have the maps?",
        3 * 5 * 5 * 15**2: "that is the work of one kernel, and there are 8",
        8 * 5 * 5 * 15**2: "a kernel reaches through all 3 channels",
        (weights + 8) * 15**2: "a bias is added and not multiplied",
        8 * 3 * 74**2: "products with the zeros of the border count, too",
        weights: "those are the weights; how often is each used?",
        weights + 8: "those are the weights and biases; how often is each weight used?",
        8 * 15**2: "so many answers there are; how many products make one?",
        3 * 32**2 * 8 * 15**2: "that is a fully connected layer, where each answer sees all pixels",
    }
    require_number(multiply_adds, weights * 15**2, absolute=0.5, slips=slips)


@exercise("the whole convolution")
def the_whole_convolution(answer: Convolution) -> None:
    """Picture ``(C, H, W)`` and kernels ``(K, C, h, w)`` → maps ``(K, H', W')``."""
    for channels, side, kernels, window, stride, padding in (
        (1, (5, 5), 1, (3, 3), 1, 0),
        (2, (4, 6), 3, (3, 3), 1, 0),
        (3, (5, 7), 2, (2, 3), 1, 1),
        (2, (6, 7), 4, (3, 2), 2, 0),
        (2, (7, 8), 3, (3, 3), 3, 2),
        (3, (4, 5), 5, (4, 5), 1, 0),
        (4, (3, 3), 2, (1, 1), 2, 0),
    ):
        picture = _some_numbers(channels, *side, seed=1)
        weights = _some_numbers(kernels, channels, *window, seed=2)
        _try_convolution(answer, picture, weights, stride, padding)


def _try_convolution(
    answer: Convolution, picture: Tensor, kernels: Tensor, stride: int, padding: int
) -> None:
    call = (
        f"{name_of(answer)}(picture {tuple(picture.shape)}, kernels {tuple(kernels.shape)}, "
        f"{stride}, {padding})"
    )
    given = picture.clone(), kernels.clone()
    found = answer(*given, stride, padding)
    assert torch.equal(given[0], picture), f"{call} changes the picture that it gets"
    assert torch.equal(given[1], kernels), f"{call} changes the kernels that it gets"
    expected = F.conv2d(picture[None], kernels, stride=stride, padding=padding)[0]
    if isinstance(found, Tensor):
        found = found.to(expected.dtype)  # an answer may compute in another precision
    same_shape = isinstance(found, Tensor) and found.shape == expected.shape
    turned = F.conv2d(picture[None], kernels.flip(-1, -2), stride=stride, padding=padding)[0]
    if same_shape and not torch.allclose(expected, turned):
        assert not torch.allclose(found, turned), f"{call} turns the kernels by 180°"
    require_close(call, found, expected)


def _some_numbers(*shape: int, seed: int) -> Tensor:
    """Halves from −2 to 2, but for 0, as float32: sums of their products are exact."""
    random = torch.Generator().manual_seed(seed)
    numbers = torch.randint(1, 5, shape, generator=random)
    return numbers * (2 * torch.randint(2, shape, generator=random) - 1) / 2


@exercise("without the average")
def without_the_average(shares: Tensor) -> None:
    """Five trainings on bars in the left half, by a head with weights for each place → (5, 2).

    On the left at least 0.99 are right; on the right 0.48 to 0.57, and 0.52 is the mean.
    """
    assert shares is not None, 'call measure with your network, and "left"'
    assert isinstance(shares, Tensor), f"your answer is a {type(shares).__name__}, not a tensor"
    require_equal("the shape of your answer", tuple(shares.shape), (5, 2))
    left, right = shares.double().T
    assert left.min() > 0.5 or right.min() < 0.9, (
        "your columns are exchanged, or your bars are: training is on the left"
    )
    assert left.mean() <= 1, "give your shares from 0 to 1"
    assert left.min() >= 0.9, "on the left your shares are too low; did you train there?"
    assert left.mean() >= 0.985 or right.max() >= 0.5, (
        "these look like your shares of the connected network: keep the convolutions"
    )
    assert right.mean() < 0.7, (
        "on the right your shares are too high: is the average still in, or did you train there?"
    )
    assert right.min() > 0.4, (
        "on the right your shares are worse than a guess; are the labels right?"
    )
    assert len(set(right.tolist())) > 1, (
        "five trainings, and all your rows alike? measure gives five"
    )


@exercise("a classifier that nobody trained")
def a_classifier_that_nobody_trained(answer: Callable[[Tensor], Tensor]) -> None:
    """Pictures ``(N, 1, H, W)`` of stripes → 0 for horizontal ones, 1 for vertical ones."""
    for what, pictures, truth in _striped_pictures():
        before, call = pictures.clone(), f"{name_of(answer)}(pictures)"
        found = answer(pictures)
        assert torch.equal(pictures, before), f"{call} changes the pictures that it gets"
        if found is None:
            require_equal(call, found, truth)
        assert isinstance(found, Tensor), f"{call} gives {type(found).__name__}, not a tensor"
        require_equal(f"the shape of {call}", tuple(found.shape), tuple(truth.shape))
        right = int((found.cpu() == truth).sum())
        turned = "; is it 0 for horizontal ones?" if right == 0 else ""
        assert right == len(truth), (
            f"of {len(truth)} pictures {what}, {call} gets {right} right{turned}"
        )


def _striped_pictures() -> Iterator[tuple[str, Tensor, Tensor]]:
    """What kind, pictures, and 0 or 1 for each."""
    for width, light in product((4, 2, 3, 1), (1.0, -1.0)):
        kind = "lighter" if light > 0 else "darker"
        for height, across in ((24, 24), (20, 48)):
            pictures, truth = _draw_stripes(width, light, height, across)
            size = f"{height}×{across}"
            yield f"of {size} with {kind} stripes of {width} pixels", pictures, truth


def _draw_stripes(width: int, light: float, height: int, across: int) -> tuple[Tensor, Tensor]:
    """Forty pictures with a patch of 16×16 at random places, on grounds of many grays."""
    random = torch.Generator().manual_seed(width)

    def draw(below: int) -> int:
        return int(torch.randint(below, (), generator=random))

    pictures = 0.02 * torch.randn(40, 1, height, across, generator=random)
    for number, picture in enumerate(pictures[:, 0]):
        lines = ((torch.arange(16) + draw(2 * width)) // width % 2) * light
        patch = lines.expand(16, 16) if number % 2 else lines.expand(16, 16).T
        top, left = draw(height - 15), draw(across - 15)
        picture += 3 * draw(4)
        picture[top : top + 16, left : left + 16] += patch
    return pictures, torch.arange(40) % 2
