"""Which kinds of pictures can be read here, by what names, and what other files turn out to be."""

from functools import cache
from importlib.util import find_spec

from PIL import features

SUFFIXES = {
    "BMP": (".bmp", ".dib"),
    "GIF": (".gif",),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".jfi", ".jif", ".mpo"),
    "PNG": (".png", ".apng"),
    "PPM": (".pbm", ".pgm", ".ppm", ".pnm", ".pfm"),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
    "JPEG2000": (".jp2", ".j2k", ".jpc", ".jpf", ".jpx", ".j2c"),
    "AVIF": (".avif", ".avifs"),
    "HEIF": (".heic", ".heif", ".hif", ".heics", ".heifs"),
}
"""Formats of pictures and their endings. Others that Pillow knows, such as EPS, would start other
programs."""

OTHERS = (
    *(".jxl", ".jxr", ".svg", ".psd", ".xcf", ".tga", ".exr", ".ico", ".eps"),
    *(".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".sr2", ".raf", ".orf", ".rw2"),
    *(".pef", ".srw", ".x3f", ".3fr", ".raw", ".dcm", ".pcx", ".qoi", ".dds"),
)
"""Endings of pictures that cannot be read."""

LOOKS = frozenset(OTHERS).union(*SUFFIXES.values())
"""Endings of all files that somebody takes for pictures, in small letters."""

HEIF_HINT = "install pillow-heif (pip install pillow-heif), or save it as JPEG"


@cache
def readable_formats() -> tuple[str, ...]:
    """Names of the formats that Pillow reads here; HEIF if ``pillow-heif`` is installed."""
    needed = {"JPEG2000": features.check("jpg_2000"), "AVIF": _has_avif(), "HEIF": _has_heif()}
    return tuple(name for name in SUFFIXES if needed.get(name, True))


@cache
def readable_suffixes() -> frozenset[str]:
    """Their endings, in small letters."""
    return frozenset(suffix for name in readable_formats() for suffix in SUFFIXES[name])


def _has_avif() -> bool:
    """Whether this Pillow knows the format (from 11.3) and was built with it."""
    return find_spec("PIL.AvifImagePlugin") is not None and bool(features.check("avif"))


def _has_heif() -> bool:
    if find_spec("pillow_heif") is None:
        return False
    from pillow_heif import register_heif_opener

    register_heif_opener()
    return True


def loses_detail(head: bytes, kind: str | None, compression: object = None) -> str:
    """What a picture's format is called if it changes pixels, or may have: a mask must not.

    Args:
        head: How the file begins, some thousand bytes.
        kind: Its format, as Pillow calls it.
        compression: Within a TIFF.
    """
    if kind in ("JPEG", "MPO") or "jpeg" in str(compression):
        return "JPEG"
    if kind in ("AVIF", "HEIF"):
        return kind
    if kind == "JPEG2000":  # its head tells of one way to lose detail, and not of the other
        return "JPEG 2000"
    if "webp" in str(compression):
        return "WebP"
    place = 12
    while kind == "WEBP" and len(head) >= place + 8:
        chunk = head[place : place + 4]
        if chunk in (b"VP8 ", b"VP8L"):
            return "lossy WebP" * (chunk == b"VP8 ")
        length = int.from_bytes(head[place + 4 : place + 8], "little")
        place += 24 if chunk == b"ANMF" else 8 + length + length % 2
    return ""


HEADS: dict[bytes, str] = {
    b"II*\0": "is damaged, or a TIFF of a kind that cannot be read; save it as 8-bit PNG",
    b"MM\0*": "is damaged, or a TIFF of a kind that cannot be read; save it as 8-bit PNG",
    b"II+\0": "is damaged, or a BigTIFF of a kind that cannot be read; save it as PNG",
    b"8BPS": "is a Photoshop file; save it as JPEG or PNG",
    b"\xff\x0a": "is a JPEG XL picture, which cannot be read; save it as JPEG or PNG",
    b"\0\0\0\x0cJXL ": "is a JPEG XL picture, which cannot be read; save it as JPEG or PNG",
    b"%PDF": "is a PDF; save its page as JPEG or PNG",
    b"%!PS": "is a PostScript file; save it as JPEG or PNG",
    b"PK\x03\x04": "is a zip archive; unpack it first",
    b"version https://git-lfs": "is a Git LFS pointer and not the picture; run `git lfs pull`",
}
"""How files begin that lie among pictures, and what there is to say about them."""

BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "HEIC"),
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
}


def what_it_is(head: bytes) -> str:
    """What is wrong with a file that is no picture, and what to do.

    Args:
        head: Its first bytes, some hundreds.
    """
    for start, words in HEADS.items():
        if head.startswith(start):
            return words
    brand = BRANDS.get(head[8:12]) if head[4:8] == b"ftyp" else None
    if brand == "HEIC" and "HEIF" not in readable_formats():
        return f"is a HEIC picture: {HEIF_HINT}"
    if brand == "AVIF" and "AVIF" not in readable_formats():
        return "is an AVIF picture: install Pillow 11.3 or newer, or save it as JPEG"
    text = head.lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return "is a web page and not a picture; download the picture itself"
    if b"<svg" in text:
        return "is an SVG drawing; save it as PNG"
    return "is not a picture in a known format; remove it or save it as JPEG or PNG"
