"""How time grows with the work: pixels, pictures, batch and classes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from benchmarks.networks import remembering, torchvision_resnet18
from benchmarks.row import ROUNDS
from course_utils.analysis.timing import seconds_in_turns
from course_utils.data import dataset_path
from course_utils.inference import Classifier, prepare_for_inference
from course_utils.models import fcn32s, resnet18, to_fully_convolutional

Work = Callable[[], object]


@dataclass(frozen=True)
class Growth:
    """Seconds for amounts of work.

    Attributes:
        name: What grows.
        what: In words.
        amounts: How much of it.
        seconds: CPU seconds for each.
        slope: On log axes; 1 where twice the work takes twice the time.
    """

    name: str
    what: str
    amounts: list[int]
    seconds: list[float]
    slope: float


def slope(amounts: Sequence[float], seconds: Sequence[float]) -> float:
    """Of the straight line through the logarithms (least squares)."""
    x, y = ([math.log(value) for value in values] for values in (amounts, seconds))
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    up = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return up / sum((a - middle_x) ** 2 for a in x)


def growths(rounds: int = ROUNDS) -> list[Growth]:
    """All four."""
    return [
        measured("pixels", "ResNet-18, dense map of one picture", pixels(), rounds),
        measured("pictures", "predict a folder, insects-resnet18", pictures(), rounds),
        measured("batch", "ResNet-18 at 128×128, one pass", batches(), rounds),
        measured("classes", "FCN-32s at 128×192, one pass", classes(), rounds),
    ]


def measured(name: str, what: str, works: dict[int, Work], rounds: int) -> Growth:
    """Time the works in turns."""
    amounts = list(works)
    seconds = seconds_in_turns(list(works.values()), rounds=rounds)
    return Growth(name, what, amounts, seconds, slope(amounts, seconds))


def pixels(sides: Sequence[int] = (224, 320, 448, 640)) -> dict[int, Work]:
    """Square pictures."""
    model = prepare_for_inference(to_fully_convolutional(torchvision_resnet18()))
    return {side * side: _forward(model, (1, 3, side, side)) for side in sides}


def batches(sizes: Sequence[int] = (1, 2, 4, 8, 16)) -> dict[int, Work]:
    """Pictures that go through together."""
    model = prepare_for_inference(torchvision_resnet18(), size=128)
    return {size: _forward(model, (size, 3, 128, 128)) for size in sizes}


def classes(numbers: Sequence[int] = (2, 8, 32, 128)) -> dict[int, Work]:
    """Scores for each pixel."""
    found: dict[int, Work] = {}
    for number in numbers:
        model = remembering(fcn32s(resnet18(), number, depthwise=True))
        found[number] = _forward(prepare_for_inference(model, size=128), (1, 3, 128, 192))
    return found


def pictures(counts: Sequence[int] = (8, 24, 72, 144)) -> dict[int, Work]:
    """Files of the embedded insects."""
    paths = sorted((dataset_path("insects") / "val").glob("*/*.jpg"))
    classifier = Classifier.from_checkpoint("insects-resnet18")

    def predict(count: int) -> Work:
        return lambda: list(classifier.predict(paths[:count]))

    return {count: predict(count) for count in counts}


def _forward(model: torch.nn.Module, shape: tuple[int, ...]) -> Work:
    images = torch.rand(shape, generator=torch.Generator().manual_seed(0))
    return torch.inference_mode()(lambda: model(images))
