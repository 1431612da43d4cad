"""The three streams of FCN: the drawing has the cells and the steps of the networks."""

import pytest
from matplotlib.patches import Circle, Rectangle

from course_utils.drawing.page import WIDTH
from course_utils.models.registry import build_segmenter
from course_utils.teaching.streams import PIXELS, skip_streams

pytestmark = pytest.mark.usefixtures("without_a_screen")


def test_it_has_a_sum_for_each_skip_and_three_answers() -> None:
    axis = skip_streams().axes[0]
    words = [text.get_text() for text in axis.texts]
    skips = build_segmenter("fcn8s-resnet18", 2, stem_width=2).head.skips
    assert len([p for p in axis.patches if isinstance(p, Circle)]) == len(skips) == 2
    assert len([p for p in axis.patches if isinstance(p, Rectangle)]) == 1 + 3 + 3
    assert words.count("+") == words.count("×2") == 2
    assert [word for word in words if word.startswith("FCN")] == ["FCN-8s", "FCN-16s", "FCN-32s"]
    assert {"×8", "×16", "×32"} <= set(words)


def test_maps_have_as_many_lines_as_their_cells_need() -> None:
    lines = len(skip_streams().axes[0].lines)
    assert lines == 2 * sum(2 * (PIXELS // stride - 1) for stride in (8, 16, 32))


def test_it_fits_a_page() -> None:
    assert skip_streams().get_size_inches()[0] <= WIDTH
