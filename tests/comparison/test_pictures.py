"""A figure is compared by the part of it that differs most."""

import base64
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from PIL import Image

from comparison.changes import stored
from comparison.pictures import compare_pictures, open_picture
from course_utils.teaching.figures import JPEG_QUALITY, Words, encode

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


def test_measured_figures_are_compared_by_size_and_by_how_much_is_drawn() -> None:
    assert not compare_pictures(drawn(), drawn(move_a_point), 1)
    blank = Image.new("RGB", open_picture(drawn()).size, "white")
    assert "blocks are drawn" in compare_pictures(drawn(), stored(blank), 1)


def color_map(value: float, rounding: float = 0) -> str:
    """Draw a map of colors; return the file in base64."""
    values = np.random.default_rng(0).random((6, 9)) + rounding
    values[2, 3] = value + rounding
    figure, axis = plt.subplots(figsize=(5, 3))
    axis.imshow(values, vmin=0, vmax=1)
    return base64.b64encode(encode(figure, WORDS)[1]).decode()


def test_a_value_of_a_color_map_is_seen() -> None:
    assert "color differs" in compare_pictures(color_map(0.5), color_map(0.55))
    assert not compare_pictures(color_map(0.5), color_map(0.5, 1e-4))


@pytest.mark.parametrize("factor", [(1.03, 1.03, 1.03), (0.96, 0.96, 0.96), (1, 1, 0.9)])
def test_a_photograph_of_other_brightness_is_seen(
    root: Path, factor: tuple[float, float, float]
) -> None:
    path = sorted((root / "data").rglob("*.jpg"))[0]
    with Image.open(path) as opened:
        photograph = opened.convert("RGB").resize((400, 300))
    pixels = np.asarray(photograph) * np.array(factor)
    changed = Image.fromarray(pixels.clip(0, 255).round().astype(np.uint8))
    assert compare_pictures(stored(photograph), stored(changed))
    assert not compare_pictures(stored(photograph), as_jpeg(photograph))


def as_jpeg(picture: Image.Image) -> str:
    """Store a picture as chapters store photographs."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return base64.b64encode(file.getvalue()).decode()
