"""The sets ``panorama`` and ``panoramas``: wide pictures, and what is where in them.

They have no splits: nothing is trained on them. Of each series only those are embedded that the
chapter on localization and the tests look at; ``garden.experiments`` renders all.
"""

import json
from collections.abc import Iterator, Sequence
from functools import partial

from garden.scenes.composed import composed_panorama
from garden.scenes.object_sizes import empty_picture, empty_scene, picture_with
from garden.scenes.panorama import panorama
from garden.scenes.truth import Thing
from garden.sets.job import Files, Job

COMPOSED = (0, 1, 26)
"""Seeds of the composed panoramas."""

EMPTY = 0
"""Seed of the empty ground."""

ROSE_GROUND, ROSE_SIZES = 1, (24, 48, 72, 96, 144, 192)
"""Seed of the ground with a rose, and the sides of the square that it is drawn in (pixels)."""


def panorama_jobs() -> Iterator[Job]:
    """The one panorama that is composed by hand."""
    yield render_panorama


def panoramas_jobs() -> Iterator[Job]:
    """The others."""
    for seed in COMPOSED:
        yield partial(render_composed, seed)
    yield partial(render_empty, EMPTY)
    for size in ROSE_SIZES:
        yield partial(render_thing, ROSE_GROUND, "rose", size)


def render_panorama() -> Files:
    """The picture, where its bee is, and where all things in focus are.

    ``{"label": "bee", "box": [x0, y0, x1, y1], "things": [{"label": ..., "box": ...}, ...]}``
    """
    picture, things = panorama()
    named = [{"label": label, "box": box} for label, box in things]
    truth = {**named[-1], "things": named}
    return {"panorama/panorama.jpg": picture, "panorama/panorama.json": _line(truth)}


def render_composed(seed: int) -> Files:
    """A composed panorama."""
    picture, things = composed_panorama(seed)
    return _files(f"composed_{seed:03d}", picture, things, {"seed": seed})


def render_empty(seed: int) -> Files:
    """An empty ground."""
    return _files(f"empty_{seed:03d}", empty_picture(seed), [], {"seed": seed})


def render_thing(seed: int, label: str, size: int) -> Files:
    """One thing of a size on an empty ground."""
    picture, things = picture_with(empty_scene(seed), seed, label, size)
    facts = {"seed": seed, "size": size}
    return _files(f"empty_{seed:03d}_{label}_{size:03d}", picture, things, facts)


def _files(name: str, picture: bytes, things: Sequence[Thing], facts: dict[str, int]) -> Files:
    truth = {**facts, "things": [{"label": label, "box": box} for label, box in things]}
    return {f"panoramas/{name}.jpg": picture, f"panoramas/{name}.json": _line(truth)}


def _line(truth: object) -> bytes:
    return (json.dumps(truth) + "\n").encode()
