"""Makes picture files, good and bad, for the tests."""

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def noise(
    seed: int, size: tuple[int, int] = (80, 72), tint: tuple[int, int, int] = WHITE
) -> Image.Image:
    """A tinted picture with blotches, another one for each seed; ``size`` is width, height."""
    generator = np.random.default_rng(seed)
    blotches = generator.integers(40, 256, (5, 6, 3)) * (0.4 + 0.6 * np.array(tint) / 255)
    image = Image.fromarray(blotches.clip(0, 255).astype(np.uint8))
    return image.resize(size, Image.Resampling.BICUBIC)


def save(path: Path, image: Image.Image, **options: object) -> Path:
    """Save the picture, making its folder; the ending says in which format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def picture_set(root: Path, train: int = 12, val: int = 6) -> Path:
    """A set of two classes that color tells apart: ``root/{train,val}/{ants,bees}``."""
    for split, count in (("train", train), ("val", val)):
        for name, tint in (("ants", RED), ("bees", BLUE)):
            for number in range(count):
                image = noise(hash((split == "val", name == "ants", number)) % 2**32, tint=tint)
                save(root / split / name / f"{number}.png", image)
    return root


def png(
    width: int, height: int, depth: int, color_type: int, rows: bytes, clear: bytes = b""
) -> bytes:
    """A PNG file from its raw rows: for kinds that Pillow reads but does not write.

    What is seen through in it, ``clear``, is a number of 16 bits, or three.
    """
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)
    chunks = [
        (b"IHDR", header),
        *([(b"tRNS", clear)] if clear else []),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def deep_png(color_type: int, *samples: int) -> bytes:
    """A picture of 2×2 equal pixels with 16 bits a sample (0 gray, 2 RGB, 4 gray+alpha, 6 RGBA)."""
    row = b"\0" + struct.pack(f">{len(samples)}H", *samples) * 2
    return png(2, 2, 16, color_type, row * 2)


def gray_tiff(values: np.ndarray, white: int = 1) -> bytes:
    """A TIFF of numbers ``(H, W)`` of any kind, in little-endian order; ``white`` 0: it is zero."""
    height, width = values.shape
    content, kinds = values.tobytes(), {"u": 1, "i": 2, "f": 3}
    bits, kind = 8 * values.itemsize, kinds[values.dtype.kind]
    tags = [(256, width), (257, height), (258, bits), (259, 1), (262, white), (273, 8), (277, 1)]
    tags += [(278, height), (279, len(content)), (339, kind)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    start = struct.pack("<2sHI", b"II", 42, 8 + len(content))
    return start + content + struct.pack("<H", len(tags)) + entries + b"\0" * 4


def packed_tiff(bits: int, row: bytes, width: int, white: int = 1) -> bytes:
    """A gray TIFF of one row of numbers of few bits, packed."""
    tags = [(256, width), (257, 1), (258, bits), (259, 1), (262, white), (273, 8), (277, 1)]
    tags += [(278, 1), (279, len(row))]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    start = struct.pack("<2sHI", b"II", 42, 8 + len(row))
    return start + row + struct.pack("<H", len(tags)) + entries + b"\0" * 4


def marked(orientation: int) -> Image.Exif:
    """EXIF data of a camera that was held so."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def color_tiff(values: np.ndarray, *, planar: bool = False, extra: int | None = None) -> bytes:
    """A TIFF of numbers ``(H, W, C)``; ``planar`` puts each channel for itself."""
    height, width, count = values.shape
    content = np.moveaxis(values, 2, 0).tobytes() if planar else values.tobytes()
    strips, ends = count if planar else 1, 8 + len(content)
    size = len(content) // strips
    shorts = struct.pack(f"<{count}H", *[8 * values.itemsize] * count)
    longs = struct.pack(f"<{2 * strips}I", *range(8, ends, size), *[size] * strips)
    start = ends + len(shorts)
    places = (start, start + 4 * strips) if planar else (8, size)
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, count, ends), (259, 3, 1, 1)]
    entries += [(262, 3, 1, 2), (273, 4, strips, places[0]), (277, 3, 1, count)]
    entries += [(278, 4, 1, height), (279, 4, strips, places[1]), (284, 3, 1, 1 + planar)]
    entries += [(338, 3, 1, extra)] if extra is not None else []
    head = struct.pack("<2sHI", b"II", 42, start + len(longs))
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return head + content + shorts + longs + struct.pack("<H", len(entries)) + table + b"\0" * 4


def bomb_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be a huge picture."""
    return png(width, height, 8, 2, b"\0" * 100)


def bomb_bmp(width: int, height: int) -> bytes:
    """The same as a BMP."""
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 8, 0, 0, 54) + head + b"\0" * 8


def bomb_gif(width: int, height: int) -> bytes:
    """The same as a GIF."""
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0" * 6
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\x00"
    return screen + frame + b"\x3b"


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
