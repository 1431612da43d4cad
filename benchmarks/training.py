"""Epochs on photographs of 3 megapixels, against torchvision's reference training."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
from torchvision.transforms import InterpolationMode

from benchmarks.photographs import make_photographs
from benchmarks.row import Row, from_ratios, process_seconds
from course_utils.data.bad_files import GoodPictures, require_few_files
from course_utils.data.transforms import IMAGENET_MEAN, IMAGENET_STD, Preprocessing
from course_utils.models import resnet18
from course_utils.training.classifier import training_folder
from course_utils.training.config import TrainingConfig
from course_utils.training.loop import take_step
from course_utils.training.state import TrainingState

COUNT, CROP, BATCH, WIDTH = 64, 96, 16, 16
EPOCHS = ("first", "second")
KEEP = 1 << 30


def rows(count: int = COUNT, rounds: int = 5) -> list[Row]:
    """CPU seconds of the first epoch and of the second, of fresh trainings in turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = make_photographs(Path(name, "train"), count)
        trainings = published_epochs, course_epochs
        seconds = [
            [[process_seconds(epoch) for epoch in training(folder)] for training in trainings]
            for _ in range(rounds)
        ]
    which_set = f"{count} JPEGs of 3 megapixels, slim ResNet-18 at {CROP} pixels"
    found = []
    for number, which in enumerate(EPOCHS):
        theirs, ours = ([both[side][number] for both in seconds] for side in (0, 1))
        ratios = [a / b for a, b in zip(theirs, ours, strict=True)]
        figures = {"peer": sorted(theirs)[rounds // 2], "course": sorted(ours)[rounds // 2]}
        found.append(
            from_ratios(
                f"{which} epoch",
                f"{which} epoch, {which_set}: torchvision's reference",
                ratios,
                figures,
            )
        )
    return found


def published_epochs(folder: Path) -> Iterator[Callable[[], object]]:
    """As in torchvision's ``references/classification``: its preset, loader, optimizer and step."""
    change = transforms.Compose(
        [
            transforms.RandomResizedCrop(CROP, interpolation=InterpolationMode.BILINEAR),
            transforms.RandomHorizontalFlip(0.5),
            transforms.PILToTensor(),
            transforms.ConvertImageDtype(torch.float),
            transforms.Normalize(mean=IMAGENET_MEAN, std=IMAGENET_STD),
        ]
    )
    pictures = datasets.ImageFolder(str(folder), change)
    torch.manual_seed(0)
    loader = DataLoader(pictures, BATCH, shuffle=True)
    model = resnet18(2, stem_width=WIDTH).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    criterion = nn.CrossEntropyLoss()

    def epoch() -> None:
        for images, labels in loader:
            loss = criterion(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return iter([epoch] * len(EPOCHS))


def course_epochs(folder: Path) -> Iterator[Callable[[], object]]:
    """As ``course-utils train classifier`` does it."""
    sizes = Preprocessing().at(CROP)
    pictures = GoodPictures(
        training_folder(folder, sizes, keep_bytes=KEEP), require_few_files, stand_in=True
    )
    torch.manual_seed(0)
    model = resnet18(2, stem_width=WIDTH).train()
    state = TrainingState(model, pictures, TrainingConfig(epochs=2, batch_size=BATCH), sizes)

    def epoch() -> None:
        for images, labels in state.batches:
            take_step(state, images, labels)

    return iter([epoch] * len(EPOCHS))
