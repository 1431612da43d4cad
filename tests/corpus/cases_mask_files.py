"""Single files of masks: damaged palettes, and what is called an array and is none."""

import io
import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np

from case import Case, Refusal
from course_utils.data.masks import load_mask
from course_utils.data.palettes import require_one_palette
from mutate import repaired_png
from picture_files import png

ROWS = b"\0\0\1\1\0" * 4
STRIPED = np.array([[0, 1, 1, 0]] * 4)


def indices(path: Path) -> object:
    """As a set with masks reads them, palette included."""
    require_one_palette(path.parent, [(path, frozenset((0, 1)))] * 2)
    return load_mask(path, 21)


def file(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def palette_png(length: int) -> bytes:
    """4×4 indices with a palette of so many bytes, which may end within a color."""
    content = png(4, 4, 8, 3, ROWS)
    chunk = struct.pack(">I", length) + b"PLTE" + bytes(range(length)) + bytes(4)
    return repaired_png(content[:33] + chunk + content[33:])


def array(head: str, body: bytes = bytes(64)) -> bytes:
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(head)) + head.encode() + body


def described(kind: str, shape: str) -> bytes:
    return array(f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}}}\n")


def several() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, STRIPED)
    return stream.getvalue()


def endless(folder: Path) -> Path:
    (folder / "a.npy").symlink_to("/dev/zero")
    return folder / "a.npy"


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "a.npy")
    return folder / "a.npy"


ARRAYS = {
    "several arrays": several(),
    "an empty archive": b"PK\x05\x06" + bytes(18),
    "a pickle": b"\x80\x04K\x01." + bytes(9),
    "a head of 3,000 brackets": array("(" * 3000),
    "a negative side": described("'|i1'", "(-1, 4)"),
    "more than the file holds": described("'<f8'", "(999999999, 9999)"),
    "a head that asks for 4 GiB": b"\x93NUMPY\x02\0\xff\xff\xff\xff",
    "objects": described("'|O'", "(2, 2)"),
}

CASES = [
    *(
        Case(f"a palette of {length} bytes", file("a.png", palette_png(length)), indices, STRIPED)
        for length in (1, 4, 5, 6, 7)
    ),
    *(
        Case(f".npy: {what}", file("a.npy", content), indices, Refusal("is no array of NumPy's"))
        for what, content in ARRAYS.items()
    ),
    Case(
        ".npy: a table",
        file("a.npy", described("[('a', '|i1')]", "(2, 2)")),
        indices,
        Refusal("a mask holds whole numbers"),
    ),
    Case(".npy: a link to /dev/zero", endless, indices, Refusal("is a device, not a file")),
    Case(".npy: a named pipe", pipe, indices, Refusal("is a named pipe, not a file")),
]
