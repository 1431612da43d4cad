"""From a file to an RGB picture, safely; and into a file, whole or not at all."""

import io
import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

from PIL import Image, UnidentifiedImageError

from course_utils.data.depth import (
    gray_bytes,
    is_wide_color,
    mend_palette,
    mend_transparency,
    pixel_kind,
    require_known_bits,
    require_known_samples,
    require_plain_colors,
)
from course_utils.data.formats import readable_formats, what_it_is
from course_utils.data.metadata import upright_turn, without_metadata
from course_utils.data.netpbm import PLAIN, as_shades, binary, keep_numbers
from course_utils.data.pages import choose_page
from course_utils.data.picture_limits import (
    ALWAYS,
    MAX_PIXELS,
    MOST_AT_ONCE,
    WIDE,
    most_in_a_mask,
    require_few_passes,
    require_few_pieces,
    require_reasonable_head,
    require_reasonable_size,
    strips,
    too_many_pixels,
)
from course_utils.data.reduced import draft, reduced
from course_utils.errors import CourseError, ImageError, is_of
from course_utils.files import open_at_once, special_kind, write_atomically

T = TypeVar("T")

SMALL_FILE = 1 << 24
"""Bytes that are read at once: at each of many reads, a thread may have to wait for the others."""

logging.getLogger("PIL").addHandler(logging.NullHandler())  # the errors say what is wrong

DECODERS = ("PIL", "pillow_heif")
"""Libraries that meet what nobody foresaw: ``struct.error``, ``KeyError``, ..."""

HEAD = 500
"""Bytes by which a kind of file is known."""


def load_image(path: Path | str, shorter_side: int | None = None) -> Image.Image:
    """Read one picture as RGB, upright.

    Grayscale, palette, CMYK and 16-bit pictures are converted, and those of larger numbers where
    it is plain which of them is white (see ``depth``); transparent ones are laid on white; of an
    animation the first frame is taken; a camera's orientation mark is obeyed.

    Args:
        path: A JPEG, PNG, GIF, TIFF, WebP, BMP, PPM, JPEG 2000, AVIF or HEIC file (the last two
            where Pillow or ``pillow-heif`` can), whatever its name says.
        shorter_side: Pixels that are enough. A picture of twice as many or more comes reduced, a
            JPEG while it is decoded, which takes a fraction of the time; at least so many are left.

    Returns:
        A picture of mode ``RGB``.

    Raises:
        ImageError: If the file is missing, empty, no picture, cut off or too large, or its numbers
            do not say how bright they are.
    """
    if shorter_side is None:
        return load_turned(path)[0]

    def take(image: Image.Image) -> Image.Image:
        draft(image, shorter_side)
        return reduced(_upright_rgb(Path(path), image)[0], shorter_side)

    return decode(path, take)


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


def decode(path: Path | str, take: Callable[[Image.Image], T], *, of_indices: bool = False) -> T:
    """Open a picture safely and take from it what is wanted, such as its pixels as they are.

    Args:
        path: As for ``load_image``.
        take: Called with the opened picture; reading the pixels is left to it.
        of_indices: Whether it is a mask, which may be empty however large it is.

    Raises:
        ImageError: As ``load_image``.
    """
    path = Path(path)
    with _opened(path) as file:
        length = os.fstat(file.fileno()).st_size
        if not length:
            raise ImageError(path, "is empty (0 bytes); copy or download it again")
        try:
            source = io.BytesIO(file.read()) if length <= SMALL_FILE else file
            return _decode(path, source, length, take, of_indices)
        except Exception as error:
            if not _is_of_decoder(error):
                raise
            return _decode_plain(path, file, length, take, error, of_indices)


