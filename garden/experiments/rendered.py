"""Pictures of the garden as an experiment looks at them: rendered now, and opened."""

import io

from PIL import Image

from garden.scenes.composed import composed_panorama
from garden.scenes.truth import Thing


def opened(content: bytes) -> Image.Image:
    """The picture of a file's content."""
    return Image.open(io.BytesIO(content)).convert("RGB")


def panorama(seed: int) -> tuple[Image.Image, list[Thing]]:
    """A composed panorama, and class and box of each thing in it."""
    content, things = composed_panorama(seed)
    return opened(content), things
