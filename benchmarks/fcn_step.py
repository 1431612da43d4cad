"""One step of training an FCN, against the published one of the book *Dive into Deep Learning*."""

from collections.abc import Callable

import torch
import torchvision
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.folder import NO_BFLOAT16
from benchmarks.row import ROUNDS, Row, compared, skipped
from course_utils.models import bilinear_kernel, fcn32s
from course_utils.runtime import computes_in_bfloat16
from course_utils.training.config import TrainingConfig
from course_utils.training.loop import take_step
from course_utils.training.state import TrainingState

CLASSES, CROP, BATCH = 21, (320, 480), 4


def rows(rounds: int = ROUNDS, crop: tuple[int, int] = CROP, batch: int = BATCH) -> list[Row]:
    """The step with a layer that learns, and with fixed interpolation in bfloat16."""
    torch.manual_seed(0)
    images = torch.randn(batch, 3, *crop)
    labels = torch.randint(0, CLASSES, (batch, *crop))
    return [
        step_row("fp32", images, labels, rounds),
        step_row("bf16", images, labels, rounds),
    ]


def step_row(precision: str, images: Tensor, labels: Tensor, rounds: int) -> Row:
    """The course's step against d2l's on the same batch."""
    name, mixed = f"fcn step {precision}", precision == "bf16"
    layer = "fixed interpolation" if mixed else "upsampling by channel"
    what = f"FCN-32s training step, {layer}, {precision}: d2l's train_batch_ch13"
    if mixed and not computes_in_bfloat16("cpu"):
        return skipped(name, what, NO_BFLOAT16)
    note = (
        "another model: the interpolation does not learn"
        if mixed
        else "the same model at the start; d2l's layer can also learn to mix classes"
    )
    ours = course_step(images, labels, precision)
    return compared(name, what, published_step(images, labels), ours, rounds, note)


def published_step(images: Tensor, labels: Tensor) -> Callable[[], object]:
    """d2l's network, loss, optimizer and step (section *Fully Convolutional Networks*)."""
    from d2l import torch as d2l

    body = torchvision.models.resnet18()
    network = nn.Sequential(*list(body.children())[:-2])
    network.add_module("final_conv", nn.Conv2d(512, CLASSES, 1))
    enlarge = nn.ConvTranspose2d(CLASSES, CLASSES, 64, stride=32, padding=16)
    enlarge.weight.data.copy_(bilinear_kernel(CLASSES, CLASSES, 64))
    network.add_module("transpose_conv", enlarge)
    trainer = torch.optim.SGD(network.parameters(), lr=0.001, weight_decay=1e-3)
    devices = [torch.device("cpu")]
    return lambda: d2l.train_batch_ch13(network, images, labels, _loss, trainer, devices)


def _loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Of each picture, as published."""
    return F.cross_entropy(logits, labels, reduction="none").mean(1).mean(1)


def course_step(images: Tensor, labels: Tensor, precision: str) -> Callable[[], object]:
    """The course's network and the step of its loop.

    Channels-last made it slower where it was tried: the backward pass of a convolution by channel
    took twice as long (AVX2, PyTorch 2.15).
    """
    network = fcn32s(torchvision.models.resnet18(), CLASSES, depthwise=True)
    network.head.enlarge.requires_grad_(precision == "fp32")
    config = TrainingConfig(epochs=1000, ignore_index=255, precision=precision)
    state = TrainingState(network, _OnePicture(), config)
    network.train()
    return lambda: take_step(state, images, labels)


class _OnePicture(torch.utils.data.Dataset[tuple[Tensor, Tensor]]):
    """A set of one picture: the benchmark brings its own batch."""

    def __len__(self) -> int:
        return 1

    def __getitem__(self, position: int) -> tuple[Tensor, Tensor]:
        return torch.zeros(3, 8, 8), torch.zeros(8, 8, dtype=torch.long)
