"""Diagrams show every part once, in the order of computation, and nothing covers anything."""

from collections.abc import Iterator, Sequence
from functools import cache

import matplotlib as mpl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from course_utils.drawing.style import RIGHT, WRONG
from course_utils.teaching import diagram_layout
from course_utils.teaching.diagrams import Parallel, Part, Value, block_diagrams

pytestmark = pytest.mark.usefixtures("without_a_screen")


@pytest.fixture(scope="module", autouse=True)
def words_measured_once() -> Iterator[None]:
    """Remember how long each word is, which takes most of the time of a diagram."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diagram_layout, "_inches", cache(diagram_layout._inches))
        yield


def words(figure: Figure) -> list[Text]:
    """What is written; an arrow is an annotation without words."""
    return [text for text in figure.axes[0].texts if text.get_text()]


def boxes(figure: Figure) -> list[Bbox]:
    return [patch.get_extents() for patch in figure.axes[0].patches]


def names(parts: Sequence[Part]) -> list[str]:
    """All words of a block, the joins included."""
    found: list[str] = []
    for part in parts:
        if isinstance(part, Parallel):
            for path in (*part.paths, part.shortcut or ()):
                found += names(path)
            found.append(part.join)
        else:
            found.append(part.text if isinstance(part, Value) else part)
    return found


layers = st.sampled_from(["conv", "batch norm", "3×3 conv, 64", "ReLU", "two\nlines"])
values = st.sampled_from(["x", "64×56×56"]).map(Value)


def parallel(parts: st.SearchStrategy[Part]) -> st.SearchStrategy[Part]:
    paths = st.lists(st.lists(parts, max_size=3), min_size=1, max_size=4)
    shortcut = st.none() | st.lists(parts, max_size=2)
    return st.builds(Parallel, paths, shortcut, st.sampled_from(["+", "concatenate"]))


blocks = st.lists(st.recursive(layers | values, parallel, max_leaves=8), min_size=1, max_size=4)


@settings(max_examples=15, phases=[Phase.generate], deadline=None)
@given(st.lists(blocks, min_size=1, max_size=3))
def test_every_part_is_written_once_inside_and_covers_no_other(drawn: list[list[Part]]) -> None:
    figure = block_diagrams({f"block {n}": parts for n, parts in enumerate(drawn)})
    written = words(figure)
    expected = [f"block {n}" for n in range(len(drawn))]
    expected += [name for parts in drawn for name in names(parts)]
    assert sorted(text.get_text() for text in written) == sorted(expected)
    extents = boxes(figure)
    for number, extent in enumerate(extents):
        assert not any(extent.overlaps(other) for other in extents[number + 1 :])
    places = [text.get_window_extent() for text in written]
    for place in places:
        assert figure.bbox.x0 <= place.x0 < place.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= place.y0 < place.y1 <= figure.bbox.y1
    for number, place in enumerate(places):
        assert not any(place.overlaps(other) for other in places[number + 1 :])
    plt.close(figure)


@pytest.mark.parametrize("layer", ["1×1 conv, 2048, stride 2", "W" * 12, "batch norm\nReLU"])
def test_a_box_is_wide_enough_for_its_words(layer: str) -> None:
    figure = block_diagrams({"": [layer]})
    (box,), (text,) = boxes(figure), words(figure)
    place = text.get_window_extent()
    assert box.x0 < place.x0 < place.x1 < box.x1
    assert box.y0 < place.y0 < place.y1 < box.y1


def test_parts_follow_each_other_downwards() -> None:
    block: list[Part] = [Value("x"), Parallel([["conv", "batch norm"]], []), "ReLU", Value("y")]
    figure = block_diagrams({"block": block})
    heights = {text.get_text(): text.get_position()[1] for text in words(figure)}
    order = ["block", "x", "conv", "batch norm", "+", "ReLU", "y"]
    assert sorted(heights, key=lambda name: heights[name]) == order


def test_a_block_without_a_shortcut_has_no_orange_line() -> None:
    for shortcut, orange in ((None, False), ([], True), (["conv"], True)):
        figure = block_diagrams({"block": [Value("x"), Parallel([["conv"]], shortcut)]})
        plt.close(figure)
        colors = {line.get_color() for line in figure.axes[0].lines}
        assert (WRONG in colors) is orange


def test_only_the_named_layers_are_filled() -> None:
    figure = block_diagrams({"block": ["conv", "ReLU"]}, filled=["conv"])
    (first, second) = (p for p in figure.axes[0].patches if isinstance(p, FancyBboxPatch))
    assert mpl.colors.to_hex(first.get_facecolor()).upper() == RIGHT
    assert mpl.colors.to_hex(second.get_facecolor()).upper() != RIGHT


def test_a_path_of_dots_has_no_line() -> None:
    lines = [
        len(block_diagrams({"": [Parallel([["conv"], path])]}).axes[0].lines)
        for path in ([Value("…")], [])
    ]
    assert lines[0] < lines[1]
