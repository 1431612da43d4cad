"""Heat maps over pictures: strong where the score is, boxes where they belong."""

import numpy as np
import torch
from PIL import Image

from course_utils.drawing.heat_maps import heat_picture

GRAY = Image.new("RGB", (80, 40), (100, 100, 100))


def test_where_the_score_is_zero_the_picture_shows_through() -> None:
    scores = torch.zeros(4, 8)
    scores[:, 4:] = 1
    drawn = np.asarray(heat_picture(GRAY, scores)).astype(int)
    assert drawn.shape == (40, 80, 3)
    assert (drawn[:, :30] == 100).all()
    assert np.abs(drawn[:, 50:] - 100).max() > 50


def test_a_box_and_its_name_are_drawn_black_and_white() -> None:
    drawn = np.asarray(heat_picture(GRAY, torch.zeros(2, 2), [(10, 5, 70, 40)], ["bee 0.9"]))
    colors = {tuple(int(v) for v in color) for color in drawn.reshape(-1, 3)}
    assert (255, 255, 255) in colors
    assert (0, 0, 0) in colors
    assert (drawn[:, 76:] == 100).all()
