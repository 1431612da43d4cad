"""The look of all figures."""

import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from course_utils import drawing
from course_utils.drawing.style import use_course_style

pytestmark = pytest.mark.usefixtures("without_a_screen")


def test_the_palette_has_different_colors() -> None:
    assert len({to_hex(color) for color in drawing.PALETTE}) == len(drawing.PALETTE) == 7


def test_the_style_is_set_once_for_all_figures() -> None:
    use_course_style()
    figure, axis = plt.subplots()
    assert figure.dpi == 110
    assert not axis.spines["top"].get_visible()
    colors = [axis.plot([0, 1])[0].get_color() for _ in drawing.PALETTE]
    assert colors == list(drawing.PALETTE)


def test_four_lines_differ_without_colors_too() -> None:
    assert len(set(drawing.STYLES)) == len(drawing.STYLES) == 4
