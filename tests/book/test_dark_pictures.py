"""The dark form of a picture: its ground is the page's, hues and photographs stay."""

import colorsys

import numpy as np
import pytest
from PIL import Image

from course_utils.drawing.style import NEUTRAL, PALETTE
from dark_pictures import GROUND, INK, dark
from picture_files import noise


def turned(color: str | tuple[int, int, int]) -> tuple[int, ...]:
    """What becomes of a color."""
    pixel = dark(Image.new("RGB", (1, 1), color), []).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return pixel


def luminance(color: tuple[int, ...]) -> float:
    """As WCAG 2 defines it."""
    shares = np.array(color) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_white_becomes_the_ground_and_black_the_ink() -> None:
    assert turned("white") == GROUND
    assert turned("black") == INK


@pytest.mark.parametrize("color", PALETTE[:6])
def test_a_color_keeps_its_hue_and_stands_out(color: str) -> None:
    before = Image.new("RGB", (1, 1), color).getpixel((0, 0))
    assert isinstance(before, tuple)
    after = turned(color)
    hues = [
        colorsys.rgb_to_hls(*(value / 255 for value in values))[0] for values in (before, after)
    ]
    assert abs(hues[0] - hues[1]) < 0.03
    assert (luminance(after) + 0.05) / (luminance(GROUND) + 0.05) > 3


def test_gray_lines_stand_out() -> None:
    assert (luminance(turned(NEUTRAL)) + 0.05) / (luminance(GROUND) + 0.05) > 3


def test_photographs_stay_as_they_are() -> None:
    picture = noise(1, (30, 20))
    image = Image.new("RGB", (60, 40), "white")
    image.paste(picture, (10, 5))
    result = dark(image, [(10, 5, 40, 25)])
    assert result.crop((10, 5, 40, 25)).tobytes() == picture.tobytes()
    around = np.asarray(result).reshape(-1, 3)
    assert (around == GROUND).all(axis=1).sum() >= 60 * 40 - 30 * 20


def test_a_place_beyond_the_edge_is_cut() -> None:
    image = Image.new("RGB", (10, 10), "white")
    result = dark(image, [(-3, -3, 4, 4)])
    assert result.getpixel((0, 0)) == (255, 255, 255)
    assert result.getpixel((5, 5)) == GROUND
