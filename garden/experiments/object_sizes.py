"""Things of several sizes on empty grounds that are rendered now."""

from collections.abc import Iterator

from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import Row
from course_utils.teaching.object_sizes import SETTINGS, SIZES, answers_for
from garden.experiments.rendered import opened
from garden.scenes.object_sizes import empty_scene, picture_with
from garden.scenes.things import THINGS

SEEDS = range(6)
"""Of the empty grounds: every second one lies flat, the others are views over a meadow."""


def try_sizes(localizer: Localizer, seed: int, settings: Row = SETTINGS) -> Iterator[Row]:
    """Name every thing at every size on one ground, in three ways.

    Yields:
        Seed, label, size, and what each way answered.
    """
    ground = empty_scene(seed)
    for label in THINGS:
        for size in SIZES:
            content, _ = picture_with(ground, seed, label, size)
            image = opened(content)
            answers = answers_for(localizer, image, settings)
            yield {"seed": seed, "label": label, "size": size, **answers}
