"""The painter's canvas."""

import numpy as np
import pytest

from garden.painting.color import linear_from_oklab, oklch
from garden.painting.painter import Painter

GREEN, RED = oklch(0.6, 0.15, 140), oklch(0.6, 0.2, 30)


def test_a_stroke_covers_its_line_and_nothing_far_from_it() -> None:
    painter = Painter(40, 60)
    painter.stroke((10, 20), (50, 20), (4, 4), GREEN)
    sprite = painter.sprite()
    assert sprite.alpha[20, 10:50] == pytest.approx(1)
    assert not sprite.alpha[:10].any()
    assert sprite.albedo[20, 30] == pytest.approx(linear_from_oklab(GREEN), abs=1e-5)


def test_the_later_stroke_lies_above() -> None:
    painter = Painter(40, 40)
    painter.stroke((5, 20), (35, 20), (4, 4), GREEN)
    painter.stroke((20, 5), (20, 35), (4, 4), RED)
    albedo = painter.sprite().albedo
    assert albedo[20, 20] == pytest.approx(linear_from_oklab(RED), abs=1e-5)
    assert albedo[20, 8] == pytest.approx(linear_from_oklab(GREEN), abs=1e-5)


def test_what_is_cut_out_says_where_it_was() -> None:
    painter = Painter(60, 80)
    painter.stroke((30, 40), (50, 40), (3, 3), GREEN)
    sprite, middle = painter.cropped()
    assert middle == pytest.approx((40, 40), abs=1)
    assert sprite.alpha.shape[0] < 12
    assert (sprite.alpha > 0).sum() == (painter.sprite().alpha > 0).sum()


def test_an_empty_canvas_can_be_cut_out() -> None:
    sprite, _ = Painter(20, 20).cropped()
    assert sprite.alpha.shape == (2, 2)
    assert not np.any(sprite.alpha)
