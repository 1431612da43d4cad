"""From a file to an RGB picture, safely; and into a file, whole or not at all."""

import io
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from course_utils.errors import DataError, ImageError
from course_utils.files import write_atomically

T = TypeVar("T")


FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""Formats of pictures. Others that Pillow knows, such as EPS, would start other programs."""


IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp"})


MAX_PIXELS = 178_000_000
"""A picture with more pixels is refused before it is decoded: it would fill the memory."""


def load_image(path: Path | str) -> Image.Image:
    """Read one picture as RGB, upright.

    Grayscale, palette, CMYK and 16-bit pictures are converted; transparent ones are laid on
    white; of an animation the first frame is taken; a camera's orientation mark is obeyed.

    Args:
        path: A JPEG, PNG, GIF, TIFF, WebP, BMP or PPM file, whatever its name says.

    Returns:
        A picture of mode ``RGB``.

    Raises:
        ImageError: If the file is missing, empty, no picture, cut off or too large.
    """
    return decode(path, _upright_rgb)


def save_image(path: Path | str, image: Image.Image, kind: str = "PNG") -> None:
    """Write a picture, whole or not at all.

    Args:
        path: Of the file, whatever its suffix.
        image: Of a mode that the format can hold.
        kind: ``"PNG"`` or ``"JPEG"``.

    Raises:
        CourseError: If the file cannot be written.
    """
    content = io.BytesIO()
    image.save(content, kind, quality=90)  # a PNG has no quality
    write_atomically(path, content.getvalue())


def decode(path: Path | str, take: Callable[[Image.Image], T]) -> T:
    """Open a picture safely and take from it what is wanted, such as its pixels as they are.

    Args:
        path: As for ``load_image``.
        take: Called with the opened picture; reading the pixels is left to it.

    Raises:
        ImageError: As ``load_image``.
    """
    path = Path(path)
    _require_content(path)
    try:
        with no_warnings(), Image.open(path, formats=FORMATS) as image:
            _require_reasonable_size(path, image)
            return take(image)
    except UnidentifiedImageError:
        reason = "is not a picture in a known format; remove it or save it as JPEG or PNG"
        raise ImageError(path, reason) from None
    except Image.DecompressionBombError:
        raise ImageError(path, _too_large()) from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        reason = f"is damaged or cut off ({error}); copy or download it again"
        raise ImageError(path, reason) from error


def find_images(paths: Sequence[Path | str]) -> Iterator[Path]:
    """Files as they are given; of folders all pictures in them, at any depth, sorted by name.

    Raises:
        DataError: If a path does not exist or cannot be read, or a folder holds no picture.
    """
    for path in map(Path, paths):
        if not _is_folder(path):
            yield path
            continue
        found = sorted(file for file in _files_below(path) if is_image_name(file))
        if not found:
            raise DataError(f"{path}: the folder holds no picture ({_known_suffixes()})")
        yield from found


def is_image_name(path: Path) -> bool:
    """Whether the file's name ends as a picture's does, and is not a hidden file's."""
    return path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".")


def _is_folder(path: Path) -> bool:
    try:
        if path.exists():
            return path.is_dir()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    raise DataError(f"{path}: there is no such file or folder")


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names)


def _known_suffixes() -> str:
    return ", ".join(sorted(IMAGE_SUFFIXES))


def _require_content(path: Path) -> None:
    try:
        if path.is_dir():
            raise ImageError(path, "is a folder, not a picture")
        empty = path.stat().st_size == 0
        path.open("rb").close()
    except (FileNotFoundError, NotADirectoryError):
        raise ImageError(path, "there is no such file") from None
    except OSError as error:
        raise ImageError(path, f"cannot be read ({error.strerror})") from error
    if empty:
        raise ImageError(path, "is empty (0 bytes); copy or download it again")


def _require_reasonable_size(path: Path, image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise ImageError(path, _too_large(f"{image.width}×{image.height}"))


def _too_large(size: str = "its size") -> str:
    limit = MAX_PIXELS // 1_000_000
    return f"has too many pixels ({size}; the limit is {limit} megapixels); make it smaller first"


def _upright_rgb(image: Image.Image) -> Image.Image:
    ImageOps.exif_transpose(image, in_place=True)
    return _as_rgb(image)


def _as_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        image = _eight_bits(image)
    if image.has_transparency_data:
        opaque = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(opaque, image.convert("RGBA"))
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grayscale with 16 bits a pixel, scaled down to 8 (Pillow alone would cut it at 255)."""
    values = np.asarray(image).astype(np.float64)
    return Image.fromarray(np.clip(np.round(values / 257), 0, 255).astype(np.uint8))


_lock = threading.Lock()


_inside = 0


_filters = ExitStack()


@contextmanager
def no_warnings() -> Iterator[None]:
    """Ignore warnings until the last thread that is inside has left.

    ``warnings.catch_warnings`` alone changes the filters of all threads; two that overlap could
    leave them changed for good.
    """
    global _inside
    with _lock:
        if not _inside:
            _filters.enter_context(warnings.catch_warnings(action="ignore"))
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                _filters.close()
