"""The five flowers by the names of their classes."""

from collections.abc import Callable

import numpy as np

from course_utils.data.garden.daisy import daisy
from course_utils.data.garden.dandelion import dandelion
from course_utils.data.garden.rose import rose
from course_utils.data.garden.sprite import Sprite
from course_utils.data.garden.sunflower import sunflower
from course_utils.data.garden.tulip import tulip

FLOWERS: dict[str, Callable[[np.random.Generator, int], Sprite]] = {
    "daisy": daisy,
    "dandelion": dandelion,
    "roses": rose,
    "sunflowers": sunflower,
    "tulips": tulip,
}
