"""PGM, PPM and PBM: their numbers as they stand in the file, and which of them is white.

Pillow makes shades of them, number by number, and takes comments out of a plain file (of digits)
one by one, which may last for minutes.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from course_utils.data.formats import what_it_is
from course_utils.data.picture_limits import MOST_AT_ONCE
from course_utils.errors import ImageError

Numbers = npt.NDArray[Any]

PLAIN = re.compile(rb"P[123][\s#]")
"""How a file of digits begins."""

HEAD = re.compile(rb"P([123])\s+(\d{1,9})\s+(\d{1,9})\s+(?:(\d{1,5})\s+)?")
"""All of its head, once there are no comments: kind, width, height, and the number of white."""

WHITE = "white"
"""Where a picture tells its number of white, if its head does: 65,535 stands in any of 16 bits."""


def binary(path: Path, content: bytes) -> bytes:
    """A plain file as the binary one of the same numbers.

    Raises:
        ImageError: If it is no such file, is cut off or too large, or holds other than numbers.
    """
    if len(content) > MOST_AT_ONCE:
        reason = f"has more than {MOST_AT_ONCE >> 20} MiB of digits; save it as PNG"
        raise ImageError(path, reason)
    content = re.sub(rb"#[^\r\n]*", b"", content)
    head = HEAD.match(content)
    if not head or (head[1] != b"1" and not head[4]):
        raise ImageError(path, what_it_is(b""))
    width, height, white = int(head[2]), int(head[3]), int(head[4] or 1)
    count = width * height * (3 if head[1] == b"3" else 1)
    if head[1] == b"1":  # nothing need stand between its digits
        text = b"".join(content[head.end(3) :].split())
        bits = np.frombuffer(text, np.uint8, count=min(count, len(text))) - 48
        rows = np.packbits(_checked(path, bits, count, 1).reshape(height, width), axis=1)
        return b"P4\n%d %d\n" % (width, height) + rows.tobytes()
    text = re.compile(rb"[\d\s]*").match(content, head.end()).group()  # type: ignore[union-attr]
    if re.search(rb"\d{10}", text):
        raise ImageError(path, "is damaged (a number has too many digits); save it as PNG")
    numbers = _checked(path, np.fromstring(text, np.int32, sep=" "), count, white)
    start = b"P%d\n%d %d\n%d\n" % (int(head[1]) + 3, width, height, white)
    return start + numbers.astype(np.uint8 if white < 256 else ">u2").tobytes()


def _checked(path: Path, numbers: Numbers, count: int, white: int) -> Numbers:
    """So many numbers, none of them above white."""
    numbers = numbers[:count]
    if len(numbers) < count or (count and numbers.max() > white):
        about = f"{len(numbers)} of {count} numbers from 0 to {white}"
        reason = f"is damaged or cut off ({about}); copy or download it again"
        raise ImageError(path, reason)
    return numbers


def keep_numbers(image: Image.Image) -> None:
    """Let the decoder give the numbers of a PGM or PPM as they are, and tell what white is.

    Not of a PPM of more than 8 bits, of which Pillow makes shades.
    """
    tile: Any = image.tile[0] if getattr(image, "tile", ()) else ("",)  # type: ignore[attr-defined]
    if tile[0] == "ppm":
        kind, white = tile[3]
        if kind != "RGB" or white < 256:
            kind = "I;16B" if image.mode == "I" else kind
            image.tile = [(*("raw", *tile[1:3]), kind)]  # type: ignore[attr-defined]
            image.info[WHITE] = white


def as_shades(image: Image.Image) -> Image.Image:
    """A picture whose numbers were kept, in bytes from 0 to 255: those above white are white."""
    white = image.info.get(WHITE, 255)
    if white == 255 or image.mode not in ("L", "RGB"):
        return image
    shades = [min(255, round(number / white * 255)) for number in range(256)]
    return image.point(shades * len(image.getbands()))
