"""Gradients of a network on a few pictures: how long they are, and where they point."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.data.datasets import dataset_path
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import Preprocessing, evaluation_transform
from course_utils.models.blocks import BasicBlock, PlainBlock
from course_utils.models.resnet import ResNet
from course_utils.runtime import seed_everything
from course_utils.teaching.measurements import Row

BLOCKS = {10: (1, 1, 1, 1), 18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 66: (6, 8, 12, 6)}
"""Blocks of each stage; the network of 66 layers has twice those of 34."""

KINDS = {"plain": PlainBlock, "residual": BasicBlock, "mirrored": PlainBlock}
"""A mirrored network is a plain one that begins as ``mirror`` makes it."""

NORMS = {"batch norm": nn.BatchNorm2d, "none": nn.Identity}
STEM_WIDTH, CLASSES = 16, 5
PICTURES = 25
SHARE = 0.01
"""How much of another picture is blended into each one."""

STEP, STEPPED = 8e-5, 6
"""How far each weight moves, and in how many convolutions: the first ones."""


@dataclass(frozen=True)
class Case:
    """A network.

    Attributes:
        kind: A key of ``KINDS``.
        depth: A key of ``BLOCKS``.
        norm: A key of ``NORMS``.
        padding: ``zeros`` or ``circular``, of the 3×3 convolutions.
    """

    kind: str
    depth: int
    norm: str = "batch norm"
    padding: Literal["zeros", "circular"] = "zeros"


def network(case: Case, seed: int, stem_width: int = STEM_WIDTH) -> ResNet:
    """A fresh network, slim and in train mode."""
    seed_everything(seed)
    model = ResNet(
        KINDS[case.kind],
        BLOCKS[case.depth],
        CLASSES,
        stem_width=stem_width,
        norm_layer=NORMS[case.norm],
    )
    for layer in main_path(model):
        layer.padding_mode = case.padding
    if case.kind == "mirrored":
        mirror(model)
    return model.train()


@torch.no_grad()
def mirror(model: nn.Module) -> None:
    """Let the network begin nearly linear, without a shortcut ("looks linear").

    Source: Balduzzi et al., "The Shattered Gradients Problem" (2017), section 4. Half of the
    channels are the negatives of the others. After a ReLU one of each two holds the number, and the
    next layer subtracts them: nothing is lost. What is learned need not keep to it.
    """
    stem, *others = [layer.weight for layer in main_path(model)]
    half = len(stem) // 2
    stem[half:] = -stem[:half]
    for weight in others:
        rows, columns = len(weight) // 2, weight.shape[1] // 2
        corner = weight[:rows, :columns]
        weight[:rows, columns:] = -corner
        weight[rows:, :columns] = -corner
        weight[rows:, columns:] = corner


def main_path(model: nn.Module) -> list[nn.Conv2d]:
    """The convolutions without those of the shortcuts, from the stem on."""
    return [
        layer
        for name, layer in model.named_modules()
        if isinstance(layer, nn.Conv2d) and "downsample" not in name
    ]


@cache
def some_pictures(side: int = 96) -> tuple[Tensor, Tensor]:
    """Training pictures of all classes, always cut alike: ``(25, 3, side, side)`` and labels."""
    transform = evaluation_transform(Preprocessing(resize=round(side * 110 / 96), crop=side))
    pictures = ImageFolder(dataset_path("flowers") / "train", transform)
    chosen = [pictures[at] for at in range(0, len(pictures), len(pictures) // PICTURES)]
    images, labels = zip(*chosen, strict=True)
    return torch.stack(images), torch.tensor(labels)


def lengths(model: nn.Module, images: Tensor, labels: Tensor) -> Row:
    """The loss, what the last convolution gives, and the length of each one's gradient."""
    model = deepcopy(model)  # neither gradients nor the statistics of the norms stay
    layers = main_path(model)
    with _sizes(layers) as sizes:
        loss = F.cross_entropy(model(images), labels)
    torch.autograd.backward(loss)
    norms = [_float(_gradient(layer).norm()) for layer in layers]
    return {"loss": _float(loss), "output": sizes[-1], "gradients": norms}


def direction(model: nn.Module, images: Tensor, labels: Tensor, share: float = SHARE) -> float:
    """Cosine of the gradients at pictures and at slightly other ones, mean over the pictures."""
    model = deepcopy(model)
    here, there = (_at_pictures(model, images, labels, part) for part in (0, share))
    # without batch norm they can be shorter than the smallest length that the cosine divides by
    here, there = F.normalize(here, eps=0), F.normalize(there, eps=0)
    return _float(F.cosine_similarity(here, there).mean())


def direction_of_weights(
    model: nn.Module, images: Tensor, labels: Tensor, share: float = SHARE
) -> float:
    """Cosine of the gradients of all convolutions, at the same pictures as ``direction``."""
    both = []
    for part in (0, share):
        copy = deepcopy(model)
        torch.autograd.backward(F.cross_entropy(copy(_blend(images, part)), labels))
        both.append(torch.cat([_gradient(layer).flatten() for layer in main_path(copy)]))
    return _float(F.cosine_similarity(both[0], both[1], dim=0))


@torch.no_grad()
def moved(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """How much the logits change where the first convolutions take a step of one fixed size.

    Each weight moves by ``STEP`` against the sign of its gradient, as in Adam's first step. What
    is returned is the length of the change, mean over the pictures. It is not divided by the
    length of the logits, which itself differs between the kinds of networks.
    """
    model = deepcopy(model)
    with torch.enable_grad():
        before = model(images)
        torch.autograd.backward(F.cross_entropy(before, labels))
    for layer in main_path(model)[:STEPPED]:
        layer.weight -= STEP * _gradient(layer).sign()
    return _float((model(images) - before).norm(dim=1).mean())


def _gradient(layer: nn.Conv2d) -> Tensor:
    assert layer.weight.grad is not None, "call backward first"
    return layer.weight.grad


def _blend(images: Tensor, share: float) -> Tensor:
    return (1 - share) * images + share * images.roll(1, dims=0)


def _at_pictures(model: nn.Module, images: Tensor, labels: Tensor, share: float) -> Tensor:
    mixed = _blend(images, share).requires_grad_(True)
    loss = F.cross_entropy(model(mixed), labels, reduction="sum")
    (gradient,) = torch.autograd.grad(loss, mixed)
    return gradient.flatten(1)  # (N, 3·H·W)


@contextmanager
def _sizes(layers: list[nn.Conv2d]) -> Iterator[list[float]]:
    """What is typical of the numbers that come out of each layer (root of the mean square)."""
    sizes: list[float] = []

    def note(layer: nn.Module, given: object, output: Tensor) -> None:
        sizes.append(_float(output.square().mean().sqrt()))

    handles = [layer.register_forward_hook(note) for layer in layers]
    yield sizes
    for handle in handles:
        handle.remove()


def _float(number: Tensor) -> float:
    return float(f"{number.item():.3g}")
