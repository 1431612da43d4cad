"""Detection on composed panoramas that are rendered now, and the settings chosen for it."""

import io
from collections.abc import Sequence
from itertools import product

from PIL import Image

from course_utils.analysis.box_metrics import Counts
from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import Row
from course_utils.teaching.panoramas import (
    LENIENT,
    SETTINGS,
    STRICT,
    everything_in,
    found_on,
    row_of,
    shifts_in,
    totals,
    try_picture,
)
from garden.scenes.composed import composed_panorama
from garden.scenes.truth import Thing

SEEDS = range(50)

OTHER_SEEDS = (*range(1000, 1050), *range(2000, 2050))
"""Of the panoramas that the settings are chosen on."""

PYRAMID: Row = {"scales": [0.5, 0.707, 1.0], "threshold": 0.95}
"""The best settings with more than one scale, chosen on the same other panoramas."""

SCALES: Sequence[list[float]] = (
    [0.5],
    [0.707],
    [1.0],
    [1.414],
    [0.5, 1.0],
    [0.707, 1.0],
    [0.707, 1.414],
    [0.5, 0.707, 1.0],
    [0.354, 0.707, 1.414],
    [0.707, 1.0, 1.414],
    [0.5, 0.707, 1.0, 1.414],
)
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)


def try_panorama(localizer: Localizer, seed: int, settings: Row = SETTINGS) -> Row:
    """Render one panorama and look at it: its seed, and what ``try_picture`` gives."""
    image, things = _render(seed)
    return {"seed": seed, **try_picture(localizer, image, things, settings)}


def try_settings(localizer: Localizer, seed: int) -> list[Row]:
    """Render one panorama and look at it with all settings; each row begins with its settings."""
    image, things = _render(seed)
    every = sorted({scale for scales in SCALES for scale in scales})
    maps = {scale: localizer.respond(image, scale) for scale in every}
    rows = []
    for scales, threshold in product(SCALES, THRESHOLDS):
        found = found_on(localizer, [maps[scale] for scale in scales], threshold, image.size)
        rows.append({"scales": scales, "threshold": threshold, **row_of(things, found)})
    return rows


SHIFTS: Row = {"scales": [0.707, 1.0, 1.414], "threshold": 0.8}
"""Each scale by itself."""


def try_shifts(localizer: Localizer, seed: int, settings: Row = SHIFTS) -> list[Row]:
    """Render one panorama; how far boxes lie beside their things, in pixels, for each scale."""
    image, things = _render(seed)
    rows: list[Row] = []
    for scale in settings["scales"]:
        found = everything_in(localizer, image, {**settings, "scales": [scale]})
        shifts = [list(shift) for shift in shifts_in(row_of(things, found))]
        rows.append({"seed": seed, "scale": scale, "shifts": shifts})
    return rows


def _render(seed: int) -> tuple[Image.Image, list[Thing]]:
    content, things = composed_panorama(seed)
    return Image.open(io.BytesIO(content)).convert("RGB"), things


def compared(rows: Sequence[Row]) -> list[Row]:
    """The settings that were tried, the best first, with their scores over all panoramas.

    A score is the harmonic mean of precision and recall (F1), at each of the two overlaps.
    """
    tried: dict[tuple[tuple[float, ...], float], list[Row]] = {}
    for row in rows:
        tried.setdefault((tuple(row["scales"]), row["threshold"]), []).append(row)
    scored: list[Row] = [
        {
            "scales": list(scales),
            "threshold": threshold,
            "lenient": round(_f1(totals(one, LENIENT)), 4),
            "strict": round(_f1(totals(one, STRICT)), 4),
        }
        for (scales, threshold), one in tried.items()
    ]
    return sorted(scored, key=lambda row: -(row["lenient"] + row["strict"]))


def _f1(counts: Counts) -> float:
    return 2 * counts.right / (counts.true + counts.found)
