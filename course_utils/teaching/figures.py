"""A figure in a notebook: a small file that carries its own description and caption."""

import html
import io
import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image, PngImagePlugin

from course_utils.drawing.kept_colors import photographs
from course_utils.drawing.page import (
    PIXELS_AN_INCH,
    READABLE,
    cut_off,
    fit_to_page,
    smallest_letters,
    visible_texts,
)
from course_utils.errors import CourseError

JPEG_QUALITY = 88

DOTS_AN_INCH = 200
"""Nearly two for each pixel of style sheets, and all that a phone can show."""

MARGIN = 8
"""Around what is drawn, in dots."""

MANY = 20_000
"""A picture of more colors is a photograph."""

COLORS, OFF = 256, 6
"""A chart is stored with so many colors where none is further from its own, in steps of 255."""

IN_WORDS = "The figure in words"

Rectangle = tuple[int, int, int, int]
"""Left, top, right and bottom edge, in pixels of the file."""


@dataclass(frozen=True)
class Words:
    """What belongs to a figure besides its pixels.

    Attributes:
        alt: What there is to see, for readers who cannot see it.
        caption: What the reader should notice.
    """

    alt: str
    caption: str


@dataclass(frozen=True)
class Layout:
    """What a page must know to show a figure.

    Attributes:
        width: How wide it is shown where there is room, in pixels of style sheets.
        letters: The size of its smallest letters on a phone, in the same pixels; 0 without any.
        photographs: What keeps its colors in a dark theme.
    """

    width: int
    letters: float
    photographs: tuple[Rectangle, ...]


def encode(figure: Figure, words: Words) -> tuple[str, bytes]:
    """Draw a figure and store it the smaller way: a chart becomes a PNG, photographs a JPEG.

    Returns:
        The media type (``image/png`` or ``image/jpeg``) and the content of the file. The words
        and the layout are in a PNG's text chunks, or in a JPEG's comment.

    Raises:
        CourseError: If some of its letters are too small to be read on a phone.
    """
    image, layout = _drawn(figure)
    texts = {**asdict(words), "layout": json.dumps(asdict(layout), separators=(",", ":"))}
    png, jpeg = _png(image, texts), _jpeg(image, texts)
    return ("image/png", png) if len(png) <= len(jpeg) else ("image/jpeg", jpeg)


def read_words(path: Path) -> Words | None:
    """Read the words back from a file; ``None`` if it carries none."""
    texts = _texts(path)
    if "alt" not in texts or "caption" not in texts:
        return None
    return Words(texts["alt"], texts["caption"])


def read_layout(path: Path) -> Layout | None:
    """Read the layout back from a file; ``None`` if it carries none."""
    stored = _texts(path).get("layout")
    if stored is None:
        return None
    values = json.loads(stored)
    rectangles = tuple((a, b, c, d) for a, b, c, d in values["photographs"])
    return Layout(values["width"], values["letters"], rectangles)


def _texts(path: Path) -> dict[str, str]:
    with Image.open(path) as image:
        image.load()
        stored = image.info.get("comment")
        texts = json.loads(stored) if stored else getattr(image, "text", {})
    return dict(texts)


def _drawn(figure: Figure) -> tuple[Image.Image, Layout]:
    """The figure as a page shows it, without empty margins, and its layout."""
    figure.set_dpi(DOTS_AN_INCH)  # what is measured is what is drawn
    fit_to_page(figure)
    letters, places = _legible(figure), photographs(figure)
    stored = io.BytesIO()
    figure.savefig(stored, format="png", dpi=DOTS_AN_INCH)
    image = Image.open(stored).convert("RGB")
    crop = _filled(image)
    size, corner = np.array(image.size * 2), np.array(crop[:2] * 2)
    kept = tuple(
        (left, top, right, bottom)
        for left, top, right, bottom in (
            np.rint(np.array(places).reshape(-1, 4) * size).astype(int) - corner
        ).tolist()
    )
    width = round((crop[2] - crop[0]) / DOTS_AN_INCH * PIXELS_AN_INCH)
    layout = Layout(width, round(letters, 1) if math.isfinite(letters) else 0.0, kept)
    return image.crop(crop), layout


