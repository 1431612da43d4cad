"""From numbers of 16 or 32 bits to bytes, where it is plain which of them is white.

- Whole numbers whose highest is 16 to 255 are taken as they are; where it is 4,096 to 65,535 they
  have 16 bits. Floats whose highest is at most 1 reach from black to white; where it is 16 to 255
  they are taken for bytes. Zeros alone are black.
- Where the highest lies between, the picture could be dark, or of fewer bits (10 or 12 in a file of
  16 are usual). It is refused; so are negative numbers, NaN and infinity, larger numbers, and
  signed numbers of 16 bits above 255, whose white may be 32,767 or 65,535.

A float may miss its range by half a gray level, as it does when a picture was resized.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from course_utils.data.netpbm import WHITE
from course_utils.data.pages import choose_page
from course_utils.data.picture_limits import strips
from course_utils.errors import ImageError

Numbers = npt.NDArray[Any]

WHOLE = (255, 65_535)
"""What may be white among whole numbers."""

FLOAT = (1, 255)
"""The same among floats."""

DARKEST = 1 / 16
"""A picture whose highest number is below this share of white may be one of another scale."""

BITS_PER_SAMPLE, SAMPLE_FORMAT, SIGNED = 258, 339, 2
PHOTOMETRIC, WHITE_IS_ZERO, RGB = 262, 0, 2
COLOR_MAP = 320
SAMPLES, PLANAR, SEPARATE, EXTRA_SAMPLES = 277, 284, 2, 338
"""Tags of a TIFF, and what they may say."""


def gray_bytes(path: Path, image: Image.Image) -> Image.Image:
    """A gray picture of 16 or 32 bits, or of floats, as one of mode ``L``.

    Args:
        path: Of the file, for errors.
        image: As it was opened, of a mode that begins with ``I`` or ``F``.

    Raises:
        ImageError: If its numbers do not say how bright they are.
    """
    image.load()
    extrema = [(values.min(), values.max()) for _, values in _numbers(image)]
    low, high = float(min(low for low, _ in extrema)), float(max(high for _, high in extrema))
    if WHITE in image.info:
        white = int(image.info[WHITE])
    elif image.mode == "F":
        white = _white(path, low, high, FLOAT, slack=1 / 510)
    else:
        white = _white(path, low, high, WHOLE[:1] if _is_signed(image) else WHOLE)
    gray = Image.new("L", image.size)
    clear = image.info.get("transparency")  # a number that is seen through, which lies on white
    for box, values in _numbers(image):
        shades = _scaled(values, white)
        if clear is not None:
            shades[values == clear] = 255
        gray.paste(Image.fromarray(shades), box)
    return ImageOps.invert(gray) if _tag(image, PHOTOMETRIC) == WHITE_IS_ZERO else gray


def _numbers(image: Image.Image) -> Iterator[tuple[tuple[int, int, int, int], Numbers]]:
    """The numbers of a picture, strip by strip ``(rows, W)``, each with its box."""
    for box, strip in strips(image):
        yield box, np.asarray(strip)


def require_known_samples(path: Path, image: Image.Image) -> None:
    """Refuse TIFFs whose samples Pillow takes for others, by the tags that tell.

    Raises:
        ImageError: If the samples are signed bytes, planes of more than 8 bits, or four of which
            nothing says what the last one is.
    """
    tags: Any = getattr(image, "tag_v2", {})
    bits, count = tags.get(BITS_PER_SAMPLE, ()), _tag(image, SAMPLES)
    if 8 in bits and SIGNED in tags.get(SAMPLE_FORMAT, ()):
        raise ImageError(path, f"holds signed numbers of 8 bits; {REMEDY}")
    if count > 1 and _tag(image, PLANAR) == SEPARATE and max(bits, default=8) > 8:
        reason = f"holds each channel for itself with {max(bits)} bits, which cannot be read"
        raise ImageError(path, f"{reason}; {REMEDY}")
    if count == 4 and _tag(image, PHOTOMETRIC) == RGB and EXTRA_SAMPLES not in tags:
        reason = "holds 4 channels, and nothing says what the fourth is; save it as RGB, or as RGBA"
        raise ImageError(path, f"{reason} where it is opaqueness")


def _tag(image: Image.Image, number: int) -> int:
    """A tag of a TIFF that is one number; -1 where there is none."""
    value = getattr(image, "tag_v2", {}).get(number, -1)
    return value if isinstance(value, int) else -1


def require_plain_colors(path: Path, image: Image.Image) -> None:
    """Refuse colors of 16 bits that may be of 12 or 8: Pillow keeps the upper byte alone.

    Raises:
        ImageError: If they are as dark as the upper 4 of 16 bits can be, and not black either way.
    """
    if ";16" not in pixel_kind(image):
        return
    high = max(top for _, top in _color_extrema(image))
    if 0 < high < 256 * DARKEST:
        raise ImageError(path, _unclear(0, high * 256 + 255))
    lower = lower_bytes(path, image.format) if high == 0 else None
    low = max(top for _, top in _color_extrema(lower)) if lower else 0
    if low >= 256 * DARKEST:
        raise ImageError(path, _unclear(0, low))


def pixel_kind(image: Image.Image) -> str:
    """How Pillow calls the pixels in the file, as long as they are not loaded: ``RGB;16B``."""
    args: Any = image.tile[0][3] if getattr(image, "tile", ()) else ""  # type: ignore[attr-defined]
    return str(args[0] if isinstance(args, tuple) and args else args)


def is_wide_color(image: Image.Image) -> bool:
    """Whether it has 16 bits a color, as long as it is not loaded."""
    return image.mode.startswith("RGB") and ";16" in pixel_kind(image)


def mend_palette(image: Image.Image) -> None:
    """Take a TIFF's palette for what it is; its numbers have 16 bits, but some programs' have 8."""
    colors = getattr(image, "tag_v2", {}).get(COLOR_MAP)
    if image.mode == "P" and isinstance(colors, tuple) and 0 < max(colors) < 256:
        image.load()
        count = len(colors) // 3
        image.putpalette([colors[n + c * count] for n in range(count) for c in range(3)])


def lower_bytes(path: Path, kind: str | None) -> Image.Image | None:
    """What Pillow drops of colors of 16 bits: read as if the two bytes were in the other order."""
    with suppress(Exception), Image.open(path, formats=[str(kind)]) as image:
        choose_page(image)
        tiles: Any = image
        tiles.tile = [tile._replace(args=_swapped(tile.args)) for tile in tiles.tile]
        image.load()
        return image
    return None


def mend_transparency(path: Path, image: Image.Image, kind: str) -> None:
    """Find what is seen through in a PNG of 2, 4 or 16 bits, whose bytes Pillow compares with them.

    Args:
        path: Of the file.
        image: Its see-through shade is put right; what has a see-through color of 16 bits is white.
        kind: Of its pixels (see ``pixel_kind``).
    """
    clear = image.info.get("transparency")
    if kind in ("L;2", "L;4") and isinstance(clear, int):
        most = (1 << int(kind[2])) - 1
        image.info["transparency"] = (clear & most) * 255 // most
    if kind == "RGB;16B" and isinstance(clear, tuple):
        del image.info["transparency"]
        if lower := lower_bytes(path, image.format):
            for box, strip in strips(image):
                upper, rest = np.array(strip), np.asarray(lower.crop(box))
                seen_through = (upper * np.uint16(256) + rest == np.array(clear)).all(axis=2)
                upper[seen_through] = 255
                image.paste(Image.fromarray(upper), box)


def require_known_bits(path: Path, image: Image.Image, head: bytes) -> None:
    """Refuse a BMP whose few grays Pillow takes for pixels of another number of bits.

    Args:
        path: Of the file, for errors.
        image: As it was opened.
        head: The first bytes of the file, at least 30.
    """
    if image.format != "BMP" or "rle" in image.tile[0][0]:  # type: ignore[attr-defined]
        return
    bits = head[24 if head[14] == 12 else 28]
    if bits != {"1": 1, "L": 8}.get(pixel_kind(image), bits):
        reason = f"is a gray BMP of {bits} bits a pixel, which would be read wrongly"
        raise ImageError(path, f"{reason}; save it as PNG")


def _swapped(args: Any) -> Any:
    """A decoder's arguments with the bytes of ``RGB;16B`` or ``RGB;16L`` in the other order."""
    if isinstance(args, tuple):
        return (_swapped(args[0]), *args[1:])
    return args[:-1] + ("B" if args[-1] in "LN" else "L")


