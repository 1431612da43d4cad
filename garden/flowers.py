"""The five flowers by the names of their classes."""

from collections.abc import Callable

import numpy as np

from garden.daisy import daisy
from garden.dandelion import dandelion
from garden.rose import rose
from garden.sprite import Sprite
from garden.sunflower import sunflower
from garden.tulip import tulip

FLOWERS: dict[str, Callable[[np.random.Generator, int], Sprite]] = {
    "daisy": daisy,
    "dandelion": dandelion,
    "roses": rose,
    "sunflowers": sunflower,
    "tulips": tulip,
}
