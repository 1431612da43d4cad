"""Charts show what they are given."""

from pathlib import Path
from types import SimpleNamespace

import matplotlib
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from course_utils import drawing
from course_utils.drawing import fonts
from course_utils.training import ConfusionMatrix

DEJAVU = str(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))

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


def history(accuracies: list[float]) -> list[SimpleNamespace]:
    """Epochs, of which a chart reads the number and the measure."""
    numbered = enumerate(accuracies, start=1)
    return [SimpleNamespace(number=number, accuracy=accuracy) for number, accuracy in numbered]


def test_a_run_has_a_line_through_all_its_epochs() -> None:
    _, axis = plt.subplots()
    runs = {"resnet": [history([0.2, 0.5, 0.6]), history([0.3, 0.4])], "plain": [history([0.1])]}
    drawing.learning_curves(axis, runs, "accuracy", "share that is right")
    points = [list(zip(*line.get_data(), strict=True)) for line in axis.lines]
    assert points == [[(1, 0.2), (2, 0.5), (3, 0.6)], [(1, 0.3), (2, 0.4)], [(1, 0.1)]]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("epoch", "share that is right")


def test_runs_of_one_name_look_alike_and_are_named_once() -> None:
    _, axis = plt.subplots()
    runs = {name: [history([0.2, 0.5])] * 2 for name in ("resnet", "plain")}
    drawing.learning_curves(axis, runs, "accuracy", "accuracy", ("majority", 0.4))
    *lines, baseline = axis.lines
    looks = [(line.get_color(), line.get_linestyle()) for line in lines]
    assert looks[0] == looks[1] != looks[2] == looks[3]
    assert len({style for _, style in looks}) == 2, "readable without colors, too"
    assert axis.get_legend_handles_labels()[1] == ["resnet", "plain"]
    assert list(baseline.get_ydata()) == [0.4, 0.4]
    (word,) = axis.texts
    assert (word.get_text(), word.xy) == ("majority", (2, 0.4))


def test_a_confusion_shows_every_count_and_stresses_the_wrong_ones() -> None:
    confusion = ConfusionMatrix(((8, 2), (0, 5)))
    (axis,) = drawing.confusion_chart(confusion, ["ant", "bee"]).axes
    cells = {text.get_position(): text for text in axis.texts}
    counts = {place: text.get_text() for place, text in cells.items()}
    assert counts == {(0, 0): "8", (1, 0): "2", (0, 1): "0", (1, 1): "5"}  # column, row
    wrong = [place for place, text in cells.items() if text.get_color() == drawing.WRONG]
    assert wrong == [(1, 0)]
    assert axis.images[0].get_array().tolist() == [[0.8, 0.2], [0, 1]]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["ant", "bee"]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("predicted", "true")


def test_a_class_that_never_occurs_has_an_empty_row() -> None:
    (axis,) = drawing.confusion_chart(ConfusionMatrix(((0, 0), (1, 1))), ["ant", "bee"]).axes
    assert axis.images[0].get_array().tolist() == [[0, 0], [0.5, 0.5]]


def test_names_of_another_script_have_a_font_or_their_index(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = {"кошка": DEJAVU, "猫": None, "class 1": ""}
    monkeypatch.setattr(fonts, "_path_for", found.get)
    with pytest.warns(UserWarning, match="no font here has the signs of '猫'"):
        (axis,) = drawing.confusion_chart(ConfusionMatrix(((1, 0), (0, 1))), ["кошка", "猫"]).axes
    first, second = axis.get_yticklabels()
    assert (first.get_text(), second.get_text()) == ("кошка", "class 1")
    assert first.get_fontfamily()[-1] == "DejaVu Sans"
