"""Intersection over union, and which boxes count as right."""

import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.analysis.box_metrics import (
    Box,
    Counts,
    Found,
    count_matches,
    intersection_over_union,
    shared_part,
)

corners = st.integers(0, 12)
LABELS = ("bee", "rose")


@st.composite
def whole_boxes(draw: st.DrawFn) -> Box:
    """A box whose edges lie between pixels."""
    left, right = sorted(draw(st.lists(corners, min_size=2, max_size=2, unique=True)))
    top, bottom = sorted(draw(st.lists(corners, min_size=2, max_size=2, unique=True)))
    return left, top, right, bottom


labeled_boxes = st.tuples(st.sampled_from(LABELS), whole_boxes())
things = st.lists(labeled_boxes, max_size=4)


def pixels(box: Box) -> set[tuple[int, int]]:
    left, top, right, bottom = (int(edge) for edge in box)
    return {(x, y) for x in range(left, right) for y in range(top, bottom)}


@given(whole_boxes(), whole_boxes())
def test_overlap_counts_pixels(first: Box, second: Box) -> None:
    one, two = pixels(first), pixels(second)
    expected = len(one & two) / len(one | two)
    assert math.isclose(intersection_over_union(first, second), expected)
    assert intersection_over_union(second, first) == intersection_over_union(first, second)


def test_boxes_without_an_area_share_nothing() -> None:
    assert intersection_over_union((3, 3, 3, 3), (3, 3, 3, 3)) == 0


@st.composite
def pictures(draw: st.DrawFn) -> tuple[list[Found], list[tuple[str, Box]]]:
    """Boxes with different scores, and what is there."""
    given_boxes = draw(things)
    scores = draw(st.permutations(range(len(given_boxes))))
    found = [Found(label, s, box) for (label, box), s in zip(given_boxes, scores, strict=True)]
    return found, draw(things)


@given(pictures())
def test_no_assignment_has_more_right_ones_and_none_is_given_twice(
    picture: tuple[list[Found], list[tuple[str, Box]]],
) -> None:
    found, truth = picture
    counts = count_matches(found, truth)
    assert (counts.found, counts.true) == (len(found), len(truth))
    best = most_pairs(found, truth)
    assert best / 2 <= counts.right <= best  # a greedy matching has at least half of the pairs


def most_pairs(found: list[Found], truth: list[tuple[str, Box]]) -> int:
    """The largest number of pairs, by trying every order."""
    slots: list[int | None] = [*range(len(truth)), *([None] * len(found))]
    return max(
        sum(
            place is not None and fits(one, truth[place])
            for one, place in zip(found, order, strict=False)
        )
        for order in permutations(slots, len(found))
    )


def fits(one: Found, thing: tuple[str, Box]) -> bool:
    return one.label == thing[0] and intersection_over_union(one.box, thing[1]) >= 0.3


@st.composite
def parts_that_fit(draw: st.DrawFn, box: Box) -> Box:
    """The upper left part of a box: 55 % of each side or more, so 30 % of its area."""
    left, top, right, bottom = (int(edge) for edge in box)
    width, height = (
        draw(st.integers(math.ceil(0.55 * side), side)) for side in (right - left, bottom - top)
    )
    return left, top, left + width, top + height


@given(pictures(), labeled_boxes, st.data())
def test_the_surest_box_that_fits_is_right(
    picture: tuple[list[Found], list[tuple[str, Box]]], thing: tuple[str, Box], data: st.DataObject
) -> None:
    others, truth = picture
    fitting = Found(thing[0], data.draw(st.floats(-1, 5)), data.draw(parts_that_fit(thing[1])))
    assert fits(fitting, thing)
    assert count_matches([*others, fitting], [*truth, thing]).right >= 1


@given(pictures())
def test_the_order_in_which_boxes_are_given_does_not_matter(
    picture: tuple[list[Found], list[tuple[str, Box]]],
) -> None:
    found, truth = picture
    assert count_matches(found[::-1], truth) == count_matches(found, truth)


@given(st.lists(labeled_boxes, max_size=4, unique=True))
def test_the_truth_itself_is_right(truth: list[tuple[str, Box]]) -> None:
    counts = count_matches([Found(label, 1, box) for label, box in truth], truth)
    assert counts.right == len(truth)
    assert (counts.precision, counts.recall) == (1, 1)


BEE = ("bee", (0.0, 0.0, 10.0, 10.0))


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ([Found("bee", 0.9, (0, 0, 10, 3))], 1),
        ([Found("bee", 0.9, (0, 0, 10, 2.9))], 0),
        ([Found("ant", 0.9, BEE[1])], 0),
        ([Found("bee", 0.9, BEE[1]), Found("bee", 0.8, BEE[1])], 1),
        ([], 0),
    ],
    ids=["just enough", "not enough", "another class", "twice the same", "none"],
)
def test_a_box_is_right_once_for_its_class_and_from_the_limit_on(
    found: list[Found], right: int
) -> None:
    assert count_matches(found, [BEE]) == Counts(1, len(found), right)


def test_counts_add_up_before_they_are_divided() -> None:
    both = Counts(true=4, found=1, right=1) + Counts(true=1, found=3, right=1)
    assert both == Counts(5, 4, 2)
    assert (both.precision, both.recall) == (0.5, 0.4)
    assert both.f1 == pytest.approx(2 / (1 / 0.5 + 1 / 0.4))
    assert (Counts().precision, Counts().recall, Counts().f1) == (1, 1, 1)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((0, 0, 10, 10), (2, 2, 4, 4), 1),  # inside
        ((0, 0, 10, 10), (5, 0, 15, 10), 0.5),
        ((0, 0, 10, 10), (8, 8, 12, 12), 0.25),  # of the smaller one
        ((0, 0, 10, 10), (10, 0, 20, 10), 0),
        ((3, 3, 3, 3), (0, 0, 9, 9), 0),  # without an area
    ],
)
def test_the_shared_part_is_that_of_the_smaller_box(
    first: Box, second: Box, expected: float
) -> None:
    assert shared_part(first, second) == shared_part(second, first) == expected
