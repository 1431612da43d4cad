"""How a camera was held: from a picture's EXIF data, however much of the rest is broken.

Nothing is ever written back. What is wrong in the other tags, or in a block that says nothing of
the pixels, does not keep a picture from being read.
"""

import struct
import zlib
from collections.abc import Iterator

from PIL import Image

ORIENTATION = 0x0112

Turn = Image.Transpose

TURNS = {
    2: Turn.FLIP_LEFT_RIGHT,
    3: Turn.ROTATE_180,
    4: Turn.FLIP_TOP_BOTTOM,
    5: Turn.TRANSPOSE,
    6: Turn.ROTATE_270,
    7: Turn.TRANSVERSE,
    8: Turn.ROTATE_90,
}
"""What makes a picture upright, for each orientation but 1, which is upright."""

EXIF = b"Exif\0\0"


def upright_turn(image: Image.Image) -> Image.Transpose | None:
    """What makes the picture upright as it is now; ``None`` if it is, or does not say."""
    try:
        mark = image.getexif().get(ORIENTATION)
    except Exception:  # of a decoder that meets what nobody foresaw
        mark = None
    exif = image.info.get("exif")
    if mark is None and isinstance(exif, bytes):
        mark = _orientation(exif)
    return TURNS.get(mark) if isinstance(mark, int) else None


def made_upright(image: Image.Image) -> Image.Image:
    """The picture with its pixels, upright.

    They are loaded first: Pillow turns a TIFF when it loads it, and takes the mark away.
    """
    image.load()
    turn = upright_turn(image)
    return image if turn is None else image.transpose(turn)


def without_metadata(content: bytes) -> bytes | None:
    """The same JPEG or PNG without all that says nothing of the pixels, but for the orientation.

    Returns:
        The file's content; ``None`` if it is of another kind, or in disorder itself.
    """
    try:
        if content.startswith(b"\xff\xd8"):
            return _plain_jpeg(content)
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return _plain_png(content)
    except struct.error:
        pass
    return None


def _orientation(exif: bytes) -> int:
    """The value of this one tag in the first directory; 0 if it is not there."""
    data = exif.removeprefix(EXIF)
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return 0
    try:
        (start,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", data, place)
            if tag == ORIENTATION:
                long = struct.unpack_from(f"{order}I", data, place + 8)[0]
                return int(long if kind == 4 else value)
    except struct.error:
        pass
    return 0


def _tiny_exif(orientation: int) -> bytes:
    """EXIF data that holds this one tag."""
    return struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)


def _plain_jpeg(content: bytes) -> bytes | None:
    """Without the segments that applications add, but JFIF's and Adobe's: they tell the colors."""
    kept: list[bytes] = []
    orientation, place = 1, 2
    while content[place : place + 1] == b"\xff":
        (marker,) = struct.unpack_from("B", content, place + 1)
        if marker == 0xFF:  # it only fills
            place += 1
            continue
        if marker == 0xDA:  # from here on there are pixels
            segment = EXIF + _tiny_exif(orientation)
            head = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
            return head + b"".join(kept) + content[place:]
        (length,) = struct.unpack_from(">H", content, place + 2)
        segment = content[place : place + 2 + length]
        if marker == 0xE1 and segment[4:10] == EXIF:
            found = _orientation(segment[4:])
            orientation = found if found in TURNS else orientation
        if not (0xE1 <= marker <= 0xED or marker in (0xEF, 0xFE)):
            kept.append(segment)
        place += 2 + length
    return None


def _plain_png(content: bytes) -> bytes:
    kept, orientation = [content[:8]], 1
    for kind, body, chunk in _chunks(content):
        if kind == b"eXIf":
            found = _orientation(body)
            orientation = found if found in TURNS else orientation
        elif kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            kept.append(chunk)
    body = _tiny_exif(orientation)
    check = struct.pack(">I", zlib.crc32(b"eXIf" + body))
    kept.insert(2, struct.pack(">I", len(body)) + b"eXIf" + body + check)
    return b"".join(kept)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """The kind and the body of each chunk of a PNG, and all of it."""
    place = 8
    while place + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, place)
        end = place + 12 + length
        yield content[place + 4 : place + 8], content[place + 8 : end - 4], content[place:end]
        place = end
    if place < len(content):
        yield content[place + 4 : place + 8], b"", content[place:]  # cut off
