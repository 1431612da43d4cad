"""Detection on composed panoramas that are rendered now."""

import io

from PIL import Image

from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import Row
from course_utils.teaching.panoramas import SETTINGS, try_picture
from garden.scenes.composed import composed_panorama

SEEDS = range(50)

PYRAMID: Row = {**SETTINGS, "scales": [0.354, 0.707, 1.414]}
"""The same threshold at three scales, for comparison."""


def try_panorama(localizer: Localizer, seed: int, settings: Row = SETTINGS) -> Row:
    """Render one panorama and count on it: its seed, and what ``try_picture`` gives."""
    content, things = composed_panorama(seed)
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return {"seed": seed, **try_picture(localizer, image, things, settings)}
