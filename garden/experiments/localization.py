"""The experiments of the chapter on localization, each over all its seeds."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor

import torch

from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import Measurement, Row
from course_utils.teaching.object_sizes import SETTINGS as SIZE_SCALES
from course_utils.teaching.panoramas import SETTINGS as ONE_SCALE
from garden.experiments import object_sizes, panoramas
from garden.experiments.recording import measure

CHAPTER = "localization"
WEIGHTS = "garden-resnet18"
INSECTS = "insects-resnet18"


def localization() -> list[Measurement]:
    """Measure all; a process for each core, one thread in each."""
    one_scale = _for_all(_panorama, panoramas.SEEDS)
    shifts = panoramas.shifts_together(_for_all(_shifts, panoramas.SEEDS))
    tried = panoramas.compared(_for_all(_ways, panoramas.OTHER_SEEDS))
    best = panoramas.best_of(tried)
    ways = panoramas.curves(_for_all(_ways, panoramas.SEEDS), best)
    windows = _for_all(_windows, panoramas.SEEDS)
    sizes = _for_all(_sizes, object_sizes.SEEDS)
    boxes = _for_all(_boxes, panoramas.SEEDS)
    empty = _for_all(_empty, object_sizes.EMPTY_SEEDS)
    sure = {"above": object_sizes.SURE, "other network": INSECTS}
    others = {"panoramas": len(panoramas.OTHER_SEEDS)}
    return [
        measure(CHAPTER, "composed panoramas", WEIGHTS, ONE_SCALE, one_scale),
        measure(CHAPTER, "shift of the boxes", WEIGHTS, panoramas.SHIFTS, shifts),
        measure(CHAPTER, "settings tried", WEIGHTS, others, tried),
        measure(CHAPTER, "ways to look", WEIGHTS, {"chosen": best}, ways),
        measure(CHAPTER, "isolated windows", WEIGHTS, {"scale": 1.0}, windows),
        measure(CHAPTER, "object size", WEIGHTS, SIZE_SCALES, sizes),
        measure(CHAPTER, "boxes of finer maps", WEIGHTS, panoramas.BOXES, boxes),
        measure(CHAPTER, "empty grounds", WEIGHTS, sure, empty),
    ]


def _for_all(experiment: Callable[[int], list[Row]], seeds: Iterable[int]) -> list[Row]:
    with ProcessPoolExecutor() as pool:
        return [row for rows in pool.map(experiment, seeds) for row in rows]


def _panorama(seed: int) -> list[Row]:
    return [panoramas.try_panorama(_localizer(), seed)]


def _shifts(seed: int) -> list[Row]:
    return panoramas.try_shifts(_localizer(), seed)


def _ways(seed: int) -> list[Row]:
    return panoramas.try_ways(_localizer(), seed)


def _windows(seed: int) -> list[Row]:
    return [panoramas.try_windows(_localizer(), seed)]


def _sizes(seed: int) -> list[Row]:
    return list(object_sizes.try_sizes(_localizer(), seed))


def _boxes(seed: int) -> list[Row]:
    return panoramas.try_boxes(_localizer(), seed)


def _empty(seed: int) -> list[Row]:
    return [object_sizes.try_empty(_localizer(), _localizer(INSECTS), seed)]


def _localizer(weights: str = WEIGHTS) -> Localizer:
    torch.set_num_threads(1)
    return Localizer.from_checkpoint(weights)
