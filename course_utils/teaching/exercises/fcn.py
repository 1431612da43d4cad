"""Checks of the exercises on networks that label every pixel."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

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

WAYS_TO_ENLARGE = {"the learned layer": 0.697, "bilinear": 0.672, "repeated": 0.545}
"""Mean IoU of ``scenes-fcn32s`` on ``scenes/val``, by what makes its scores large."""


@exercise("same accuracy")
def same_accuracy(mean_iou: float) -> None:
    """180 pixels of background and 20 of an ant: 15 found, and 15 of background called ant."""
    ant, ground = 15 / 35, 165 / 185
    slips: dict[float, str] = {
        0.90: "that is the pixel accuracy: the same as before",
        ant: "that is the IoU of the ant; background is a class, too",
        ground: "that is the IoU of background; the ant is a class, too",
        0.45: "that is what answering background everywhere gives",
        (165 / 180 + 15 / 20) / 2: "that divides by the true pixels alone: the union is larger",
        (165 / 170 + 15 / 30) / 2: "that divides by the answered pixels alone: the union is larger",
        (165 / 350 + 15 / 50) / 2: "a pixel that is in both belongs to the union once",
        (330 / 350 + 30 / 50) / 2: "2 · shared / (truth + answer) is the Dice coefficient",
        0.9 * ground + 0.1 * ant: "the mean asks for both classes alike, however large they are",
    }
    require_number(mean_iou, (ground + ant) / 2, slips=slips)


@exercise("loss of pixels")
def loss_of_pixels(answer: Callable[[Tensor, Tensor], Tensor | float]) -> None:
    """Logits ``(N, classes, H, W)`` and labels ``(N, H, W)`` → the mean loss of what counts."""
    generator = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(2, 3, 2, 4, generator=generator)
    labels = torch.randint(3, (2, 2, 4), generator=generator)
    some, none = labels.clone(), torch.full_like(labels, VOID)
    some[0, 0], some[1, 1, 2] = VOID, VOID
    for what, values, truth in (
        ("no void", logits, labels),
        ("some void", logits, some),
        ("only void", logits, none),
        ("logits of a thousand", 1000 * logits, some),
    ):
        call = f"{name_of(answer)} with {what}"
        counts = int((truth != VOID).sum())
        total = F.cross_entropy(values, truth, ignore_index=VOID, reduction="sum").item()
        given, labels_given = values.clone(), truth.clone()
        with _WithoutCrossEntropy(name_of(answer)):
            found = answer(given, labels_given)
        rounded = None if found is None else round(float(found), 4) + 0.0
        require_equal(call, rounded, round(total / max(counts, 1), 4))
        same = torch.equal(given, values) and torch.equal(labels_given, truth)
        assert same, f"{call} changes what it gets"
    _require_gradient(name_of(answer), answer, logits, some)


class _WithoutCrossEntropy(TorchFunctionMode):
    """Refuses the function that the exercise is about."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        assert func not in (F.cross_entropy, F.nll_loss), (
            f"{self.name} calls PyTorch's {func.__name__}: write out what it does, with log_softmax"
        )
        return func(*args, **(kwargs or {}))


def _require_gradient(
    name: str, answer: Callable[[Tensor, Tensor], Tensor | float], logits: Tensor, truth: Tensor
) -> None:
    """A loss is there to be followed downhill."""
    ours, theirs = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    found = answer(ours, truth)
    assert isinstance(found, Tensor) and found.requires_grad, (
        f"{name} gives a number without a gradient: nothing could learn from it"
    )
    (gradient,) = torch.autograd.grad(found, ours)
    (wanted,) = torch.autograd.grad(F.cross_entropy(theirs, truth, ignore_index=VOID), theirs)
    require_close(f"the gradient of {name}", gradient, wanted)


@exercise("three ways to enlarge")
def three_ways_to_enlarge(mean_ious: Sequence[float]) -> None:
    """Mean IoU of ``scenes-fcn32s``: as it is, with bilinear interpolation, with repetition."""
    found = shares_in(mean_ious, list(WAYS_TO_ENLARGE))
    slips: dict[tuple[float, ...], str] = {
        (0.951, 0.946, 0.898): "these are pixel accuracies",
        (0.697, 0.697, 0.697): "all three are the learned layer: do your functions leave it out?",
    }
    refuse_slips(found, slips, 0.005)
    assert abs(found[1] - 0.542) > 0.002, (
        "your answer for bilinear: the scores were stretched to the picture's size. The "
        "cells cover more than the picture: enlarge the map 32 times, and then cut"
    )
    for (way, wanted), one in zip(WAYS_TO_ENLARGE.items(), found, strict=True):
        assert abs(one - wanted) <= 0.006, f"your answer for {way} is another number"


class _Counting(nn.Module):
    """A small network for pixels without a norm, that notes how many pictures came at once."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.score = nn.Conv2d(3, 4, 1)
        for parameter in self.parameters():
            with torch.no_grad():
                parameter.copy_(torch.randn(parameter.shape, generator=generator))
        self.at_once: list[int] = []
        self.waiting = 0

    def forward(self, x: Tensor) -> Tensor:
        self.at_once.append(len(x))
        self.waiting += self.score.weight.grad is None
        logits: Tensor = self.score(x)
        return logits


@exercise("a batch in parts")
def a_batch_in_parts(answer: Callable[[nn.Module, Tensor, Tensor, int], object]) -> None:
    """The gradient of the mean over all pixels that count, with few pictures at once."""
    generator = torch.Generator().manual_seed(1)
    images = torch.randn(5, 3, 4, 4, generator=generator)
    labels = torch.randint(4, (5, 4, 4), generator=generator)
    labels[0], labels[1, :3], labels[4, 0] = VOID, VOID, VOID
    for what, truth, size in (
        ("5 pictures, 2 at once", labels, 2),
        ("5 pictures, 1 at once", labels, 1),
        ("5 pictures, 8 at once", labels, 8),
        ("nothing but void", torch.full_like(labels, VOID), 2),
    ):
        call = f"{name_of(answer)} with {what}"
        net, wanted = _Counting(), _Counting()
        before = [parameter.detach().clone() for parameter in net.parameters()]
        answer(net, images.clone(), truth.clone(), size)
        total = F.cross_entropy(wanted(images), truth, ignore_index=VOID, reduction="sum")
        torch.autograd.backward(total / (truth != VOID).sum().clamp(min=1))
        assert max(net.at_once, default=0) <= size, f"{call} takes {max(net.at_once)} at once"
        assert sum(net.at_once) == len(images), (
            f"{call} shows {sum(net.at_once)} pictures to the network, not {len(images)}"
        )
        assert net.waiting == 1, (
            f"{call} holds all parts until the end: follow the gradient of each before the next"
        )
        for (name, one), other, was in zip(
            net.named_parameters(), wanted.parameters(), before, strict=True
        ):
            assert torch.equal(one, was), f"{call} changes the weights: it should leave gradients"
            assert one.grad is not None and other.grad is not None, f"{call} leaves no gradient"
            require_close(f"the gradient of {name}, {call},", one.grad, other.grad)
