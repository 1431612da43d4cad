"""The experiments of the chapter on any size: averages of more or fewer cells, on panoramas."""

from collections.abc import Iterator, Sequence
from itertools import product

import torch
from PIL import Image
from torch.nn.functional import avg_pool2d
from torchvision.transforms.v2.functional import pil_to_tensor

from course_utils.analysis import Span
from course_utils.analysis.box_metrics import Counts
from course_utils.inference.localization import Localizer
from course_utils.inference.response_maps import ResponseMap
from course_utils.inference.scales import resized
from course_utils.models import FullyConvolutional, to_fully_convolutional
from course_utils.teaching.measurements import Measurement, Row, read_measurement
from course_utils.teaching.panoramas import LENIENT, STRICT, counts_of, found_on, row_of
from garden.experiments.recording import measure
from garden.experiments.rendered import panorama

CHAPTER, NAME = "fc_to_conv", "averages of cells"
CONTROL, CONTROL_NAME = "fc_to_conv_smoothed", "probabilities averaged"
WEIGHTS = "garden-resnet18"
SEEDS = range(50)

OTHER_SEEDS = (*range(1000, 1025), *range(2000, 2025))
"""Of the panoramas on which scale and threshold are chosen, for each window by itself."""

WINDOWS = (1, 2, 3, 4, 5)
"""Sides of the averages, in cells; in training it was 3."""

SMOOTHED = "smoothed"
"""In the place of a window: the mean of 3×3 cells' probabilities.

It averages as many cells as the window of 3, but probabilities instead of logits.
"""

SCALES = (0.25, 0.354, 0.5, 0.707, 1.0, 1.414)
THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
TOO_LARGE = (5, 0.25)
"""A window and a scale: at a quarter of its size the map of a panorama has four rows."""

CELL = 32
"""Pixels from a cell to the next."""

Window = int | str
"""The side of an average of logits, or ``SMOOTHED``."""

Setting = tuple[Window, float, float]
"""Window, scale and threshold."""

KEYS = ("window", "scale", "threshold")


def fc_to_conv() -> list[Measurement]:
    """Choose scale and threshold for each window, then count on other panoramas."""
    torch.set_num_threads(1)
    localizer = Localizer.from_checkpoint(WEIGHTS)
    everything = [one for one in product(WINDOWS, SCALES, THRESHOLDS) if one[:2] != TOO_LARGE]
    tried = [row for seed in OTHER_SEEDS for row in look(localizer, seed, everything)]
    chosen = [best(tried, window) for window in WINDOWS]
    rows = [row for seed in SEEDS for row in look(localizer, seed, chosen)]
    return [measure(CHAPTER, NAME, WEIGHTS, settings_of(chosen), rows)]


def fc_to_conv_smoothed() -> list[Measurement]:
    """The control: averages of probabilities, chosen likewise, beside what was chosen before."""
    torch.set_num_threads(1)
    localizer = Localizer.from_checkpoint(WEIGHTS)
    before = read_measurement(CHAPTER, NAME).settings["chosen"]
    everything = list(product((SMOOTHED,), SCALES, THRESHOLDS))
    tried = [row for seed in OTHER_SEEDS for row in look(localizer, seed, everything)]
    chosen: list[Setting] = [*(tuple(one[key] for key in KEYS) for one in before)]
    chosen.append(best(tried, SMOOTHED))
    rows = [row for seed in SEEDS for row in look_closer(localizer, seed, chosen)]
    return [measure(CONTROL, CONTROL_NAME, WEIGHTS, settings_of(chosen), rows)]


def settings_of(chosen: Sequence[Setting]) -> Row:
    """What a record says of how its settings were chosen."""
    named = [dict(zip(KEYS, one, strict=True)) for one in chosen]
    return {"chosen on": len(OTHER_SEEDS), "chosen": named}


def look(localizer: Localizer, seed: int, settings: Sequence[Setting]) -> list[Row]:
    """Render one panorama; count what each setting finds in it."""
    return [counted(seed, *one) for one in found_in(localizer, seed, settings)]


def look_closer(localizer: Localizer, seed: int, settings: Sequence[Setting]) -> list[Row]:
    """The same, and how many boxes lie beside all things of their class."""
    return [
        {**counted(seed, setting, row), "beside": beside(row)}
        for setting, row in found_in(localizer, seed, settings)
    ]


def found_in(
    localizer: Localizer, seed: int, settings: Sequence[Setting]
) -> Iterator[tuple[Setting, Row]]:
    """Render one panorama; what is in it, and what each setting finds."""
    image, things = panorama(seed)
    network = to_fully_convolutional(localizer.model, native_size=localizer.native_size)
    scales = sorted({scale for _, scale, _ in settings})
    logits = {scale: cell_by_cell(localizer, network, resized(image, scale)) for scale in scales}
    for window, scale, threshold in settings:
        response = averaged(logits[scale], window, resized(image, scale).size)
        found = found_on(localizer, [response], threshold, image.size)
        yield (window, scale, threshold), row_of(things, found)


def counted(seed: int, setting: Setting, row: Row) -> Row:
    """What is recorded of one panorama and one setting."""
    lenient, strict = counts_of(row, LENIENT), counts_of(row, STRICT)
    return {
        "seed": seed,
        **dict(zip(KEYS, setting, strict=True)),
        "true": lenient.true,
        "found": lenient.found,
        "right": lenient.right,
        "strict": strict.right,
    }


def beside(row: Row) -> int:
    """How many boxes have their middle in no thing of their class, wherever their edges lie."""
    count = 0
    for name, _, (left, top, right, bottom) in row["found"]:
        x, y = (left + right) / 2, (top + bottom) / 2
        own = [box for label, box in zip(row["labels"], row["boxes"], strict=True) if label == name]
        count += not any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in own)
    return count


@torch.inference_mode()
def cell_by_cell(
    localizer: Localizer, network: FullyConvolutional, image: Image.Image
) -> torch.Tensor:
    """The logits of every cell of the last map by itself, ``(1, classes, h, w)``."""
    pixels = pil_to_tensor(image)[None].to(localizer.device)
    logits: torch.Tensor = network.head[1:](network.body(localizer.prepare(pixels)))
    return logits


def averaged(logits: torch.Tensor, window: Window, size: tuple[int, int]) -> ResponseMap:
    """What averages of cells say; each lies in the middle of the pixels of its cells."""
    if isinstance(window, str):
        chances, cells = avg_pool2d(logits.softmax(dim=1), 3, stride=1)[0], 3
    else:
        chances, cells = avg_pool2d(logits, window, stride=1)[0].softmax(dim=0), window
    return ResponseMap(chances.cpu(), Span(CELL * cells, CELL), size[1], size[0])


def best(rows: Sequence[Row], window: Window) -> Setting:
    """Scale and threshold with the highest F1 at the lenient overlap."""
    sums: dict[tuple[float, float], Counts] = {}
    for row in rows:
        if row["window"] == window:
            key = row["scale"], row["threshold"]
            sums[key] = sums.get(key, Counts()) + Counts(row["true"], row["found"], row["right"])
    scale, threshold = max(sums, key=lambda key: sums[key].f1)
    return window, scale, threshold
