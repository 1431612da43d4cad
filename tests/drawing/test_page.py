"""A figure is as wide as a page at most, and its letters are readable on a phone."""

from itertools import pairwise

import pytest
from matplotlib import pyplot as plt
from matplotlib.text import Text

from course_utils.drawing.page import (
    PHONE,
    READABLE,
    SMALLEST,
    WIDTH,
    cut_off,
    fit_to_page,
    smallest_letters,
    visible_texts,
)
from course_utils.drawing.style import use_course_style
from picture_files import noise

pytestmark = pytest.mark.usefixtures("without_a_screen")


@pytest.fixture(autouse=True)
def course_style() -> None:
    use_course_style()


def test_the_smallest_letters_are_readable_in_the_widest_figure() -> None:
    assert SMALLEST / 72 * PHONE / WIDTH >= READABLE


def test_a_wide_chart_becomes_as_wide_as_a_page_and_keeps_its_height() -> None:
    figure, axis = plt.subplots(figsize=(9, 3))
    axis.plot([0, 1])
    fit_to_page(figure)
    assert figure.get_size_inches().tolist() == [WIDTH, 3]


def test_a_narrow_figure_stays() -> None:
    figure, axis = plt.subplots(figsize=(3, 2))
    axis.plot([0, 1])
    fit_to_page(figure)
    assert figure.get_size_inches().tolist() == [3, 2]


def test_pictures_become_lower_as_they_become_narrower() -> None:
    figure, axes = plt.subplots(1, 3, figsize=(9, 3))
    for axis in axes:
        axis.imshow(noise(1))
    fit_to_page(figure)
    width, height = figure.get_size_inches()
    assert width == WIDTH
    assert 1.5 < height < 2.5


def test_small_letters_are_enlarged_those_of_ticks_too() -> None:
    figure, axis = plt.subplots(figsize=(9, 3))
    axis.tick_params(labelsize=5)
    axis.plot([0, 1], label="a line")
    axis.set_title("title", fontsize=6)
    axis.legend(fontsize=7)
    axis.annotate("here", (0, 0), size=4)
    before = smallest_letters(figure)
    fit_to_page(figure)
    assert before < READABLE <= smallest_letters(figure)
    assert {text.get_fontsize() for text in visible_texts(figure)} <= {SMALLEST, 10, 10.5}


def test_a_figure_without_words_has_no_small_letters() -> None:
    figure, axis = plt.subplots()
    axis.imshow(noise(1))
    axis.set_axis_off()
    assert smallest_letters(figure) == float("inf")
    assert not list(visible_texts(figure))


def test_a_title_that_would_reach_its_neighbor_is_broken() -> None:
    figure, axes = plt.subplots(1, 4, figsize=(9, 2))
    for axis in axes:
        axis.imshow(noise(1))
        axis.set_axis_off()
        axis.set_title("one layer after the other")
    fit_to_page(figure)
    assert all("\n" in axis.get_title() for axis in axes)
    boxes = [axis.title.get_window_extent() for axis in axes]
    assert all(a.x1 <= b.x0 for a, b in pairwise(boxes))


def test_a_title_that_stands_alone_is_not_broken() -> None:
    figure, axis = plt.subplots(figsize=(3, 2))
    axis.plot([0, 1])
    axis.set_title("as long as the axis below it")
    fit_to_page(figure)
    assert axis.get_title() == "as long as the axis below it"


def test_what_was_laid_out_by_hand_keeps_its_size() -> None:
    figure = plt.figure(figsize=(9, 3), layout="none")
    figure.add_axes((0, 0, 1, 1)).text(0.5, 0.5, "word", size=SMALLEST)
    fit_to_page(figure)
    assert figure.get_size_inches().tolist() == [9, 3]
    assert smallest_letters(figure) < READABLE


@pytest.mark.parametrize(("columns", "outside"), [(2, False), (6, True)])
def test_a_legend_beyond_the_edges_is_found(columns: int, outside: bool) -> None:
    figure, axis = plt.subplots(figsize=(5, 3))
    for number in range(6):
        axis.plot([0, number], label=f"a line of slope {number}")
    figure.legend(ncols=columns, loc="outside upper center")
    fit_to_page(figure)
    assert bool(cut_off(figure)) is outside


def test_the_name_of_an_axis_that_is_cut_off_is_found() -> None:
    figure, axis = plt.subplots(figsize=(2, 2))
    name = "a name that is much too long for an axis as short as this one"
    axis.set_xlabel(name)
    fit_to_page(figure)
    assert cut_off(figure) == [name]
    assert all(isinstance(text, Text) for text in visible_texts(figure))
