"""Ways to look at a panorama with one classifier: whose answers, and where they are drawn."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import torch
from PIL import Image
from scipy import ndimage
from torch import Tensor
from torchvision.transforms.v2.functional import pil_to_tensor

from course_utils.analysis.box_metrics import Box, Found, intersection_over_union, shared_part
from course_utils.inference.detections import OVERLAP
from course_utils.inference.localization import NOTHING, Localizer
from course_utils.inference.scales import resized
from garden.scenes.truth import Thing

STEP = 32
"""Pixels from one position of the network's map to the next."""

FIELD = 32.0
"""Where the field of position 0 has its center: the mean of three cells at 0, 32 and 64 pixels."""

BATCH = 128
"""Windows that are classified together."""


@dataclass(frozen=True)
class Answers:
    """The probabilities of a copy of a picture, and where its positions belong.

    Attributes:
        probabilities: ``(classes, h, w)``.
        rows: Where the first row belongs, and how far it is to the next, in pixels of the copy.
        columns: The same of the columns.
        height: Of the copy, in pixels.
        width: Likewise.
    """

    probabilities: Tensor
    rows: tuple[float, float]
    columns: tuple[float, float]
    height: int
    width: int

    def scores(self, index: int) -> Tensor:
        """The probabilities of a class at each pixel ``(H, W)``, interpolated along both axes."""
        _, h, w = self.probabilities.shape
        down = hats(self.height, h, *self.rows)
        across = hats(self.width, w, *self.columns)
        return down @ self.probabilities[index] @ across.T


def hats(length: int, cells: int, first: float, step: float) -> Tensor:
    """How much each pixel takes of each position: ``(length, cells)``, rows that add up to 1."""
    at = ((torch.arange(length) - first) / step).clamp(0, cells - 1)
    return (1 - (at[:, None] - torch.arange(cells)).abs()).clamp(min=0)


def copy_of(localizer: Localizer, image: Image.Image, scale: float) -> Tensor:
    """The picture at a scale, as the network wants it: ``(1, 3, H, W)``."""
    return localizer.prepare(pil_to_tensor(resized(image, scale))[None].to(localizer.device))


@torch.inference_mode()
def dense(localizer: Localizer, x: Tensor) -> Tensor:
    """The map of a prepared picture."""
    logits: Tensor = localizer.network(x)
    return logits[0].float().softmax(dim=0).cpu()


@torch.inference_mode()
def isolated(localizer: Localizer, x: Tensor) -> Tensor:
    """The same from windows that are cut out; only those that lie wholly inside."""
    side = localizer.native_size
    cut = x[0].unfold(1, side, STEP).unfold(2, side, STEP)  # (3, h, w, side, side)
    windows = cut.permute(1, 2, 0, 3, 4).flatten(0, 1)  # (h · w, 3, side, side)
    parts = [localizer.network(part)[:, :, 0, 0] for part in torch.split(windows, BATCH)]
    logits = torch.cat(parts).T.reshape(-1, *cut.shape[1:3])
    return logits.float().softmax(dim=0).cpu()


