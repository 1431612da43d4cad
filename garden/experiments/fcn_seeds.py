"""The chapter's own loop from five seeds, and with one thing changed; about four minutes."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from course_utils.data import VOCSegmentation, dataset_path
from course_utils.data.loading import Batches
from course_utils.data.masks import VOID
from course_utils.data.transforms import training_pair_transform
from course_utils.models import bilinear_kernel
from course_utils.models.pretrained import load_body
from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.metrics import ConfusionMatrix, Counter
from garden.experiments.fcn import CROP
from garden.experiments.recording import measure, told
from garden.experiments.scene_networks import BODY

CHAPTER = "fcn_seeds"
SEEDS = range(5)
EPOCHS, BATCH, RATE, DECAY = 3, 8, 4e-3, 0.05
AS_IT_IS, VOID_AS_GROUND = "as it is", "void as background"


def _frozen(enlarge: nn.ConvTranspose2d) -> None:
    enlarge.weight.requires_grad_(False)


def _of_pytorch(enlarge: nn.ConvTranspose2d) -> None:
    enlarge.reset_parameters()


WAYS: dict[str, Callable[[nn.ConvTranspose2d], object]] = {
    AS_IT_IS: lambda enlarge: None,
    "enlarge frozen": _frozen,
    "enlarge PyTorch's own": _of_pytorch,
    VOID_AS_GROUND: lambda enlarge: None,
}
"""What is changed, and how the layer that enlarges is prepared for it."""


def fcn_seeds() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    settings: Row = {"crop": list(CROP), "batch": BATCH, "rate": RATE, "decay": DECAY}
    rows = [told(row) for way, seed in product(WAYS, SEEDS) for row in trained(way, seed)]
    return [measure(CHAPTER, "ways", BODY, settings, rows)]


def network(classes: int, seed: int) -> nn.Sequential:
    """Body, score and enlarge, drawn in the order in which the chapter draws them."""
    torch.manual_seed(seed)
    resnet: Any = load_body(BODY)[0]
    body = nn.Sequential(*list(resnet.children())[:-2])
    score = nn.Conv2d(resnet.fc.in_features, classes, kernel_size=1)
    nn.init.xavier_uniform_(score.weight)
    nn.init.zeros_(score.bias)  # type: ignore[arg-type]
    enlarge = nn.ConvTranspose2d(classes, classes, 64, 32, 16, groups=classes, bias=False)
    enlarge.weight.data.copy_(bilinear_kernel(1, 1, 64))
    return nn.Sequential(body, score, enlarge)


def trained(way: str, seed: int, steps: int | None = None) -> Iterator[Row]:
    """A row for each epoch; with ``steps``, the first epoch ends after so many."""
    root = dataset_path("scenes")
    pictures = VOCSegmentation(
        root, "train", CROP, transform=training_pair_transform(), keep_bytes=1 << 30
    )
    whole = VOCSegmentation(root, "val")
    net = network(len(whole.class_names), seed)
    WAYS[way](net[2])  # type: ignore[arg-type]
    torch.manual_seed(seed)
    loader = DataLoader(pictures, BATCH, shuffle=True)
    learned = [parameter for parameter in net.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learned, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=EPOCHS * len(loader)
    )
    for epoch in range(1, EPOCHS + 1):
        net.train()
        losses = []
        for images, labels in Batches(loader, "cpu"):
            if way == VOID_AS_GROUND:
                labels = labels.where(labels != VOID, 0)
            loss = F.cross_entropy(net(images), labels, ignore_index=VOID)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            if len(losses) == steps:
                break
        mean = sum(losses) / len(losses)
        row: Row = {"way": way, "seed": seed, "epoch": epoch, "loss": round(mean, 4)}
        if steps is not None:
            yield row
            return
        yield {**row, **measured(confusion_of(net.eval(), whole))}


@torch.inference_mode()
def confusion_of(net: nn.Module, whole: VOCSegmentation) -> ConfusionMatrix:
    """Pixels by true class and answer, void left out."""
    counter = Counter(VOID)
    for images, labels in Batches(DataLoader(whole), "cpu"):
        height, width = labels.shape[1:]
        counter.add(net(images)[..., :height, :width], labels)
    return counter.confusion()


def measured(confusion: ConfusionMatrix) -> Row:
    """Accuracy and mean IoU; and how well things are told from ground, and from each other.

    ``things IoU`` takes all things for one class. ``right thing`` is the share of the right class
    where a pixel is a thing and is called one.
    """
    counts = torch.tensor(confusion.counts)
    both = counts[1:, 1:].sum()
    found = {
        "accuracy": confusion.accuracy,
        "mean IoU": confusion.mean_iou,
        "things IoU": (both / (counts.sum() - counts[0, 0])).item(),
        "right thing": (counts.diagonal()[1:].sum() / both).item(),
    }
    return {name: round(value, 4) for name, value in found.items()}
