"""The experiment of the chapter on any size: averages of more or fewer cells, on panoramas."""

from collections.abc import Sequence
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
from course_utils.teaching.measurements import Measurement, Row
from course_utils.teaching.panoramas import LENIENT, STRICT, counts_of, found_on, row_of
from garden.experiments.recording import measure
from garden.experiments.rendered import panorama

CHAPTER, NAME = "fc_to_conv", "averages of cells"
WEIGHTS = "garden-resnet18"
SEEDS = range(50)

OTHER_SEEDS = (*range(1000, 1025), *range(2000, 2025))
"""Of the panoramas on which scale and threshold are chosen, for each window by itself."""

WINDOWS = (1, 2, 3, 4, 5)
"""Sides of the averages, in cells; in training it was 3."""

SCALES = (0.25, 0.354, 0.5, 0.707, 1.0, 1.414)
THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
TOO_LARGE = (5, 0.25)
"""A window and a scale: at a quarter of its size the map of a panorama has four rows."""

CELL = 32
"""Pixels from a cell to the next."""

Setting = tuple[int, float, float]
"""Window, scale and threshold."""


def fc_to_conv() -> list[Measurement]:
    """Choose scale and threshold for each window, then count on other panoramas."""
    torch.set_num_threads(1)
    localizer = Localizer.from_checkpoint(WEIGHTS)
    everything = [one for one in product(WINDOWS, SCALES, THRESHOLDS) if one[:2] != TOO_LARGE]
    tried = [row for seed in OTHER_SEEDS for row in look(localizer, seed, everything)]
    chosen = [best(tried, window) for window in WINDOWS]
    settings = {
        "chosen on": len(OTHER_SEEDS),
        "chosen": [dict(zip(("window", "scale", "threshold"), one, strict=True)) for one in chosen],
    }
    rows = [row for seed in SEEDS for row in look(localizer, seed, chosen)]
    return [measure(CHAPTER, NAME, WEIGHTS, settings, rows)]


def look(localizer: Localizer, seed: int, settings: Sequence[Setting]) -> list[Row]:
    """Render one panorama; count what each setting finds in it."""
    image, things = panorama(seed)
    network = to_fully_convolutional(localizer.model, native_size=localizer.native_size)
    scales = sorted({scale for _, scale, _ in settings})
    logits = {scale: cell_by_cell(localizer, network, resized(image, scale)) for scale in scales}
    rows = []
    for window, scale, threshold in settings:
        response = averaged(logits[scale], window, resized(image, scale).size)
        row = row_of(things, found_on(localizer, [response], threshold, image.size))
        lenient, strict = counts_of(row, LENIENT), counts_of(row, STRICT)
        rows.append(
            {
                "seed": seed,
                "window": window,
                "scale": scale,
                "threshold": threshold,
                "true": lenient.true,
                "found": lenient.found,
                "right": lenient.right,
                "strict": strict.right,
            }
        )
    return rows


@torch.inference_mode()
def cell_by_cell(
    localizer: Localizer, network: FullyConvolutional, image: Image.Image
) -> torch.Tensor:
    """The logits of every cell of the last map by itself, ``(1, classes, h, w)``."""
    pixels = pil_to_tensor(image)[None].to(localizer.device)
    logits: torch.Tensor = network.head[1:](network.body(localizer.prepare(pixels)))
    return logits


def averaged(logits: torch.Tensor, window: int, size: tuple[int, int]) -> ResponseMap:
    """What averages of cells say; each lies in the middle of the pixels of its cells."""
    chances = avg_pool2d(logits, window, stride=1)[0].softmax(dim=0).cpu()
    return ResponseMap(chances, Span(CELL * window, CELL), size[1], size[0])


def best(rows: Sequence[Row], window: int) -> Setting:
    """Scale and threshold with the highest F1 at the lenient overlap."""
    sums: dict[tuple[float, float], Counts] = {}
    for row in rows:
        if row["window"] == window:
            key = row["scale"], row["threshold"]
            sums[key] = sums.get(key, Counts()) + Counts(row["true"], row["found"], row["right"])
    scale, threshold = max(sums, key=lambda key: sums[key].f1)
    return window, scale, threshold
