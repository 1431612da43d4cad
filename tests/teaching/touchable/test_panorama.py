"""A panorama to touch, as Python sees it: its boxes are those of the package."""

from typing import Any

import numpy as np
import pytest
import torch

from course_utils.analysis import Span
from course_utils.analysis.box_metrics import intersection_over_union
from course_utils.inference import ResponseMap
from course_utils.inference import boxes as boxes_of_package
from course_utils.teaching.touchable import panorama
from panorama_pages import panorama_data, panorama_html


def changed(**parts: Any) -> dict[str, Any]:
    """The chapter's data, some of it changed."""
    data = panorama_data()
    return {**data, **{name: {**data[name], **part} for name, part in parts.items()}}


def of_bytes() -> torch.Tensor:
    """The probabilities as they are stored."""
    return torch.from_numpy(panorama.bytes_of(panorama_data())).double() / 255


@pytest.mark.parametrize(("label", "threshold"), [("bee", 0.8), ("daisy", 0.25), ("rose", 0.5)])
def test_in_the_windows_middle_the_boxes_are_those_of_the_package(
    label: str, threshold: float
) -> None:
    data = panorama_data()
    exact = torch.tensor(data["probabilities"])
    index = data["names"].index(label)
    for probabilities, off in ((of_bytes(), 1), (exact, 2)):
        response = ResponseMap(probabilities, Span(96, 32), 387, 1024)
        expected = sorted(one.box for one in boxes_of_package(response, index, threshold))
        found = sorted(panorama.boxes(data, label, threshold, "window"))
        assert len(found) == len(expected)
        assert np.abs(np.subtract(found, expected)).max() <= off


def test_stretched_is_the_interpolation_of_pytorch() -> None:
    data = panorama_data()
    bee = of_bytes()[data["names"].index("bee")]
    scores = torch.nn.functional.interpolate(bee[None, None], (387, 1024), mode="bilinear")[0, 0]
    rows, columns = (scores >= 0.8).nonzero().unbind(dim=1)
    expected = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    (box,) = panorama.boxes(data, "bee", 0.8, "stretched")
    assert box == tuple(map(int, expected))


def test_the_words_are_the_overlaps_at_the_start() -> None:
    data = panorama_data()
    true = dict(data["things"])["bee"]
    for place, name in panorama.PLACES.items():
        (box,) = panorama.boxes(data, "bee", 0.8, place)
        assert f"{name} {intersection_over_union(box, tuple(true)):.2f}" in panorama.words(data)
    assert "bee 100 %" in panorama.words(data)


def test_the_still_picture_shows_a_true_and_a_found_box() -> None:
    still = panorama.still(panorama_data())
    assert still.count('class="t"') == still.count('class="f"') == 1
    assert still.count("<text") == 2


def test_it_is_small() -> None:
    assert len(panorama_html().encode()) <= 25_000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"picture": {"image": "panorama.jpg"}}, "data: address"),
        ({"start": {"place": "left"}}, "a class and a place"),
        ({"start": {"label": "camel"}}, "a class and a place"),
        ({"start": {"threshold": 0.0}}, "at a threshold"),
        ({"start": {"position": [11, 0]}}, "a position of the map"),
    ],
)
def test_a_wrong_start_is_refused(change: dict[str, Any], said: str) -> None:
    for use in (panorama.still, panorama.words):
        with pytest.raises(ValueError, match=said):
            use(changed(**change))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"names": ["bee"]}, "a map of at least"),
        ({"probabilities": [[[0.5, 1.5], [0.0, 0.0]]] * 8}, "between 0 and 1"),
        ({"things": [["camel", [0, 0, 1, 1]]]}, "not among the names"),
    ],
)
def test_a_wrong_map_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        panorama.words({**panorama_data(), **change})
