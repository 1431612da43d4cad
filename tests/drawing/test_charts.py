"""Figures show what they are given, and carry their description."""

import io
from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from PIL import Image

from course_utils import drawing
from course_utils.data.transforms import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Preprocessing,
    evaluation_transform,
)
from course_utils.teaching.figures import show
from course_utils.teaching.flows import flow
from picture_files import RED, noise


@pytest.fixture(autouse=True)
def without_a_screen() -> Iterator[None]:
    """Draw into memory, and close what a test leaves open."""
    with mpl.rc_context():
        mpl.use("agg")
        yield
        plt.close("all")


def test_showing_publishes_picture_text_and_caption(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[tuple[dict[str, object], dict[str, str] | None]] = []
    monkeypatch.setattr(
        "IPython.display.publish_display_data",
        lambda data, metadata=None: published.append((data, metadata)),
    )
    figure = drawing.image_grid([noise(1)])
    show(figure, "a bee", "Notice it.")
    (picture, _), (caption, metadata) = published
    assert picture["text/plain"] == "a bee"
    assert Image.open(io.BytesIO(picture["image/jpeg"])).width > 100  # type: ignore[arg-type]
    assert caption == {"text/markdown": "*Notice it.*", "text/plain": "Notice it."}
    assert metadata == {"role": "caption"}
    assert not plt.fignum_exists(figure.number)


@pytest.mark.parametrize(("count", "columns", "rows"), [(1, 5, 1), (5, 5, 1), (7, 3, 3)])
def test_a_grid_has_room_for_every_picture(count: int, columns: int, rows: int) -> None:
    images = [noise(seed, (20, 10 + seed)) for seed in range(count)]
    figure = drawing.image_grid(images, columns=columns)
    assert len(figure.axes) == rows * columns
    shown = [axis.images[0].get_array() for axis in figure.axes if axis.images]
    assert len(shown) == count
    for array, image in zip(shown, images, strict=True):
        assert np.array_equal(array, np.asarray(image))
    assert not any(axis.axison for axis in figure.axes)


def test_wrong_titles_are_marked_by_color_and_by_a_sign() -> None:
    images = [noise(seed) for seed in range(3)]
    figure = drawing.image_grid(images, ["ant", "bee", "ant"], 3, [True, False, True])
    assert [axis.get_title() for axis in figure.axes] == ["ant", "✗ bee", "ant"]
    colors = [to_hex(axis.title.get_color()).upper() for axis in figure.axes]
    assert colors == ["#000000", drawing.WRONG, "#000000"]


def test_titles_without_a_verdict_are_not_marked() -> None:
    (axis,) = drawing.image_grid([noise(1)], ["ant"], 1).axes
    assert (axis.get_title(), axis.title.get_color()) == ("ant", "black")


def test_the_channels_are_red_green_and_blue() -> None:
    image = torch.stack([torch.full((4, 5), value) for value in (1.0, 0.5, 0.0)])
    axes = drawing.channel_grid(image).axes
    assert [axis.get_title() for axis in axes] == ["picture", "red", "green", "blue"]
    for axis, value in zip(axes[1:], (1.0, 0.5, 0.0), strict=True):
        assert axis.images[0].get_clim() == (0, 1)
        assert np.asarray(axis.images[0].get_array()).tolist() == [[value] * 5] * 4


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


def test_a_flow_has_a_box_for_each_step_and_arrows_between() -> None:
    steps = [("path", "a.jpg"), ("tensor", "(3, 96, 96)"), ("logits", "(2,)")]
    (axis,) = flow(steps, inside=[1]).axes
    texts = [text.get_text() for text in axis.texts if text.get_text()]
    assert texts == ["path\na.jpg", "tensor\n(3, 96, 96)", "logits\n(2,)"]
    assert len(axis.texts) == 3 + 2


@given(st.integers(0, 2**31), st.integers(1, 20), st.integers(1, 20))
def test_a_normalized_tensor_is_shown_as_the_picture_that_it_was(
    seed: int, width: int, height: int
) -> None:
    side = min(width, height)
    image = noise(seed, (side, side))
    tensor = evaluation_transform(Preprocessing(side, side))(image)
    assert drawing.tensor_image(tensor, IMAGENET_MEAN, IMAGENET_STD).tobytes() == image.tobytes()


def test_values_outside_the_range_are_clipped() -> None:
    tensor = torch.tensor([2.0, -1.0, -0.1])[:, None, None].expand(3, 2, 2)
    assert drawing.tensor_image(tensor, (0, 0, 0), (1, 1, 1)).getpixel((0, 0)) == RED


def test_the_palette_has_different_colors() -> None:
    assert len({to_hex(color) for color in drawing.PALETTE}) == len(drawing.PALETTE) == 7
