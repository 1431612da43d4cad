"""Where a drawn figure keeps its colors in a dark theme, when its paper becomes dark."""

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import Bbox

from course_utils.data.masks import VOID, voc_colors

PALE = 0.93
"""From this lightness on, 0 to 1, a color is paper."""

CLASSES = 21
"""So many colors of masks are known by sight; those of the others are seldom seen."""

KEPT = "keeps its color"
"""The group (``gid``) of a box or mark in a color that means something in a picture."""

Share = tuple[float, float, float, float]
"""Left, top, right and bottom, from the left upper corner, in shares of the figure."""


def photographs(figure: Figure) -> list[Share]:
    """Everything that keeps its colors: pictures, maps of colors, and the colors of classes.

    A map whose colors begin at white, or have white in their middle, keeps them not: white stands
    for nothing there, as paper does. Cells without a value are paper, too.
    """
    found = []
    across, down = figure.bbox.width, figure.bbox.height
    for box in (*_pictures(figure), *_swatches(figure)):
        left, right = box.x0 / across, box.x1 / across
        found.append((left, 1 - box.y1 / down, right, 1 - box.y0 / down))
    return found


def _pictures(figure: Figure) -> Iterator[Bbox]:
    """In pixels of the figure: each picture, and the scale beside a map of colors."""
    for axis in figure.findobj(Axes):
        if not axis.get_visible():
            continue
        for image in axis.images:
            if image.get_visible() and not _is_on_paper(image):
                boxes = (Bbox.intersection(box, axis.bbox) for box in _filled(image))
                yield from (box for box in boxes if box is not None and box.width > 0)
        if axis.images:  # a label on a ground of its own may reach beyond the picture
            yield from (text.get_window_extent() for text in axis.texts if text.get_bbox_patch())
        colorbar = getattr(axis, "_colorbar", None)
        if colorbar is not None and not _is_on_paper(colorbar.mappable):
            yield axis.bbox


def _is_on_paper(mappable: ScalarMappable) -> bool:
    """Whether white means nothing in it: one end or the middle of its scale is white."""
    array = mappable.get_array()
    is_picture = isinstance(mappable, AxesImage) and (array is None or array.ndim == 3)
    if is_picture or mappable.cmap.name in {"gray", "grey"}:
        return False
    return any(min(mappable.cmap(place)[:3]) >= PALE for place in (0.0, 0.5, 1.0))


def _filled(image: AxesImage) -> Iterator[Bbox]:
    """The whole image, or the cells of each row that have a value, where some have none."""
    array = image.get_array()
    missing = np.ma.getmaskarray(array) if array is not None else np.zeros(0, bool)
    if missing.ndim != 2 or not missing.any():
        yield image.get_window_extent()
        return
    rows, columns = missing.shape
    left, right, bottom, top = image.get_extent()  # in data, the first row at the top
    first, last = (top, bottom) if image.origin == "upper" else (bottom, top)
    for row in range(rows):
        for start, stop in _runs(~missing[row]):
            corners = [
                (left + (right - left) * column / columns, first + (last - first) * y / rows)
                for column, y in ((start, row), (stop, row + 1))
            ]
            (x0, y0), (x1, y1) = image.axes.transData.transform(corners)
            yield Bbox([[min(x0, x1), min(y0, y1)], [max(x0, x1), max(y0, y1)]])


def _runs(values: np.ndarray) -> Iterator[tuple[int, int]]:
    """Start and end of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], values.astype(int), [0]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _swatches(figure: Figure) -> Iterator[Bbox]:
    """Boxes and marks in the colors of classes, and those that stand beside them."""
    groups: list[Sequence[Artist]] = [
        [handle for handle in legend.legend_handles if handle is not None]
        for legend in figure.findobj(Legend)
    ]
    groups += [list(axis.patches) for axis in figure.findobj(Axes)]
    known = {tuple(color) for color in voc_colors()[[*range(1, CLASSES), VOID]].tolist()}
    known.discard((128, 128, 128))  # gray is the color of much else
    for group in groups:
        marked = any(artist.get_gid() == KEPT for artist in group)
        if marked or len({_color(artist) for artist in group} & known) > 1:
            yield from map(_extent, group)


def _extent(artist: Artist) -> Bbox:
    """A box, or the mark in the middle of a line of a legend."""
    box = artist.get_window_extent()
    figure = artist.get_figure(root=True)
    if not isinstance(artist, Line2D) or figure is None:
        return box
    half = artist.get_markersize() / 144 * figure.dpi
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return Bbox([[x - half, y - half], [x + half, y + half]])


def _color(artist: Artist) -> tuple[int, ...]:
    """Red, green and blue, 0 to 255; nothing for what has none of its own."""
    if isinstance(artist, Patch):
        color = artist.get_facecolor()
    elif isinstance(artist, Line2D):
        color = artist.get_color()
    else:
        return ()
    return tuple(round(255 * share) for share in to_rgb(color))
