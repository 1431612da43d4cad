"""The experiments of the chapter on localization, each over all its seeds."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor

import torch

from course_utils.inference.localization import Localizer
from course_utils.teaching import object_sizes, panoramas
from course_utils.teaching.measurements import Measurement, Row, measure

CHAPTER = "localization"
PANORAMAS, PYRAMID, SIZES = "composed panoramas", "three scales", "object size"


def localization() -> list[Measurement]:
    """Measure all; a process for each core, one thread in each."""
    one_scale = _for_all(_panorama, panoramas.SEEDS)
    three = _for_all(_pyramid, panoramas.SEEDS)
    sizes = _for_all(_sizes, object_sizes.SEEDS)
    return [
        measure(CHAPTER, PANORAMAS, panoramas.WEIGHTS, panoramas.SETTINGS, one_scale),
        measure(CHAPTER, PYRAMID, panoramas.WEIGHTS, panoramas.PYRAMID, three),
        measure(CHAPTER, SIZES, panoramas.WEIGHTS, object_sizes.SETTINGS, sizes),
    ]


def _for_all(experiment: Callable[[int], list[Row]], seeds: Iterable[int]) -> list[Row]:
    with ProcessPoolExecutor() as pool:
        return [row for rows in pool.map(experiment, seeds) for row in rows]


def _panorama(seed: int) -> list[Row]:
    return [panoramas.try_panorama(_localizer(), seed)]


def _pyramid(seed: int) -> list[Row]:
    return [panoramas.try_panorama(_localizer(), seed, panoramas.PYRAMID)]


def _sizes(seed: int) -> list[Row]:
    return list(object_sizes.try_sizes(_localizer(), seed))


def _localizer() -> Localizer:
    torch.set_num_threads(1)
    return Localizer.from_checkpoint(panoramas.WEIGHTS)
