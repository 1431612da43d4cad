"""Where the parts of a diagram go: room for words, for paths and for what joins them."""

import itertools

import pytest

from course_utils.teaching.diagram_layout import (
    BESIDE,
    GAP,
    JOIN,
    LINE,
    PADDING,
    STEM,
    Parallel,
    Part,
    Value,
    bar_room,
    canvas,
    columns_of,
    extent_of,
    join_width,
    part_extent,
    text_extent,
)

pytestmark = pytest.mark.usefixtures("without_a_screen")


def test_words_have_the_room_of_their_longest_line() -> None:
    short, long, both = (text_extent(text) for text in ("x", "batch norm", "x\nbatch norm"))
    assert short.width < long.width == both.width
    assert (long.height, both.height) == (LINE, 2 * LINE)
    assert long.left == long.right
    assert text_extent("").width == 0


def test_a_box_has_a_frame_and_a_value_has_none() -> None:
    box, value = part_extent("conv"), part_extent(Value("conv"))
    assert box.width == pytest.approx(value.width + 2 * PADDING)
    assert (value.height, box.height) == (LINE + GAP, LINE + 2 * PADDING + GAP)


def test_parts_below_each_other_add_up() -> None:
    narrow, wide = part_extent("conv"), part_extent("batch norm")
    both = extent_of(["conv", "batch norm"])
    assert both.width == wide.width > narrow.width
    assert both.height == pytest.approx(narrow.height + wide.height)
    assert extent_of([]).height == 0


@pytest.mark.parametrize("shortcut", [None, [], ["conv"]])
def test_paths_stand_side_by_side(shortcut: list[Part] | None) -> None:
    part = Parallel([["conv"], ["batch norm", "ReLU"]], shortcut)
    columns = columns_of(part)
    assert len(columns) == (2 if shortcut is None else 3)
    for (x, extent), (after, beside) in itertools.pairwise(columns):
        assert after - beside.left - (x + extent.right) == pytest.approx(BESIDE)
    left, right = columns[0], columns[1]
    assert right[0] + right[1].right == pytest.approx(-(left[0] - left[1].left)), "the middle is 0"


def test_a_single_path_stays_in_line() -> None:
    ((x, _),) = columns_of(Parallel([["a long name", "conv"]]))
    assert x == 0


def test_several_paths_are_higher_than_their_highest_by_what_joins_them() -> None:
    paths: list[list[Part]] = [["conv"], ["conv", "ReLU"]]
    several, single = Parallel(paths), Parallel(paths[1:])
    assert (bar_room(several), bar_room(single)) == (STEM, 0)
    highest = extent_of(paths[1]).height
    assert part_extent(several).height == pytest.approx(highest + 2 * STEM + GAP + JOIN)
    assert part_extent(single).height == pytest.approx(highest + STEM + GAP + JOIN)


def test_a_sign_is_joined_in_a_circle_and_a_word_in_a_longer_box() -> None:
    assert join_width("+") == JOIN < join_width("concatenate")


def test_a_canvas_counts_inches_from_the_upper_left() -> None:
    figure, axis = canvas(3, 2)
    assert tuple(figure.get_size_inches()) == (3, 2)
    assert (axis.get_xlim(), axis.get_ylim()) == ((0, 3), (2, 0))
