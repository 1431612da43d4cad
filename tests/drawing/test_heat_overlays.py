"""Heat maps over pictures: strong where the score is, boxes where they belong."""

import matplotlib as mpl
import numpy as np
import pytest
import torch
from PIL import Image

from course_utils.analysis import Span
from course_utils.drawing import fonts
from course_utils.drawing.heat_overlays import COLORS, heat_picture, location_picture
from course_utils.inference import Detection, Location, ResponseMap, score_map

GRAY = Image.new("RGB", (80, 40), (100, 100, 100))


def test_the_colors_are_those_of_viridis() -> None:
    expected = (mpl.colormaps["viridis"](np.arange(256))[:, :3] * 255).astype(int)
    assert COLORS.shape == (256, 3)
    assert np.abs(COLORS.astype(int) - expected).max() <= 1


def test_the_drawn_picture_is_as_with_matplotlibs_colors() -> None:
    scores = torch.linspace(0, 1, 80).expand(40, 80)
    drawn = np.asarray(heat_picture(GRAY, scores)).astype(int)
    heat = (scores * 255).round() / 255
    colors = mpl.colormaps["viridis"](heat.numpy())[..., :3] * 255
    expected = 100 + 0.6 * heat.numpy()[..., None] * (colors - 100)
    assert np.abs(drawn - expected).max() <= 2


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


def location_of(label: str) -> Location:
    scores = torch.tensor([[0.0, 0.0, 0.9]])
    response = ResponseMap(torch.stack([1 - scores, scores]), Span(32, 32), 40, 80)
    found = (Detection(1, 0.9, (50.0, 0.0, 80.0, 40.0)),)
    return Location(None, GRAY, 1, label, 0.9, found, response)


def test_a_location_is_drawn_with_its_heat_map_boxes_and_scores() -> None:
    location = location_of("bee")
    drawn = location_picture(location)
    boxes = [detection.box for detection in location.detections]
    expected = heat_picture(GRAY, score_map(location.response, 1, 4), boxes, ["bee 0.900"])
    assert np.array_equal(np.asarray(drawn), np.asarray(expected))
    assert not np.array_equal(np.asarray(drawn), np.asarray(GRAY))


def test_a_label_without_a_font_is_numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_first_file", lambda signs: None)  # as where there are no fonts
    told: list[str] = []
    drawn = [location_picture(location_of(label), told.append) for label in ("猫", "class 1")]
    assert np.array_equal(*map(np.asarray, drawn))
    assert len(told) == 1
    assert "no font here has the signs of '猫'" in told[0]
