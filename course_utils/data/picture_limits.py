"""How large pictures may be: looked at in a file's head, before any memory is taken for them."""

import re
import struct
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from course_utils.errors import ImageError

MAX_PIXELS = 178_000_000
"""A picture with more pixels is refused, for it would fill the memory."""

MAX_SIDE = 200_000
"""A picture with a longer side is refused, for each row and each column costs time."""

ALWAYS = 1 << 26
"""So many pixels may be in any file (67 megapixels, 8192×8192)."""

PIXELS_A_BYTE = 64
"""More pixels to a byte are refused above that; so much emptiness was made to cost time."""

WIDE = "16 bits a color"
"""Stands for the format of such a picture: it is decoded twice."""

DEAR = ("JPEG2000", "WEBP", WIDE)
"""Formats of which half as many pixels may be in a small file: their decoders take up to 28 bytes
for each, and those of JPEG 2000 much time."""

MOST_PASSES = 1 << 31
"""Pixels times passes over them in a JPEG: ten bytes may ask for one pass more, of any kind."""

MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")
"""What a segment of a JPEG begins with, or its end. It never stands in numbers of pixels."""

SCAN, END = b"\xff\xda", b"\xff\xd9"

MOST_PIECES, BYTES_A_PIECE = 1 << 16, 64
"""Tiles or strips that may be in any TIFF; and above that, the bytes that each must have."""

MOST_AT_ONCE = 1 << 28
"""Bytes of a file whose format is read into memory as a whole."""

STRIP = 1 << 20
"""Pixels that are computed with at once."""


def require_reasonable_size(
    path: Path,
    size: tuple[int, int],
    length: int,
    kind: str | None = None,
    always: int = ALWAYS,
) -> None:
    """Refuse a picture that would cost too much memory or time.

    Args:
        path: Of the file, for errors.
        size: Width and height, in pixels.
        length: Of the file, in bytes.
        kind: Its format, as Pillow calls it, or ``WIDE``.
        always: So many pixels may be in a file of any length.

    Raises:
        ImageError: If a side is too long, or the pixels are too many, by themselves or for so
            small a file.
    """
    width, height = size
    if max(size) > MAX_SIDE:
        reason = f"measures {width}×{height} pixels (the limit is {MAX_SIDE:,} a side)"
        raise ImageError(path, f"{reason}; cut it into pieces")
    if width * height > MAX_PIXELS:
        raise ImageError(path, too_many_pixels(f"{width}×{height}"))
    pixels = width * height * (2 if kind in DEAR else 1)
    if pixels > max(always, PIXELS_A_BYTE * length):
        reason = f"claims {width}×{height} pixels in only {length:,} bytes: is damaged, or empty"
        raise ImageError(path, f"{reason}; make it smaller first, or a mask a palette PNG")


def most_in_a_mask(image: Image.Image) -> int:
    """Pixels that a mask of any length may have: many show no thing, however large they are.

    With a byte a pixel the largest takes 0.5 GiB and a second, with two 0.8 GiB and two seconds.
    Its photograph must have the same size, and is no picture of nothing.
    """
    cheap = image.format in ("PNG", "TIFF", "GIF") and image.mode in ("1", "L", "P", "I;16")
    return MAX_PIXELS if cheap else ALWAYS


def too_many_pixels(size: str = "its size") -> str:
    """What is wrong with such a picture, and what to do."""
    limit = MAX_PIXELS // 1_000_000
    return f"has too many pixels ({size}; the limit is {limit} megapixels); make it smaller first"


def require_reasonable_head(path: Path, head: bytes, length: int) -> None:
    """The same for formats that take their memory as soon as they are opened.

    Args:
        path: Of the file, for errors.
        head: Its first bytes, at least 30.
        length: Of the file, in bytes.
    """
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    if (is_webp or head[4:8] == b"ftyp") and length > MOST_AT_ONCE:
        reason = f"has {length >> 20} MiB, and such a file is read as a whole (the limit is "
        raise ImageError(path, f"{reason}{MOST_AT_ONCE >> 20} MiB); save it as JPEG or TIFF")
    if is_webp and (size := _webp_size(head)):
        require_reasonable_size(path, size, length, "WEBP")


