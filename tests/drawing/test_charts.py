"""Charts show what they are given."""

import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from course_utils import drawing

pytestmark = pytest.mark.usefixtures("without_a_screen")


def test_bars_stand_in_order_with_their_values() -> None:
    _, axis = plt.subplots()
    drawing.bars(axis, ["ant", "bee"], [0.25, 0.75], "share", 1, [1], ("chance", 0.5))
    assert [bar.get_width() for bar in axis.patches] == [0.25, 0.75]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["ant", "bee"]
    assert {"0.2", "0.8"} <= {text.get_text() for text in axis.texts}
    colors = [to_hex(bar.get_facecolor()).upper() for bar in axis.patches]
    assert colors == [drawing.NEUTRAL, drawing.RIGHT]
    assert axis.yaxis_inverted()
    assert axis.get_xlabel() == "share"
    assert [line.get_label() for line in axis.lines] == ["chance"]


def test_without_a_highlight_all_bars_have_one_color() -> None:
    _, axis = plt.subplots()
    drawing.bars(axis, ["a", "b"], [1, 2], "unit")
    assert {to_hex(bar.get_facecolor()).upper() for bar in axis.patches} == {drawing.RIGHT}


def test_names_stand_beside_their_points() -> None:
    figure, axis = plt.subplots()
    x, y = [1, 2, 3, 4, 5], [1, 1, 1, 1, 1]
    axis.scatter(x, y)
    places = {"b": "left", "c": "above", "d": "below", "e": "above left"}
    drawing.label_points(axis, list("abcde"), x, y, places)
    figure.canvas.draw()
    across, (up, *_) = axis.transData.transform(list(zip(x, y, strict=True))).T
    a, b, c, d, e = [text.get_window_extent() for text in axis.texts]
    assert a.x0 > across[0] and b.x1 < across[1]
    assert a.y0 < up < a.y1 and b.y0 < up < b.y1
    assert c.y0 > up and d.y1 < up
    assert c.x0 < across[2] < c.x1 and d.x0 < across[3] < d.x1
    assert e.x1 < across[4] and e.y0 > up


def test_a_point_without_a_name_is_refused() -> None:
    _, axis = plt.subplots()
    with pytest.raises(ValueError, match="zip"):
        drawing.label_points(axis, ["a"], [1, 2], [1, 2], {})
