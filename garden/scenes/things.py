"""The seven things of the garden by the names of their classes."""

from collections.abc import Callable

import numpy as np

from garden.flowers.daisy import daisy
from garden.flowers.dandelion import dandelion
from garden.flowers.rose import rose
from garden.flowers.sunflower import sunflower
from garden.flowers.tulip import tulip
from garden.insects.ant import ant
from garden.insects.bee import bee
from garden.painting.sprite import Sprite

Drawing = Callable[[np.random.Generator, int], Sprite]
"""Draws a thing on a square canvas with sides of so many pixels."""

INSECTS: dict[str, Drawing] = {"ant": ant, "bee": bee}
FLOWERS: dict[str, Drawing] = {
    "daisy": daisy,
    "dandelion": dandelion,
    "rose": rose,
    "sunflower": sunflower,
    "tulip": tulip,
}
THINGS = INSECTS | FLOWERS

INSECT_NAMES = list(INSECTS)
FLOWER_NAMES = list(FLOWERS)