def _webp_size(head: bytes) -> tuple[int, int] | None:
    """Width and height; ``None`` if the head does not tell."""
    kind, body = head[12:16], head[20:30]
    if len(body) < 10:
        return None
    if kind == b"VP8X":
        width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7))
        return width, height
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF


def require_few_passes(path: Path, image: Image.Image, file: BinaryIO) -> None:
    """Refuse a JPEG, or a TIFF of such, of more passes over its pixels than any program writes.

    Args:
        path: Of the file, for errors.
        image: As it was opened.
        file: Its content; left where it was.

    Raises:
        ImageError: If there are too many.
    """
    pixels = image.width * image.height
    place = file.tell()
    if image.format in ("JPEG", "MPO"):
        passes: float = _passes(file, MOST_PASSES // pixels)
    elif image.format == "TIFF" and "jpeg" in str(image.info.get("compression")):
        passes = _passes_in_parts(image, file)
    else:
        return
    file.seek(place)
    if passes * pixels > MOST_PASSES:
        reason = f"is a JPEG of {passes:.0f} or more passes over {image.width}×{image.height}"
        raise ImageError(path, f"{reason} pixels; save it again, with fewer or smaller")


def require_few_pieces(path: Path, image: Image.Image, length: int) -> None:
    """Refuse a TIFF of more tiles or strips than its bytes are worth: each one costs time.

    Args:
        path: Of the file, for errors.
        image: As it was opened.
        length: Of the file, in bytes.

    Raises:
        ImageError: If there are too many.
    """
    count = len(getattr(image, "tile", ()))
    if count > max(MOST_PIECES, length // BYTES_A_PIECE):
        reason = f"is stored in {count:,} pieces of {image.width * image.height:,} pixels together"
        raise ImageError(path, f"{reason}; save it again, in larger ones")


def _passes(file: BinaryIO, most: int) -> int:
    """How often the decoder goes over the pixels of a JPEG; one more than ``most`` is enough.

    Segments are skipped, in which there may be anything, and so is what lies behind the end.
    """
    passes = place = 0
    while passes <= most:
        file.seek(place)
        part = file.read(4096)
        found = MARKER.search(part)
        if found:
            place += found.end()
            if found[0] == END:
                break
            passes += found[0] == SCAN
            file.seek(place)
            place += max(2, int.from_bytes(file.read(2), "big"))
        elif len(part) < 2:
            break
        else:
            place += len(part) - 1
    return passes


def _passes_in_parts(image: Image.Image, file: BinaryIO) -> float:
    """The same for the strips or tiles of a TIFF, each of which is a JPEG: their mean.

    Many of them may lie in one place.
    """
    file.seek(0)
    scans = [found.start() for found in re.finditer(SCAN, file.read())]
    starts = _numbers(image, 273) or _numbers(image, 324) or [0]
    lengths = _numbers(image, 279) or _numbers(image, 325)
    if len(lengths) != len(starts):
        lengths = [1 << 62] * len(starts)
    counts = [
        bisect_left(scans, start + length) - bisect_left(scans, start)
        for start, length in zip(starts, lengths, strict=True)
    ]
    return sum(counts) / len(counts)


def _numbers(image: Image.Image, tag: int) -> list[int]:
    """The whole numbers of a tag; none if there is anything else."""
    value = getattr(image, "tag_v2", {}).get(tag, ())
    numbers = value if isinstance(value, tuple) else (value,)
    return [*numbers] if all(isinstance(number, int) for number in numbers) else []


def strips(image: Image.Image) -> Iterator[tuple[tuple[int, int, int, int], Image.Image]]:
    """A picture in rows of few pixels, from the top to the bottom, each with its box."""
    step = max(1, STRIP // image.width)
    for top in range(0, image.height, step):
        box = (0, top, image.width, min(top + step, image.height))
        yield box, image.crop(box)
