"""Pictures side by side, and tensors shown as pictures."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from course_utils import drawing
from course_utils.data.transforms import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Preprocessing,
    evaluation_transform,
)
from picture_files import RED, noise

pytestmark = pytest.mark.usefixtures("without_a_screen")


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
