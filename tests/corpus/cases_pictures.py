"""Pictures: numbers of many bits, broken metadata, endings, and what is none."""

import io
import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from case import Case, Refusal
from course_utils.data.finding import find_images
from course_utils.data.images import load_image
from picture_files import RED, bomb_bmp, bomb_gif, color_tiff, deep_png, gray_tiff, png

RAMP = np.linspace(0, 1, 256).reshape(16, 16)
BYTES = np.arange(256).reshape(16, 16)


def gray(path: Path) -> object:
    return np.asarray(load_image(path))[..., 0]


def size(path: Path) -> object:
    return load_image(path).size


def color(path: Path) -> object:
    """Roughly: what is lossy may be off by a few."""
    return tuple(value > 127 for value in load_image(path).getpixel((1, 1)))


def names(path: Path) -> object:
    return [found.relative_to(path).as_posix() for found in find_images([path])]


def array(values: np.ndarray, name: str = "a.tif") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        Image.fromarray(values).save(folder / name)
        return folder / name

    return make


def content(data: bytes, name: str = "a.jpg") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def red(name: str, kind: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        Image.new("RGB", (8, 8), RED).save(folder / name, kind)
        return folder / name

    return make


def turned(kind: str, tag: bytes) -> bytes:
    """Orientation 6 and a broken tag (12 bytes, of a lower or higher number)."""
    entries = sorted([struct.pack("<HHIHH", 0x112, 3, 1, 6, 0), tag], key=lambda t: t[1::-1])
    data = b"II" + struct.pack("<HIH", 42, 8, 2) + b"".join(entries) + b"\0" * 4
    stream = io.BytesIO()
    exif = data if kind == "PNG" else b"Exif\0\0" + data
    Image.new("RGB", (30, 20)).save(stream, kind, exif=exif)
    return stream.getvalue()


MAKER = struct.pack("<HHII", 0x10F, 5, 1, 9999)
GPS = struct.pack("<HHII", 0x8825, 4, 1, 99_999)
DATE = struct.pack("<HHII", 0x132, 2, 1_000_000, 1)


def linked(folder: Path) -> Path:
    (folder / "here").mkdir()
    (folder / "there").mkdir()
    red("a.JFIF", "JPEG")(folder / "here")
    red("b.png", "PNG")(folder / "there")
    (folder / "here" / "link").symlink_to(folder / "there")
    (folder / "there" / "back").symlink_to(folder / "here")
    return folder / "here"


def raw_only(folder: Path) -> Path:
    (folder / "a.CR2").write_bytes(b"II*\0")
    return folder


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "a.jpg")
    return folder / "a.jpg"


def leads_to(target: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / "a.png").symlink_to(target)
        return folder / "a.png"

    return make


def a_socket(folder: Path) -> Path:
    here = Path.cwd()
    os.chdir(folder)  # the name of a socket has to be short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("a.png")
    finally:
        os.chdir(here)
    return folder / "a.png"


def sparse_file(folder: Path) -> Path:
    """Of 4 GiB, on the disk of some bytes: a WebP is read as a whole."""
    with (folder / "a.jpg").open("wb") as file:
        file.write(b"RIFF\0\0\0\0WEBPVP8X")
        file.truncate(1 << 32)
    return folder / "a.jpg"


WIDE_WEBP = b"RIFF\x94\0\0\0WEBPVP8X\n\0\0\0\x12\0\0\0\xff\xff\xff\x07\0\0" + bytes(118)

UNCLEAR = "and nothing says which is white; save it with 8 bits a channel"

