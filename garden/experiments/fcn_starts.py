"""Three ways to begin the head of an FCN-32s, on the same batches; under a minute."""

from collections.abc import Callable
from itertools import islice, product

import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader

from course_utils.data import VOCSegmentation, dataset_path
from course_utils.data.loading import Batches
from course_utils.data.masks import VOID
from course_utils.models import fcn32s
from course_utils.models.fcn import PixelHead
from course_utils.models.pretrained import load_body
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments.fcn import BATCH as PUBLISHED_BATCH
from garden.experiments.fcn import CROP, DECAY, RATE
from garden.experiments.recording import measure, told
from garden.experiments.scene_networks import BODY

CHAPTER = "fcn_starts"
SEEDS = range(5)
STEPS, BATCH = 20, 4


def _score_of_pytorch(head: PixelHead) -> None:
    head.score.reset_parameters()


def _enlarging_of_pytorch(head: PixelHead) -> None:
    head.enlarge.reset_parameters()


STARTS: dict[str, Callable[[PixelHead], object]] = {
    "Xavier, bilinear": lambda head: None,
    "PyTorch's own, bilinear": _score_of_pytorch,
    "Xavier, PyTorch's own": _enlarging_of_pytorch,
}
"""Of the 1×1 convolution and of the layer that enlarges."""


def fcn_starts() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    rows = [told(losses_from(start, seed)) for start, seed in product(STARTS, SEEDS)]
    settings: Row = {"batch": BATCH, "rate of the mean": RATE * PUBLISHED_BATCH, "void": "left out"}
    return [measure(CHAPTER, "starts", BODY, settings, rows)]


def losses_from(start: str, seed: int, steps: int = STEPS) -> Row:
    """The loss of each batch before its step of SGD; a seed has the same batches for all starts."""
    pictures = VOCSegmentation(dataset_path("scenes"), "train", CROP)
    torch.manual_seed(seed)
    net = fcn32s(load_body(BODY)[0], len(pictures.class_names), depthwise=True).train()
    STARTS[start](net.head)
    optimizer = torch.optim.SGD(
        net.parameters(), lr=RATE * PUBLISHED_BATCH, weight_decay=DECAY / PUBLISHED_BATCH
    )
    torch.manual_seed(seed)
    losses = []
    batches = Batches(DataLoader(pictures, BATCH, shuffle=True), "cpu")
    for images, labels in islice(batches, steps):
        loss = F.cross_entropy(net(images), labels, ignore_index=VOID)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        losses.append(round(loss.item(), 4))
    return {"start": start, "seed": seed, "losses": losses}