def _decode(
    path: Path, file: BinaryIO, length: int, take: Callable[[Image.Image], T], of_indices: bool
) -> T:
    head = file.read(HEAD)
    require_reasonable_head(path, head, length)
    file.seek(0)
    if PLAIN.match(head):
        file = io.BytesIO(binary(path, file.read(MOST_AT_ONCE + 1)))
    try:
        with no_warnings(), Image.open(file, formats=readable_formats()) as image:
            choose_page(image)
            always = most_in_a_mask(image) if of_indices else ALWAYS
            kind = WIDE if is_wide_color(image) else image.format
            require_reasonable_size(path, image.size, length, kind, always)
            require_known_bits(path, image, head)
            require_few_passes(path, image, file)
            require_few_pieces(path, image, length)
            keep_numbers(image)
            return take(image)
    except Image.DecompressionBombError:
        raise ImageError(path, too_many_pixels()) from None


def _decode_plain(
    path: Path,
    file: BinaryIO,
    length: int,
    take: Callable[[Image.Image], T],
    error: Exception,
    of_indices: bool,
) -> T:
    """The same without the metadata, which may be all that is wrong."""
    file.seek(0)
    plain = without_metadata(file.read()) if length <= MAX_PIXELS else None
    if plain:
        try:
            return _decode(path, io.BytesIO(plain), length, take, of_indices)
        except Exception as another:
            if not _is_of_decoder(another):
                raise
    raise ImageError(path, _reason(file, error)) from error


def _is_of_decoder(error: Exception) -> bool:
    """Whether a decoder or the system raised it: anything else is a bug of ours, and shows."""
    if isinstance(error, CourseError):
        return False
    if isinstance(error, MemoryError | OSError):
        return True
    return is_of(error, DECODERS)


def _reason(file: BinaryIO, error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        file.seek(0)
        return what_it_is(file.read(HEAD))
    if isinstance(error, MemoryError):
        return "needs more memory than there is; make it smaller first"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read ({error.strerror})"
    return f"is damaged or cut off ({_one_line(error)}); copy or download it again"


def _one_line(error: Exception) -> str:
    """What a decoder says, which may be nothing."""
    return (" ".join(str(error).split()) if error.args else "") or type(error).__name__


def _opened(path: Path) -> BinaryIO:
    """The file, opened for reading, once it is clear that it is one."""
    try:
        if path.is_dir():
            raise ImageError(path, "is a folder, not a picture")
        if kind := special_kind(path):
            raise ImageError(path, f"is {kind}, not a file")
        return open_at_once(path)
    except (FileNotFoundError, NotADirectoryError):
        raise ImageError(path, "there is no such file") from None
    except OSError as error:
        raise ImageError(path, f"cannot be read ({error.strerror or error})") from error
    except ValueError as error:  # a name with a zero byte
        raise ImageError(repr(str(path)), f"cannot be read ({error})") from error


def _upright_rgb(path: Path, image: Image.Image) -> tuple[Image.Image, bool]:
    # Pillow turns a TIFF when it loads it; a PNG it loads when it is asked for the mark
    is_turned = image.format == "TIFF" and upright_turn(image) is not None
    rgb = _as_rgb(path, image)
    turn = upright_turn(image)
    return (rgb, is_turned) if turn is None else (rgb.transpose(turn), True)


def _as_rgb(path: Path, image: Image.Image) -> Image.Image:
    require_known_samples(path, image)
    if image.mode.startswith(("I", "F")):
        image = gray_bytes(path, image)
    else:
        kind = pixel_kind(image)
        require_plain_colors(path, image)
        mend_transparency(path, image, kind)
        mend_palette(image)
        image = as_shades(image)
    return _on_white(path, image) if image.has_transparency_data else image.convert("RGB")


def _on_white(path: Path, image: Image.Image) -> Image.Image:
    """A picture with transparent parts on white; in strips, which take little memory.

    Raises:
        ImageError: If nothing of it can be seen: some programs leave the transparency at 0.
    """
    rgb, seen = Image.new("RGB", image.size), False
    for box, strip in strips(image):
        colors = strip.convert("RGBA")
        seen = seen or colors.getchannel("A").getextrema() != (0, 0)
        white = Image.new("RGBA", strip.size, "white")
        rgb.paste(Image.alpha_composite(white, colors).convert("RGB"), box)
    if not seen:
        raise ImageError(path, "is transparent everywhere; save it without transparency")
    return rgb


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
