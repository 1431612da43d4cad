"""At which sizes a picture is looked at, and when it is too small for that."""

import pytest
from PIL import Image

from course_utils.errors import ImageError
from course_utils.inference.scales import enlarged_scales, resized


def test_a_picture_that_is_too_small_says_what_is_needed() -> None:
    image = Image.new("RGB", (500, 60))
    with pytest.raises(ImageError, match=r"500×60 pixels, and this network needs 96.*--upscale"):
        enlarged_scales("a.png", image, 96, (1.0,), upscale=False)
    with pytest.raises(ImageError, match=r"needs 192 at the scale 0\.5"):
        enlarged_scales("a.png", Image.new("RGB", (100, 100)), 96, (0.5, 1), upscale=False)
    assert enlarged_scales("a.png", image, 96, (1.0,), upscale=True) == (1.6,)
    assert enlarged_scales("a.png", image, 60, (1.0, 2), upscale=False) == (1, 2)


def test_a_line_of_pixels_is_not_enlarged_to_gigabytes() -> None:
    with pytest.raises(ImageError, match="too long to be enlarged"):
        enlarged_scales("a.png", Image.new("RGB", (100_000, 1)), 96, (1.0,), upscale=True)


@pytest.mark.parametrize("size", [(6000, 4000), (200, 30_000), (100, 190_000), (4000, 700)])
def test_no_scale_makes_gigabytes_of_a_picture(size: tuple[int, int]) -> None:
    image = Image.new("1", size)
    with pytest.raises(ImageError, match="at the scale 8, which is too large; look at smaller"):
        enlarged_scales("a.png", image, 96, (0.97, 8.0), upscale=False)
    assert enlarged_scales("a.png", image, 96, (0.97, 1.0), upscale=False) == (0.97, 1.0)


def test_a_picture_is_resized_and_never_to_nothing() -> None:
    image = Image.new("RGB", (101, 3))
    assert resized(image, 1) is image
    assert resized(image, 0.5).size == (50, 2)
    assert resized(image, 0.1).size == (10, 1)
