"""In a dark theme pictures keep their colors, and what stands on paper does not."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from course_utils.data.masks import voc_colors
from course_utils.drawing.kept_colors import KEPT, photographs
from course_utils.drawing.style import PALETTE
from picture_files import noise

pytestmark = pytest.mark.usefixtures("without_a_screen")


def drawn(figure: Figure) -> list[tuple[float, float, float, float]]:
    figure.draw_without_rendering()
    return photographs(figure)


def test_a_picture_is_kept_where_it_lies_in_the_figure() -> None:
    figure = plt.figure(figsize=(4, 2), layout="none")
    axis = figure.add_axes((0.5, 0.25, 0.25, 0.5))
    axis.imshow(noise(1, (20, 20)))
    assert drawn(figure) == [pytest.approx((0.5, 0.25, 0.75, 0.75))]


def test_a_picture_is_cut_where_its_axis_ends() -> None:
    figure = plt.figure(figsize=(2, 2), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.imshow(noise(1, (20, 20)), extent=(0, 2, 0, 2), aspect="auto")
    axis.set(xlim=(1, 3), ylim=(0, 2))
    assert drawn(figure) == [pytest.approx((0, 0, 0.5, 1))]


@pytest.mark.parametrize(
    ("colors", "kept"),
    [("viridis", 1), ("cividis", 1), ("gray", 1), ("Blues", 0), ("RdBu", 0), ("gray_r", 0)],
)
def test_maps_whose_white_means_nothing_are_paper(colors: str, kept: int) -> None:
    figure, axis = plt.subplots()
    axis.imshow(np.eye(3), cmap=colors)
    assert len(drawn(figure)) == kept


def test_the_scale_beside_a_map_is_kept_with_it() -> None:
    figure, axis = plt.subplots()
    figure.colorbar(axis.imshow(np.eye(3)), ax=axis)
    assert len(drawn(figure)) == 2


def test_cells_without_a_value_are_paper() -> None:
    figure = plt.figure(figsize=(2, 2), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.imshow([[1, 1, np.nan], [np.nan, 2, np.nan], [np.nan] * 3], aspect="auto")
    third = 1 / 3
    assert drawn(figure) == [
        pytest.approx((0, 0, 2 * third, third)),
        pytest.approx((third, third, 2 * third, 2 * third)),
    ]


def test_nothing_is_kept_of_a_chart_and_of_what_cannot_be_seen() -> None:
    figure, (chart, picture) = plt.subplots(1, 2)
    chart.bar([0, 1], [1, 2], color=PALETTE[:2], label="bars")
    chart.legend()
    picture.imshow(noise(1)).set_visible(False)
    assert not drawn(figure)


def test_the_colors_of_classes_are_kept_in_legends_and_beside_names() -> None:
    colors = voc_colors()[:4] / 255
    figure, axis = plt.subplots()
    handles = [Patch(facecolor=color, label=str(n)) for n, color in enumerate(colors)]
    axis.legend(handles=handles)
    assert len(drawn(figure)) == 4
    for number, color in enumerate(colors):
        axis.add_patch(Rectangle((number / 4, 0), 0.2, 1, fc=color))
    assert len(drawn(figure)) == 8


def test_what_is_marked_keeps_its_color() -> None:
    figure, axis = plt.subplots()
    axis.legend(handles=[Patch(color=PALETTE[0], label="ant")])
    assert not drawn(figure)
    (handle,) = axis.get_legend().legend_handles
    handle.set_gid(KEPT)
    assert len(drawn(figure)) == 1


def test_marks_in_the_colors_of_classes_are_kept() -> None:
    figure, axis = plt.subplots()
    for number, color in enumerate(voc_colors()[:4] / 255):
        axis.plot([], "s", color=color, label=str(number))
    axis.legend()
    boxes = drawn(figure)
    assert len(boxes) == 4
    side = 6 / 72  # inches
    for left, top, right, bottom in boxes:
        assert (right - left) * figure.get_figwidth() == pytest.approx(side, abs=0.01)
        assert (bottom - top) * figure.get_figheight() == pytest.approx(side, abs=0.01)
