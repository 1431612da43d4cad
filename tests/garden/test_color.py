"""Colors: known ones come out, and mixing goes evenly from one to the other."""

import numpy as np
import pytest

from garden.painting.color import linear_from_oklab, mix, oklch, srgb_from_linear


@pytest.mark.parametrize(("lightness", "expected"), [(0.0, 0.0), (1.0, 1.0)])
def test_black_and_white_have_no_hue(lightness: float, expected: float) -> None:
    assert linear_from_oklab(oklch(lightness, 0, 140)) == pytest.approx([expected] * 3, abs=1e-3)


def test_red_is_where_its_hue_says() -> None:
    """Pure red of sRGB is L = 0.628, C = 0.258, h = 29.2° in OKLab."""
    red = srgb_from_linear(linear_from_oklab(oklch(0.628, 0.258, 29.2)))
    assert red == pytest.approx([1, 0, 0], abs=0.02)


def test_gray_in_the_middle_of_linear_light_is_coded_brighter() -> None:
    coded = srgb_from_linear(np.array([0.0, 0.001, 0.5, 1.0, 2.0], np.float32))
    assert coded == pytest.approx([0, 0.01292, 0.7354, 1, 1], abs=1e-3)


def test_mixing_goes_from_the_first_to_the_second() -> None:
    first, second = oklch(0.2, 0.1, 0), oklch(0.8, 0.1, 180)
    mixed = mix(first, second, [0, 0.5, 1])
    assert mixed == pytest.approx(np.stack([first, (first + second) / 2, second]), abs=1e-6)