def _color_extrema(image: Image.Image) -> list[tuple[Any, Any]]:
    """The lowest and highest value of each channel but the opaqueness."""
    extrema: Any = image.getextrema()
    several = extrema if isinstance(extrema[0], tuple) else (extrema,)
    return [one for name, one in zip(image.getbands(), several, strict=True) if name != "A"]


def _is_signed(image: Image.Image) -> bool:
    """Whether these are signed numbers of 16 bits (only a TIFF has them)."""
    tags: Any = getattr(image, "tag_v2", {})
    return 16 in tags.get(BITS_PER_SAMPLE, ()) and SIGNED in tags.get(SAMPLE_FORMAT, ())


def _white(path: Path, low: float, high: float, whites: tuple[int, ...], slack: float = 0.0) -> int:
    """The smallest of them that no number exceeds, unless another is as likely.

    Args:
        path: Of the file, for errors.
        low: The lowest number.
        high: The highest number.
        whites: In ascending order.
        slack: By how much of white a number may miss the range.
    """
    if not np.isfinite((low, high)).all():
        raise ImageError(path, f"holds numbers that are not finite; {REMEDY}")
    white = next((white for white in whites if high <= white * (1 + slack)), None)
    if low < -slack * (white or 1):
        raise ImageError(path, f"holds negative numbers (from {low:g} to {high:g}); {REMEDY}")
    if white is None or (white > 1 and 0 < high < DARKEST * (white + 1)):
        raise ImageError(path, _unclear(low, high))
    return white


REMEDY = "save it with 8 bits a channel, 0 for black and 255 for white"


def _unclear(low: float, high: float) -> str:
    return f"holds numbers from {low:g} to {high:g}, and nothing says which is white; {REMEDY}"


def _scaled(values: Numbers, white: int) -> npt.NDArray[np.uint8]:
    """Numbers ``(H, W)`` from 0 to ``white`` as bytes, rounded."""
    if values.dtype.kind == "f":
        return np.round(values * np.float32(255 / white)).clip(0, 255).astype(np.uint8)
    if white == WHOLE[0]:
        return values.astype(np.uint8)
    scaled = (values.astype(np.uint32) * 255 + white // 2) // white
    return scaled.clip(max=255).astype(np.uint8)
