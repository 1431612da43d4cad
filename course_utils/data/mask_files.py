"""Whether a file holds a mask's indices as they are: what would change them, and is undone."""

import re
from pathlib import Path

from PIL import Image

from course_utils.data.depth import lower_bytes, pixel_kind
from course_utils.data.formats import loses_detail
from course_utils.data.pages import has_several
from course_utils.errors import ImageError

THING = "save the thing as 1, and background as 0"

SHADES = re.compile("(?P<mode>[1L])(;(?P<bits>[24]?)(?P<inverted>I?)R?)?")
"""How Pillow calls pixels in a file of which it makes shades of gray: ``L;4`` has 4 bits."""


def require_exact(path: Path, image: Image.Image) -> None:
    """Refuse formats that change pixels: the index beside another would become a third.

    The same with several pages or frames, of which nothing says where the indices are.
    """
    if has_several(image):
        reason = "has several pages or frames; save the one with the classes as PNG"
        raise ImageError(path, reason)
    if ";16" in pixel_kind(image) and image.mode.startswith("RGB"):
        lower = lower_bytes(path, image.format)
        if lower is None or lower.tobytes() != image.tobytes():
            reason = "holds 16 bits a channel, of which 8 are lost"
            raise ImageError(path, f"{reason}; save the mask as a palette PNG of 8 bits")
    if image.format in ("PNG", "BMP", "GIF", "PPM"):
        return
    with path.open("rb") as file:
        kind = loses_detail(file.read(1 << 12), image.format, image.info.get("compression"))
    if kind:
        raise ImageError(path, f"is a {kind} picture, which changes classes; save the mask as PNG")


def numbers_of_shades(path: Path, image: Image.Image) -> list[int]:
    """Of each shade that a decoder makes of 1, 2 or 4 bits, or of white as 0, the number it was.

    Nothing where it makes none. What the decoder will do is forgotten once it has.
    """
    found = SHADES.fullmatch(pixel_kind(image))
    if not found or found[0] == "L":
        return []
    if found["mode"] == "1" and found["inverted"]:
        reason = "has 1 bit a pixel, and 0 is white: it does not say which of them is the thing"
        raise ImageError(path, f"{reason}; save the mask as a palette PNG of 8 bits; {THING}")
    most = 1 if found["mode"] == "1" else (1 << int(found["bits"] or 8)) - 1
    shades = range(255, -1, -1) if found["inverted"] else range(256)
    return [round(shade * most / 255) for shade in shades]
