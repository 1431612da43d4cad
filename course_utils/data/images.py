"""From a file to an RGB picture, safely; and into a file, whole or not at all."""

import io
import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from PIL import Image, UnidentifiedImageError

from course_utils.data.depth import gray_bytes, require_known_samples, require_plain_colors
from course_utils.data.formats import readable_formats, what_it_is
from course_utils.data.metadata import upright_turn, without_metadata
from course_utils.errors import CourseError, ImageError
from course_utils.files import special_kind, write_atomically

T = TypeVar("T")

logging.getLogger("PIL").addHandler(logging.NullHandler())  # the errors say what is wrong


MAX_PIXELS = 178_000_000
"""A picture with more pixels is refused before it is decoded: it would fill the memory."""


def load_image(path: Path | str) -> Image.Image:
    """Read one picture as RGB, upright.

    Grayscale, palette, CMYK and 16-bit pictures are converted, and those of larger numbers where
    it is plain which of them is white (see ``depth``); transparent ones are laid on white; of an
    animation the first frame is taken; a camera's orientation mark is obeyed.

    Args:
        path: A JPEG, PNG, GIF, TIFF, WebP, BMP, PPM, JPEG 2000, AVIF or HEIC file (the last two
            where Pillow or ``pillow-heif`` can), whatever its name says.

    Returns:
        A picture of mode ``RGB``.

    Raises:
        ImageError: If the file is missing, empty, no picture, cut off or too large, or its numbers
            do not say how bright they are.
    """
    return load_turned(path)[0]


def load_turned(path: Path | str) -> tuple[Image.Image, bool]:
    """The same, and whether a camera's orientation mark turned it.

    Raises:
        ImageError: As ``load_image``.
    """
    return decode(path, lambda image: _upright_rgb(Path(path), image))


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
        return _decode(path, path, take)
    except CourseError:
        raise
    except Exception as error:  # decoders meet what nobody foresaw: struct.error, KeyError, ...
        with suppress(Exception):
            return _decode(path, _plain(path), take)
        raise ImageError(path, _reason(path, error)) from error


def _decode(path: Path, source: Path | BinaryIO, take: Callable[[Image.Image], T]) -> T:
    try:
        with no_warnings(), Image.open(source, formats=readable_formats()) as image:
            _require_reasonable_size(path, image)
            return take(image)
    except Image.DecompressionBombError:
        raise ImageError(path, _too_large()) from None


def _plain(path: Path) -> BinaryIO:
    """The same file without its metadata; a ValueError where that is no remedy."""
    if path.stat().st_size <= MAX_PIXELS and (plain := without_metadata(path.read_bytes())):
        return io.BytesIO(plain)
    raise ValueError


def _reason(path: Path, error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        with path.open("rb") as file:
            return what_it_is(file.read(500))
    if isinstance(error, MemoryError):
        return "needs more memory than there is; make it smaller first"
    return f"is damaged or cut off ({_one_line(error)}); copy or download it again"


def _one_line(error: Exception) -> str:
    """What a decoder says, which may be nothing."""
    return (" ".join(str(error).split()) if error.args else "") or type(error).__name__


def _require_content(path: Path) -> None:
    try:
        if path.is_dir():
            raise ImageError(path, "is a folder, not a picture")
        if kind := special_kind(path):
            raise ImageError(path, f"is {kind}, not a file")
        empty = path.stat().st_size == 0
        path.open("rb").close()
    except (FileNotFoundError, NotADirectoryError):
        raise ImageError(path, "there is no such file") from None
    except OSError as error:
        raise ImageError(path, f"cannot be read ({error.strerror})") from error
    except ValueError as error:  # a name with a zero byte
        raise ImageError(repr(str(path)), f"cannot be read ({error})") from error
    if empty:
        raise ImageError(path, "is empty (0 bytes); copy or download it again")


def _require_reasonable_size(path: Path, image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise ImageError(path, _too_large(f"{image.width}×{image.height}"))


def _too_large(size: str = "its size") -> str:
    limit = MAX_PIXELS // 1_000_000
    return f"has too many pixels ({size}; the limit is {limit} megapixels); make it smaller first"


def _upright_rgb(path: Path, image: Image.Image) -> tuple[Image.Image, bool]:
    rgb = _as_rgb(path, image)
    turn = upright_turn(image)
    return (rgb, False) if turn is None else (rgb.transpose(turn), True)


def _as_rgb(path: Path, image: Image.Image) -> Image.Image:
    require_known_samples(path, image)
    if image.mode.startswith(("I", "F")):
        image = gray_bytes(path, image)
    else:
        require_plain_colors(path, image)
    if image.has_transparency_data:
        opaque = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(opaque, image.convert("RGBA"))
    return image.convert("RGB")


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
