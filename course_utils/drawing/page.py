"""How a figure fits a page: at most so wide, its letters at least so large, on a phone, too."""

import textwrap
from collections.abc import Iterator, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

PHONE = 350
"""Width of a figure on a phone that is 390 pixels wide, in pixels of style sheets."""

PIXELS_AN_INCH = 110
"""How large a page shows a figure that has room, in the same pixels."""

READABLE = 9.0
"""The smallest letters, in the same pixels: the size of their font."""

WIDTH = 5.2
"""The widest figure, in inches: as wide as a page's text."""

SMALLEST = 9.7
"""Of the letters, in points, so that they are readable in a figure of the whole width."""

SLACK = 3
"""So many pixels beyond the edge are no harm: letters do not fill their boxes."""


def fit_to_page(figure: Figure) -> None:
    """Make a figure as wide as a page at most, and its letters as large as a phone needs.

    The height of a chart stays; where pictures become smaller, so does the figure. Titles that
    would cover each other are broken into lines. A figure without
    a layout engine keeps its size: it was laid out by hand.
    """
    _enlarge_letters(figure)
    axes = [axis for axis in figure.findobj(Axes) if axis.get_visible()]
    if figure.get_layout_engine() is not None:
        _fit_width(figure, axes)
        figure.draw_without_rendering()
        for axis in axes:
            _break_title(axis)
    figure.draw_without_rendering()


def _fit_width(figure: Figure, axes: Sequence[Axes]) -> None:
    scaled = bool(axes) and all(_keeps_its_shape(axis) for axis in axes)
    width, height = figure.get_size_inches()
    if width > WIDTH:
        figure.set_size_inches(WIDTH, height * (0.1 + 0.9 * WIDTH / width) if scaled else height)
    if scaled and not figure.subfigs:
        figure.set_layout_engine("compressed")


def _enlarge_letters(figure: Figure) -> None:
    for axis in figure.findobj(Axes):
        for part in (axis.xaxis, axis.yaxis):  # ticks that are made later have this size, too
            size = part.get_tick_params().get("labelsize")
            if isinstance(size, int | float):
                part.set_tick_params(labelsize=max(size, SMALLEST))
    for text in figure.findobj(Text):
        text.set_fontsize(max(text.get_fontsize(), SMALLEST))


def _keeps_its_shape(axis: Axes) -> bool:
    """Whether its height follows from its width, as that of a picture, or it stands beside one."""
    return axis.get_aspect() != "auto" or hasattr(axis, "_colorbar") or not axis.axison


def _break_title(axis: Axes) -> None:
    """Break a title into lines if it reaches into the axes beside its own."""
    grid = axis.get_gridspec()
    room = axis.bbox.width * (1.05 if grid is not None and grid.ncols > 1 else 2)
    words, length = axis.get_title(), axis.title.get_window_extent().width
    if words and length > room and "\n" not in words:
        axis.set_title(textwrap.fill(words, max(4, int(0.9 * len(words) * room / length))))


def smallest_letters(figure: Figure) -> float:
    """The size of the smallest visible letters on a phone, in pixels of style sheets.

    Returns:
        The size; 0 for words that have no room at all, infinity for a figure without words.
    """
    width = float(figure.get_size_inches()[0])
    pixels_an_inch = min(PHONE / width, PIXELS_AN_INCH)
    sizes = [float(text.get_fontsize()) for text in visible_texts(figure)]
    return min(sizes, default=float("inf")) / 72 * pixels_an_inch


def visible_texts(figure: Figure) -> Iterator[Text]:
    """The texts that can be seen in a figure that has been drawn."""
    hidden = {
        id(text)
        for axis in figure.findobj(Axes)
        if not axis.axison or not axis.get_visible()
        for part in (axis.xaxis, axis.yaxis)
        for text in part.findobj(Text)
    }
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden:
            yield text


def cut_off(figure: Figure) -> list[str]:
    """Titles, names of axes and legends of a drawn figure that reach beyond its edges."""
    texts = [*figure.texts]
    for axis in figure.findobj(Axes):
        texts += [axis.title, axis.xaxis.label, axis.yaxis.label] if axis.axison else [axis.title]
    for legend in figure.findobj(Legend):
        texts += legend.get_texts()
    return [text.get_text() for text in texts if text.get_text() and _reaches_out(text, figure)]


def _reaches_out(text: Text, figure: Figure) -> bool:
    box, page = text.get_window_extent(), figure.bbox
    return bool(
        min(box.x0, box.y0) < -SLACK or box.x1 > page.x1 + SLACK or box.y1 > page.y1 + SLACK
    )
