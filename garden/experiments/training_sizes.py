"""Does a training size that the cells' grid does not fit move the effective field?

Cells of ResNet-18's last stage lie at 0, 32, 64, ... At 96 pixels there are three, and their mean
place is 32, while the picture's middle is 47.5: more picture lies to the right of them and below.
At 97 pixels there are four, and their middle, 48, is the picture's.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms.v2.functional import pil_to_tensor
from torchvision.transforms.v2.functional import resize as resized

from course_utils.data import dataset_path
from course_utils.data.crops import cut_crops
from course_utils.data.folders import ImageFolder
from course_utils.models import resnet18
from course_utils.runtime import seed_everything
from course_utils.teaching.measurements import Row
from course_utils.training.config import TrainingConfig
from course_utils.training.loop import fit

STORED = 112
"""Side in which the crops are kept, of which a training cuts its pictures."""

EPOCHS = 8
CASES = tuple((side, seed) for seed in range(3) for side in (96, 97))
"""Side and seed."""

Labeled = tuple[Tensor, list[int]]


class Cuts(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """Squares of this side at random places of the pictures and flipped, or in their middle.

    Args:
        labeled: Pictures ``(N, 3, H, W)``, as bytes, and their classes.
        side: Of the squares.
        random: Whether their place is random, and half of them are mirrored left to right, and
            half upside down.
    """

    def __init__(self, labeled: Labeled, side: int, *, random: bool) -> None:
        self.pictures, self.labels = labeled
        self.side, self.random = side, random

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """A new square at each call, and the picture's class."""
        room = self.pictures.shape[-1] - self.side
        top, left = torch.randint(room + 1, (2,)).tolist() if self.random else (room // 2,) * 2
        cut = self.pictures[index, :, top : top + self.side, left : left + self.side]
        for axis in (1, 2):
            if self.random and torch.rand(()) < 0.5:
                cut = cut.flip(axis)
        return cut, self.labels[index]


def trained_networks() -> Iterator[tuple[Row, torch.nn.Module]]:
    """Train each case, with the shortened recipe, and say how well it does."""
    with tempfile.TemporaryDirectory() as work:
        crops = Path(work, "crops")
        cut_crops(dataset_path("scenes"), crops)
        splits = {split: _read(crops / split) for split in ("train", "val")}
    for side, seed in CASES:
        yield trained(splits, side, seed)


def trained(splits: dict[str, Labeled], side: int, seed: int) -> tuple[Row, torch.nn.Module]:
    """One network: flips and places are random, size and colors stay as they are."""
    seed_everything(seed)
    model = resnet18(max(splits["train"][1]) + 1, stem_width=16)
    training = Cuts(splits["train"], side, random=True)
    validation = Cuts(splits["val"], side, random=False)
    config = TrainingConfig(epochs=EPOCHS, learning_rate=3e-3, seed=seed)
    last = fit(model, training, validation, config)[-1]
    row: Row = {"seed": seed, "side": side, "accuracy": round(last.accuracy, 4)}
    return row, model.eval()


def _read(folder: Path) -> Labeled:
    samples = ImageFolder(folder, _stored)
    pairs = [samples[index] for index in range(len(samples))]
    return torch.stack([picture for picture, _ in pairs]), [label for _, label in pairs]


def _stored(picture: Image.Image) -> Tensor:
    stored: Tensor = resized(pil_to_tensor(picture), [STORED, STORED], antialias=True)
    return stored
