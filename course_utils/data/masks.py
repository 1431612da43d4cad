"""Masks: the index of the class of each pixel, from a PNG and into one.

A camera's orientation mark in a mask is obeyed as in a picture.

A palette PNG holds the indices themselves; its palette only says in which colors a viewer shows
them. The colors are those of PASCAL VOC, which has one for each index from 0 to 255.
"""

from functools import cache, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from course_utils.data.images import decode, save_image
from course_utils.data.mask_files import THING, numbers_of_shades, require_exact
from course_utils.data.metadata import made_upright, upright_turn
from course_utils.data.netpbm import as_shades
from course_utils.data.picture_limits import MAX_PIXELS, STRIP, strips
from course_utils.errors import ImageError
from course_utils.files import open_at_once, special_kind

ClassMap = npt.NDArray[np.uint8]
"""The index of the class of each pixel: ``(H, W)``, 0 is background and 255 void."""

Colors = npt.NDArray[np.uint8]
"""Red, green and blue of each index: ``(256, 3)``; rows after those are other colors of void."""

BACKGROUND = 0
"""The class of what is none of the others."""

VOID = 255
"""Pixels of no class, such as the outline of a thing, or one that is too hard to tell."""


@cache
def voc_colors() -> Colors:
    """The colors of PASCAL VOC, as its development kit computes them.

    Bits 0, 3 and 6 of the index, read backwards, are the highest bits of red; bits 1, 4 and 7
    those of green; bits 2 and 5 those of blue.

    >>> voc_colors()[[0, 1, 2, 15, 255]].tolist()
    [[0, 0, 0], [128, 0, 0], [0, 128, 0], [192, 128, 128], [224, 224, 192]]
    """
    indices = np.arange(256)
    colors = np.zeros((256, 3), int)
    for place in range(8):
        bit = indices >> place & 1
        colors[:, place % 3] |= bit << (7 - place // 3)
    return colors.astype(np.uint8)


def load_mask(path: Path | str, num_classes: int = 256, colors: Colors | None = None) -> ClassMap:
    """Read a mask.

    Args:
        path: A palette or grayscale picture (of 8, 16 or 32 bits), which holds the indices, or one
            in colors; or an array of indices (``.npy``), where -1 is void, too.
        num_classes: A mask in colors may hold those of the indices below this number, and of
            void. Indices are taken as they are.
        colors: Of each index, if they are not those of ``voc_colors``. The mask then has to be in
            them: an index says nothing.

    Returns:
        The indices ``(H, W)``.

    Raises:
        ImageError: If the file is no picture, its kind is none of these, or it holds a color
            that no class has: which, where and how often; or if its palette shows indices in the
            colors of other classes.
    """
    path = Path(path)
    if path.suffix.lower() == ".npy":
        return _from_array(path)
    take = partial(_classes, path, num_classes=num_classes, colors=colors)
    return decode(path, take, of_indices=True)


def class_counts(classes: ClassMap) -> npt.NDArray[np.int64]:
    """How often each index occurs in a mask of any shape: ``(256,)``."""
    flat, counts = classes.reshape(-1), np.zeros(VOID + 1, np.int64)
    for start in range(0, len(flat), STRIP):  # bincount makes 64-bit numbers of all it is given
        counts += np.bincount(flat[start : start + STRIP], minlength=VOID + 1)
    return counts


def is_turned(path: Path) -> bool:
    """Whether a mask has a camera's orientation mark of its own, which ``load_mask`` obeys."""
    if path.suffix.lower() == ".npy":
        return False
    return decode(path, upright_turn, of_indices=True) is not None


def palette_image(classes: ClassMap) -> Image.Image:
    """The mask ``(H, W)`` as a palette picture of its indices."""
    image = Image.fromarray(classes)
    image.putpalette(voc_colors().tobytes())
    return image


def save_mask(path: Path | str, classes: ClassMap) -> None:
    """Write a mask ``(H, W)`` as a palette PNG, whole or not at all.

    Raises:
        CourseError: If the file cannot be written.
    """
    save_image(path, palette_image(classes))


def _classes(path: Path, image: Image.Image, num_classes: int, colors: Colors | None) -> ClassMap:
    """The indices ``(H, W)`` of a mask of indices, or of one in colors."""
    require_exact(path, image)
    numbers = numbers_of_shades(path, image)
    image = made_upright(image)
    if numbers:
        image = image.convert("L").point(numbers)
    if image.mode.startswith("I"):
        image = _of_bytes(path, image)
    if colors is not None and image.mode == "L":
        reason = "holds indices, but labelmap.txt names colors; save it in them, or add classes.txt"
        raise ImageError(path, reason)
    if image.mode == "P" and num_classes < VOID and colors is None:
        _require_own_colors(path, image, num_classes)
    if image.mode in ("RGB", "RGBA") or (image.mode == "P" and colors is not None):
        return _indices(
            path, as_shades(image), num_classes, voc_colors() if colors is None else colors
        )
    if image.mode in ("P", "L"):
        return np.array(image, dtype=np.uint8)
    thing = f"; {THING}" if image.mode == "LA" else ""
    reason = f"is of the mode {image.mode}; save the mask as a palette PNG of 8 bits a pixel{thing}"
    raise ImageError(path, reason)


def _of_bytes(path: Path, image: Image.Image) -> Image.Image:
    """Indices of 16 or 32 bits, as some programs write them, as those of 8 bits that they are."""
    image.load()
    extrema = [
        (part.min(), part.max()) for part in (np.asarray(strip) for _, strip in strips(image))
    ]
    low, high = int(min(low for low, _ in extrema)), int(max(high for _, high in extrema))
    if low < 0 or high > VOID:
        raise ImageError(path, f"holds the indices {low} to {high}; a mask has 0 to {VOID}")
    small = Image.new("L", image.size)
    for box, strip in strips(image):
        small.paste(Image.fromarray(np.asarray(strip).astype(np.uint8)), box)
    return small


def _require_own_colors(path: Path, image: Image.Image, num_classes: int) -> None:
    """Refuse a palette of the classes' colors in another order: it was sorted by some program.

    Any other palette may be there. One color alone shows nothing.
    """
    used = np.flatnonzero(image.histogram())
    palette = palette_colors(image)
    if len(used) < 2 or used[-1] >= len(palette):
        return
    allowed = _allowed(num_classes)
    known = dict(zip(_codes(voc_colors()[allowed]).tolist(), allowed.tolist(), strict=True))
    shown = [known.get(code) for code in _codes(palette[used]).tolist()]
    for index, other in zip(used.tolist(), shown, strict=True):
        if None not in shown and other != index:
            reason = (
                f"its palette shows the index {index} in the color of {other}, so one of them is "
                "wrong; save the mask with the palette of PASCAL VOC, or as RGB in its colors"
            )
            raise ImageError(path, reason)


def palette_colors(image: Image.Image) -> Colors:
    """Red, green and blue of each index of a palette picture: ``(k, 3)``."""
    colors = np.array(image.getpalette("RGB") or [], np.uint8)
    return colors[: len(colors) // 3 * 3].reshape(-1, 3)  # a damaged one may end within a color


def _from_array(path: Path) -> ClassMap:
    """The indices in a file of NumPy's."""
    try:
        if kind := special_kind(path):
            raise ImageError(path, f"is {kind}, not a file")
        open_at_once(path).close()
        values = np.lib.format.open_memmap(path, mode="r")
    except FileNotFoundError:
        raise ImageError(path, "there is no such file") from None
    except ImageError:
        raise
    except OSError as error:
        raise ImageError(path, f"cannot be read ({error.strerror or error})") from error
    except Exception as error:  # a damaged head gives tokenize.TokenError, SyntaxError, ...
        raise ImageError(path, f"is no array of NumPy's ({error}); save the mask again") from error
    if values.ndim != 2 or values.dtype.kind not in "iub" or not 0 < values.size <= MAX_PIXELS:
        reason = (
            f"holds {values.dtype} in the shape {values.shape}; a mask holds whole numbers (H, W)"
        )
        raise ImageError(path, reason)
    low, high = int(values.min()), int(values.max())
    if low < -1 or high > VOID:
        raise ImageError(path, f"holds the indices {low} to {high}; a mask has -1 to {VOID}")
    return np.asarray(values).astype(np.uint8)  # -1 becomes 255


def _allowed(num_classes: int) -> npt.NDArray[np.int64]:
    """The indices that a mask of so many classes may hold."""
    return np.array([*range(min(num_classes, VOID)), VOID])


def _indices(path: Path, image: Image.Image, num_classes: int, colors: Colors) -> ClassMap:
    """A mask in colors → indices ``(H, W)``, by a search among the known colors."""
    allowed = np.append(_allowed(num_classes), np.arange(256, len(colors)))
    order = np.argsort(_codes(colors[allowed]))
    known = _codes(colors[allowed])[order]
    indices = allowed[order].clip(max=VOID).astype(np.uint8)
    found: ClassMap = np.empty((image.height, image.width), np.uint8)
    image.load()
    for (_, top, _, bottom), strip in strips(image):
        codes = _codes(strip)  # (rows, W)
        places = np.searchsorted(known, codes).clip(max=len(known) - 1)
        if (known[places] != codes).any():
            raise ImageError(path, _unknown_colors(image, known))
        found[top:bottom] = indices[places]
    return found


def _codes(colors: npt.NDArray[np.uint8] | Image.Image) -> npt.NDArray[np.int32]:
    """One number for each color: ``(..., 3)``, or a picture, → ``(...)``."""
    if isinstance(colors, Image.Image):
        colors = np.asarray(colors.convert("RGB"))
    red, green, blue = (colors[..., channel].astype(np.int32) for channel in range(3))
    return red << 16 | green << 8 | blue


NO_CLASS = "colors of no class"


def _unknown_colors(image: Image.Image, known: npt.NDArray[np.int32]) -> str:
    """What is wrong with a mask that holds other colors than the known ones, in ascending order."""
    of_class = np.zeros(1 << 24, np.bool_)
    of_class[known] = True
    found, pixels, first = np.zeros_like(of_class), 0, ""
    for (_, top, _, _), strip in strips(image):
        codes = _codes(strip)
        wrong = ~of_class[codes]
        if not pixels and wrong.any():
            row, column = divmod(int(wrong.argmax()), image.width)
            color = int(codes[row, column]).to_bytes(3, "big")
            first = f"{tuple(color)} in row {top + row}, column {column}"
        pixels += int(np.count_nonzero(wrong))
        found[codes[wrong]] = True
    colors = np.flatnonzero(found).tolist()
    white = f"; where white is the thing, {THING}" if colors == [0xFFFFFF] else ""
    return (
        f"holds {NO_CLASS} (colors: {len(colors)}, pixels: {pixels}); the first is {first}; save "
        f"the mask as a palette PNG of indices, or with the colors of PASCAL VOC and without "
        f"blending{white}"
    )