def stitched(localizer: Localizer, x: Tensor, times: int) -> Tensor:
    """A map with ``times`` as many positions along each axis, from shifted copies."""
    shifts = [STEP // times * k for k in range(times)]
    parts = {(a, b): dense(localizer, x[:, :, a:, b:]) for a, b in product(shifts, shifts)}
    sides = []
    for axis in (1, 2):
        cells = [parts[shift, shift].shape[axis] for shift in shifts]
        sides.append(min(count * times + k for k, count in enumerate(cells)))
    fine = torch.empty(len(parts[0, 0]), *sides)
    for (i, a), (j, b) in product(enumerate(shifts), enumerate(shifts)):
        place = fine[:, i::times, j::times]
        place.copy_(parts[a, b][:, : place.shape[1], : place.shape[2]])
    return fine


def placed(whole: Tensor, side: int, height: int, width: int) -> dict[str, Answers]:
    """A dense map of a copy, at the three places where its positions may belong."""
    _, h, w = whole.shape
    middle = (side - 1) / 2
    stretched = [(n / m / 2 - 0.5, n / m) for n, m in ((height, h), (width, w))]
    places: dict[str, list[tuple[float, float]]] = {
        "window": [(middle, STEP), (middle, STEP)],
        "field": [(FIELD, STEP), (FIELD, STEP)],
        "stretched": stretched,
    }
    return {
        name: Answers(whole, rows, columns, height, width)
        for name, (rows, columns) in places.items()
    }


def ways_of(
    localizer: Localizer, image: Image.Image, scale: float, whole_only: bool = False
) -> dict[str, Answers]:
    """All ways to look at one scale, or only those that need one dense map."""
    x = copy_of(localizer, image, scale)
    side, (height, width) = localizer.native_size, x.shape[2:]
    whole = dense(localizer, x)
    found = placed(whole, side, height, width)
    found["one scale"] = found.pop("window")
    if whole_only:
        return found
    alone = isolated(localizer, x)
    inside = whole[:, : alone.shape[1], : alone.shape[2]]
    for name, values, step in (
        ("isolated windows", alone, STEP),
        ("the same positions", inside, STEP),
        ("every 16 pixels", stitched(localizer, x, 2), 16),
        ("every 8 pixels", stitched(localizer, x, 4), 8),
    ):
        place = ((side - 1) / 2, step)
        found[name] = Answers(values, place, place, height, width)
    return found


TURNS = ("as it is", "mirrored", "upside down")
"""How a picture is turned: not at all, left and right exchanged, or above and below."""


def turned(
    image: Image.Image, things: Sequence[Thing], turn: str
) -> tuple[Image.Image, list[Thing]]:
    """A picture and its things, turned in one of ``TURNS``."""
    boxes = list(things)
    if turn == "mirrored":
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        wide = image.width
        boxes = [(label, (wide - b[2], b[1], wide - b[0], b[3])) for label, b in things]
    if turn == "upside down":
        image = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        high = image.height
        boxes = [(label, (b[0], high - b[3], b[2], high - b[1])) for label, b in things]
    return image, boxes


def pieces(scores: Tensor, threshold: float) -> list[tuple[float, Box]]:
    """Score and box of each connected piece of what reaches the threshold."""
    labels, count = ndimage.label((scores >= threshold).numpy())
    found = []
    for rows, columns in ndimage.find_objects(labels) if count else ():
        left, top, right, bottom = columns.start, rows.start, columns.stop, rows.stop
        box = (float(left), float(top), float(right), float(bottom))
        found.append((float(scores[rows, columns].max()), box))
    return found


Boxes = Mapping[str, Sequence[tuple[float, Box]]]
"""Scores and boxes of each class, in pixels of the picture."""


def boxes_of(
    answers: Answers, names: Sequence[str], thresholds: Iterable[float], size: tuple[int, int]
) -> dict[float, Boxes]:
    """The boxes of all classes but background, for each threshold.

    Args:
        answers: Of a copy.
        names: Of the classes.
        thresholds: Probabilities.
        size: Width and height of the picture.
    """
    found: dict[float, dict[str, list[tuple[float, Box]]]] = {one: {} for one in thresholds}
    across, down = size[0] / answers.width, size[1] / answers.height
    for index, name in enumerate(names):
        highest = float(answers.probabilities[index].max())
        wanted = [one for one in found if highest >= one]
        if name == NOTHING or not wanted:
            continue
        scores = answers.scores(index)
        for threshold in wanted:
            found[threshold][name] = [
                (score, (box[0] * across, box[1] * down, box[2] * across, box[3] * down))
                for score, box in pieces(scores, threshold)
            ]
    return dict(found)


Overlap = Callable[[Box, Box], float]


def together(scales: Iterable[Boxes], overlap: Overlap = shared_part) -> list[Found]:
    """The boxes of several scales, after non-maximum suppression within each class."""
    every: dict[str, list[tuple[float, Box]]] = {}
    for boxes in scales:
        for name, some in boxes.items():
            every.setdefault(name, []).extend(some)
    return [
        Found(name, score, box)
        for name, some in every.items()
        for score, box in _suppressed(some, overlap)
    ]


def _suppressed(some: Sequence[tuple[float, Box]], overlap: Overlap) -> list[tuple[float, Box]]:
    kept: list[tuple[float, Box]] = []
    for score, box in sorted(some, key=lambda one: -one[0]):
        if all(overlap(box, other) <= OVERLAP for _, other in kept):
            kept.append((score, box))
    return kept


UNION: Overlap = intersection_over_union