def _legible(figure: Figure) -> float:
    """The size of the smallest letters on a phone."""
    letters = smallest_letters(figure)
    if letters < READABLE:
        first = min(visible_texts(figure), key=lambda text: text.get_fontsize()).get_text()
        raise CourseError(
            f"{first!r} is {letters:.1f} pixels high on a phone, and {READABLE:g} can be read: "
            "draw the figure narrower, or its letters larger"
        )
    if outside := cut_off(figure):
        raise CourseError(
            f"{outside[0]!r} reaches beyond the figure's edge: shorten it, break it into lines, "
            "or give the legend fewer columns"
        )
    return letters


def _filled(image: Image.Image) -> Rectangle:
    """The part of a picture that is not white, with a margin."""
    used = np.asarray(image).min(axis=2) < 250  # (H, W)
    rows, columns = np.flatnonzero(used.any(axis=1)), np.flatnonzero(used.any(axis=0))
    if not rows.size:
        return (0, 0, *image.size)
    left, top = max(0, columns[0] - MARGIN), max(0, rows[0] - MARGIN)
    right, bottom = columns[-1] + 1 + MARGIN, rows[-1] + 1 + MARGIN
    return int(left), int(top), min(int(right), image.width), min(int(bottom), image.height)


def _png(image: Image.Image, texts: dict[str, str]) -> bytes:
    chunks = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        chunks.add_itxt(key, text)
    kept = _with_few_colors(image)
    stored = io.BytesIO()
    kept.save(stored, "PNG", optimize=True, pnginfo=chunks)
    return stored.getvalue()


def _with_few_colors(image: Image.Image) -> Image.Image:
    """The picture with a palette, if nobody sees the difference."""
    if image.getcolors(MANY) is None:
        return image
    few = image.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    off = np.abs(np.asarray(few.convert("RGB")).astype(int) - np.asarray(image)).max()
    return few if off <= OFF else image


def _jpeg(image: Image.Image, texts: dict[str, str]) -> bytes:
    comment = json.dumps(texts).encode()
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=JPEG_QUALITY, subsampling=0, optimize=True, comment=comment)
    return stored.getvalue()


def show(figure: Figure, alt: str, caption: str) -> None:
    """Display a figure in a notebook, with its caption below it, and close it.

    The figure becomes as wide as a page at most, and its letters as large as a phone needs. The
    description is the output's plain text, and stands folded below the caption. Both texts are
    also written into the picture's file, where the book finds them.

    Args:
        figure: Any matplotlib figure.
        alt: What there is to see, for readers who cannot see it.
        caption: What the reader should notice.

    Raises:
        CourseError: If some of its letters are too small to be read on a phone.
    """
    from IPython.display import publish_display_data

    kind, content = encode(figure, Words(alt, caption))
    width = Image.open(io.BytesIO(content)).width * PIXELS_AN_INCH // DOTS_AN_INCH
    shown = {"width": width, "alt": alt, "needs_background": "light"}
    picture: dict[str, Any] = {kind: content, "text/plain": alt}
    below = {"text/markdown": _below(alt, caption), "text/plain": f"{caption}\n\n{IN_WORDS}: {alt}"}
    publish_display_data(picture, {kind: shown})  # type: ignore[no-untyped-call]
    publish_display_data(below, {"role": "caption"})  # type: ignore[no-untyped-call]
    plt.close(figure)


def _below(alt: str, caption: str) -> str:
    """The caption, and the description folded, in the form that notebooks show."""
    words = html.escape(alt, quote=False)
    return f"*{caption}*\n\n<details><summary>{IN_WORDS}</summary>{words}</details>"