CASES = [
    Case(
        "a TIFF of 16 bits where white is zero",
        content(gray_tiff((BYTES * 257).astype("<u2"), white=0), "a.tif"),
        gray,
        255 - BYTES,
    ),
    Case(
        "a TIFF of signed bytes",
        content(gray_tiff((BYTES - 128).astype("i1")), "a.tif"),
        gray,
        Refusal("holds signed numbers of 8 bits"),
    ),
    Case(
        "a TIFF of planes of 16 bits",
        content(color_tiff(np.zeros((8, 8, 3), "<u2"), planar=True), "a.tif"),
        gray,
        Refusal("holds each channel for itself with 16 bits, which cannot be read"),
    ),
    Case(
        "a TIFF of colors and infrared",
        content(color_tiff(np.zeros((8, 8, 4), np.uint8)), "a.tif"),
        gray,
        Refusal("holds 4 channels, and nothing says what the fourth is"),
    ),
    Case("float 0 to 1", array(RAMP.astype(np.float32)), gray, BYTES),
    Case("float 0 to 1, PFM", array(RAMP.astype(np.float32), "a.pfm"), gray, BYTES),
    Case("float 0 to 255", array(BYTES.astype(np.float32)), gray, BYTES),
    Case("int32 0 to 255", array(BYTES.astype(np.int32)), gray, BYTES),
    Case("int32 0 to 65535", array((BYTES * 257).astype(np.int32)), gray, BYTES),
    Case("int16 0 to 255", content(gray_tiff(BYTES.astype("<i2")), "a.tif"), gray, BYTES),
    Case("uint16 0 to 255", array(BYTES.astype(np.uint16), "a.png"), gray, BYTES),
    Case("int32 0 to 4080", array((BYTES * 16).astype(np.int32)), gray, Refusal(UNCLEAR)),
    Case("12 bits", array((BYTES * 16).astype(np.uint16), "a.png"), gray, Refusal(UNCLEAR)),
    Case("12 bits, colors", content(deep_png(2, 9, 4000, 0)), gray, Refusal(UNCLEAR)),
    Case("float 0 to 4", array((RAMP * 4).astype(np.float32)), gray, Refusal("from 0 to 4, and")),
    Case("float below 0", array((RAMP - 1).astype(np.float32)), gray, Refusal("negative numbers")),
    Case("NaN", array((RAMP * np.nan).astype(np.float32)), gray, Refusal("not finite")),
    *(
        Case(f"EXIF, {kind}, {what}", content(turned(kind, tag)), size, (20, 30))
        for kind in ("JPEG", "PNG", "WEBP")
        for what, tag in (("maker a fraction", MAKER), ("GPS outside", GPS), ("long date", DATE))
    ),
    *(
        Case(f"a picture called {name}", red(name, kind), color, (True, False, False))
        for name, kind in (
            *(("a.jfif", "JPEG"), ("a.jpe", "JPEG"), ("a.JPG", "JPEG"), ("a.mpo", "JPEG")),
            *(("a.TIF", "TIFF"), ("a.jp2", "JPEG2000"), ("a.ppm", "PPM"), ("a.heic", "JPEG")),
        )
    ),
    Case("linked folders in a circle", linked, names, ["a.JFIF", "link/b.png"]),
    Case("a folder of raw pictures", raw_only, names, Refusal("looks like a picture and cannot")),
    Case("a named pipe", pipe, size, Refusal("is a named pipe, not a file")),
    Case("a socket", a_socket, size, Refusal("is a socket, not a file")),
    Case("a link to /dev/zero", leads_to("/dev/zero"), size, Refusal("is a device, not a file")),
    Case("a link to itself", leads_to("a.png"), size, Refusal("Too many levels of symbolic links")),
    Case("a link to a folder", leads_to("."), size, Refusal("is a folder, not a picture")),
    Case("a WebP of 4 GiB", sparse_file, size, Refusal("such a file is read as a whole")),
    Case("a WebP of 16,777,216×8", content(WIDE_WEBP), size, Refusal("the limit is 200,000 a si")),
    *(
        Case(f"a small {kind} of many pixels", content(data), size, Refusal(sentence))
        for kind, data, sentence in (
            ("PNG of 16 bits", png(13_300, 13_300, 16, 0, b""), "13300×13300 pixels in only"),
            ("PNG", png(9000, 9000, 8, 6, b""), "9000×9000 pixels in only"),
            ("tall PNG", png(2, 300_000, 1, 0, b""), "the limit is 200,000 a side"),
            ("BMP", bomb_bmp(10_000, 10_000), "10000×10000 pixels in only"),
            ("GIF", bomb_gif(12_000, 12_000), "12000×12000 pixels in only"),
            ("PPM", b"P6 199999 800 255\n", "199999×800 pixels in only"),
        )
    ),
    Case("a Photoshop file", content(b"8BPS"), size, Refusal("is a Photoshop file")),
    Case("a web page", content(b"<!doctype html>"), size, Refusal("is a web page")),
    Case(
        "a Git LFS pointer to a picture",
        content(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
        size,
        Refusal("run `git lfs pull`"),
    ),
]
