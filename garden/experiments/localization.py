"""The experiments of the chapter on localization, each over all its seeds."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor

import torch

from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import Measurement, Row
from course_utils.teaching.object_sizes import SETTINGS as THREE_WAYS
from course_utils.teaching.panoramas import SETTINGS as ONE_SCALE
from garden.experiments import object_sizes, panoramas
from garden.experiments.recording import measure

CHAPTER = "localization"
WEIGHTS = "garden-resnet18"


def localization() -> list[Measurement]:
    """Measure all; a process for each core, one thread in each."""
    one_scale = _for_all(_panorama, panoramas.SEEDS)
    three = _for_all(_pyramid, panoramas.SEEDS)
    shifts = _for_all(_shifts, panoramas.SEEDS)
    tried = panoramas.compared(_for_all(_settings, panoramas.OTHER_SEEDS))
    sizes = _for_all(_sizes, object_sizes.SEEDS)
    return [
        measure(CHAPTER, "composed panoramas", WEIGHTS, ONE_SCALE, one_scale),
        measure(CHAPTER, "three scales", WEIGHTS, panoramas.PYRAMID, three),
        measure(CHAPTER, "shift of the boxes", WEIGHTS, panoramas.SHIFTS, shifts),
        measure(
            CHAPTER, "settings tried", WEIGHTS, {"panoramas": len(panoramas.OTHER_SEEDS)}, tried
        ),
        measure(CHAPTER, "object size", WEIGHTS, THREE_WAYS, sizes),
    ]


def _for_all(experiment: Callable[[int], list[Row]], seeds: Iterable[int]) -> list[Row]:
    with ProcessPoolExecutor() as pool:
        return [row for rows in pool.map(experiment, seeds) for row in rows]


def _panorama(seed: int) -> list[Row]:
    return [panoramas.try_panorama(_localizer(), seed)]


def _pyramid(seed: int) -> list[Row]:
    return [panoramas.try_panorama(_localizer(), seed, panoramas.PYRAMID)]


def _shifts(seed: int) -> list[Row]:
    return panoramas.try_shifts(_localizer(), seed)


def _settings(seed: int) -> list[Row]:
    return panoramas.try_settings(_localizer(), seed)


def _sizes(seed: int) -> list[Row]:
    return list(object_sizes.try_sizes(_localizer(), seed))


def _localizer() -> Localizer:
    torch.set_num_threads(1)
    return Localizer.from_checkpoint(WEIGHTS)
