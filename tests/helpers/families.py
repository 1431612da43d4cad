"""The classic families of networks, some of which cost much to build."""

from collections.abc import Iterable

import pytest


def vgg_is_slow(names: Iterable[str]) -> list[object]:
    """The names, with VGG's marked: of its 130 million numbers each is drawn and multiplied."""
    slow = pytest.mark.slow
    return [pytest.param(n, marks=slow) if n.startswith("vgg") else n for n in names]
