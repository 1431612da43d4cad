"""A figure is compared by the part of it that differs most."""

import base64
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from comparison.pictures import compare_pictures
from course_utils.teaching.figures import Words, encode

WORDS = Words("points", "A few points.")


def drawn(change: Callable[[Axes], object] = lambda axis: None, wide: float = 5.2) -> str:
    """Draw points, a line and a title; change something; return the file in base64."""
    figure, axis = plt.subplots(figsize=(wide, 2.4), dpi=110)
    places = np.random.default_rng(0).random((2, 20))
    axis.scatter(*places, s=12, color="#0072B2")
    axis.set(xlim=(0, 1), ylim=(0, 1))
    axis.set_title("accuracy 0.93", fontsize=10)
    change(axis)
    _, content = encode(figure, WORDS)
    return base64.b64encode(content).decode()


def title(text: str) -> Callable[[Axes], object]:
    """Write another title."""
    return lambda axis: axis.set_title(text, fontsize=10)


def move_a_point(axis: Axes) -> None:
    points = axis.collections[0].get_offsets()
    points[3, 0] += 0.02
    axis.collections[0].set_offsets(points)


def swap_the_content(axis: Axes) -> None:
    axis.clear()
    axis.imshow(np.random.default_rng(1).random((8, 8)))
    axis.set_aspect("auto")


@pytest.mark.parametrize("digit", list("01245678"))
def test_another_digit_is_seen(digit: str) -> None:
    assert compare_pictures(drawn(), drawn(title(f"accuracy 0.9{digit}")))


@pytest.mark.parametrize(
    "change",
    [
        title("accuracy −0.93"),
        move_a_point,
        swap_the_content,
        lambda axis: axis.collections[0].set_color("#D55E00"),
        lambda axis: axis.collections[0].set_sizes([24]),
        lambda axis: axis.collections[0].remove(),
        lambda axis: axis.set_xlim(0, 1.05),
        lambda axis: axis.set_ylabel("loss"),
    ],
)
def test_another_figure_is_seen(change: Callable[[Axes], object]) -> None:
    assert compare_pictures(drawn(), drawn(change))


def test_another_size_is_seen_even_where_nothing_else_counts() -> None:
    assert "pixels stored" in compare_pictures(drawn(), drawn(wide=4.6), 1)
    assert not compare_pictures(drawn(), drawn(wide=5.15), 1)  # labels of times differ in width
    assert "pixels stored" in compare_pictures(drawn(), drawn(wide=5.15), 0.9)


@pytest.mark.parametrize("rounding", [1e-6, 1e-5, 1e-4])
def test_what_rounding_moves_is_not_seen(rounding: float) -> None:
    def by_rounding(axis: Axes) -> None:
        points = axis.collections[0].get_offsets()
        axis.collections[0].set_offsets(points + rounding)

    assert not compare_pictures(drawn(), drawn(by_rounding))


def test_a_tolerance_can_be_given() -> None:
    said = compare_pictures(drawn(), drawn(move_a_point))
    assert "allowed 0.0%" in said
    assert not compare_pictures(drawn(), drawn(move_a_point), 0.05)


def test_a_tolerance_does_not_let_another_figure_pass() -> None:
    assert compare_pictures(drawn(), drawn(swap_the_content), 0.3)


def test_measured_figures_are_compared_by_size() -> None:
    assert not compare_pictures(drawn(), drawn(lambda axis: axis.collections[0].remove()), 1)
