"""Things of several sizes on empty grounds that are rendered now."""

from collections.abc import Iterator

from torch import Tensor

from course_utils.inference.localization import NOTHING, Localizer
from course_utils.teaching.measurements import Row
from course_utils.teaching.object_sizes import SETTINGS, SIZES, answers_for
from garden.experiments.rendered import opened
from garden.scenes.object_sizes import empty_picture, empty_scene, picture_with
from garden.scenes.things import THINGS

SEEDS = range(6)
"""Of the empty grounds: every second one lies flat, the others are views over a meadow."""

EMPTY_SEEDS = range(12)
"""Of the grounds that are looked at with nothing on them."""

SURE = 0.9
"""A probability that would count as a find."""

INSECTS = ("ant", "bee")


def try_sizes(localizer: Localizer, seed: int, settings: Row = SETTINGS) -> Iterator[Row]:
    """Name every thing at every size on one ground, in all ways.

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


def try_empty(localizer: Localizer, insects: Localizer, seed: int) -> Row:
    """Look at an empty ground with a network that knows background, and without this answer.

    Returns:
        Seed, and shares of the positions at which something is found with more than ``SURE``: a
        thing (``with``); the likeliest class of the same network where background is left out
        (``without``), and where only the insects are left (``two``); and the likeliest of
        ``insects``, a network that was never told of a background.
    """
    image = opened(empty_picture(seed))
    known = localizer.respond(image).probabilities
    things = [i for i, name in enumerate(localizer.class_names) if name != NOTHING]
    two = [localizer.class_names.index(name) for name in INSECTS]
    found = {
        "with": 1 - known[localizer.class_names.index(NOTHING)],
        "without": _winner(known[things]),
        "two": _winner(known[two]),
        "insects": _winner(insects.respond(image).probabilities),
    }
    shares = {name: round(float((map_ > SURE).float().mean()), 4) for name, map_ in found.items()}
    return {"seed": seed, **shares}


def _winner(probabilities: Tensor) -> Tensor:
    """How likely the likeliest of some classes is at each position, if it must be one of them."""
    winner: Tensor = probabilities.amax(dim=0) / probabilities.sum(dim=0)
    return winner
