"""Spans by hand: how they widen, shrink their stride, and unite."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.analysis import Field, Span
from course_utils.errors import ModelError

windows = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2))


@given(st.lists(windows, min_size=1, max_size=4), st.integers(0, 9))
def test_neighboring_cells_lie_a_stride_apart(
    stack: list[tuple[int, int, int, int]], cell: int
) -> None:
    span = Span()
    for window in stack:
        span = span.through(*window)
    assert span.center(cell + 1) - span.center(cell) == span.stride
    assert span.union(span) == span
    assert span.center() - span.first == span.first + span.size - 1 - span.center()


def test_the_union_reaches_from_the_first_to_the_last_pixel() -> None:
    assert Span(3, 2, -1).union(Span(5, 2, 4)) == Span(10, 2, -1)
    assert Span(9, 2, -4).union(Span(3, 2, -1)) == Span(9, 2, -4)


def test_branches_with_different_strides_do_not_meet() -> None:
    with pytest.raises(ModelError, match="strides of 2 and 1 pixels meet"):
        Span(3, 2, 0).union(Span(3, 1, 0))


def test_a_field_without_a_number_passes_its_reason_on() -> None:
    known, unknown = Field(Span(), Span(3)), Field(None, None, "why")
    assert known.union(unknown) == unknown.union(known) == unknown
    assert known.union(Field(Span(5), Span())) == Field(Span(5), Span(3))


def test_a_doubled_map_by_hand() -> None:
    """Cells of 2 pixels; a kernel of 4 goes over them with a zero between each two."""
    cells = Span(2, 2, 0)
    assert cells.enlarged(4, 2, 1) == Span(5, 1, -2)  # even pixels see -2 to 1, odd ones -1 to 2
    assert cells.enlarged(2, 2) == Span(3, 1, -1)  # each pixel sees its own cell
    assert cells.enlarged(1, 1) == cells


def test_an_enlarged_map_of_fcn32s() -> None:
    assert Span(435, 32, -217).enlarged(64, 32, 16) == Span(498, 1, -264)


def test_a_fraction_of_a_pixel_is_refused() -> None:
    with pytest.raises(ModelError, match="enlarged 3 times, cells that are 4 pixels apart lie a"):
        Span(4, 4, 0).enlarged(6, 3)
