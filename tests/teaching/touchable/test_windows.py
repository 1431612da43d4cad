"""Windows that slide over a picture, as Python sees them."""

from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from course_utils.teaching.touchable import windows
from course_utils.teaching.touchable.digits import share
from windows_pages import NAMES, answers, state, windows_data, windows_html


@pytest.mark.parametrize("at", [(3, 1, 2, 4), (5, 5, 0, 1), (1, 1, 5, 13), (0, 1, 0, 0)])
def test_the_words_are_the_numbers_at_the_start(at: tuple[int, int, int, int]) -> None:
    data = windows_data()
    data["start"] = state(*at)
    shares = [share(p) for p in data["start"]["probabilities"]]
    said = windows.words(data)
    high, wide = answers(at[0], at[1]).shape[1:]
    assert said.startswith(f"{high} × {wide} answers. Row {at[2]}, column {at[3]}: the average")
    assert said.endswith(", ".join(map(" ".join, zip(NAMES, shares, strict=True))) + ".")


def test_the_words_name_cells_and_pixels() -> None:
    assert (
        "the cells in rows 2 to 4, columns 4 to 6; its window is x 128 to 223, y 64 to 159"
        in windows.words(windows_data())
    )


def test_the_picture_shows_the_window_and_a_bar_for_each_class() -> None:
    drawn = windows.still(windows_data())
    assert 'd="M128 64h96v96h-96z"' in drawn
    for p in answers(3, 1)[:, 2, 4].tolist():
        assert f">{share(p).replace('<', '&lt;').replace('>', '&gt;')}<" in drawn
    assert "4 × 12 answers; row 2, column 4:" in drawn


def test_the_sharp_box_is_stored_with_more_pixels_for_its_size() -> None:
    (whole, *place), (part, *box) = windows.stored(windows_data())["images"]
    assert (place, box) == ([0, 0, 448, 170], [64, 32, 96, 64])
    sizes = [Image.open(BytesIO(b64decode(one.split(",")[1]))).size for one in (whole, part)]
    assert sizes == [(125, 48), (60, 40)]


def test_a_picture_needs_no_sharp_box() -> None:
    data = windows_data()
    del data["picture"]["sharp"]
    assert len(windows.stored(data)["images"]) == 1


def test_the_figure_is_small() -> None:
    assert len(windows_html().encode()) <= 19_000


def change(data: dict[str, Any], *path: Any, to: Any) -> None:
    """Set what is at the end of a path."""
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = to


WRONG: list[tuple[tuple[Any, ...], Any, str]] = [
    (("logits", 0, 0), [1.0], "a map of the same size for each class"),
    (("classes",), ["ant", "bee"], "a map of logits for each class"),
    (("logits", 0, 0, 0), 0.33, "whole multiples"),
    (("logits", 0, 0, 0), 90.0, "a byte holds each"),
    (("start", "row"), 4, "there are 4 × 12 answers, counted from 0"),
    (("start", "window"), 2, "a state has one of the windows"),
    (("start", "stride"), 2, "a stride of 1 or of its side"),
    (("checks", 0, "probabilities", 0), 0.5, "not those of the logits"),
    (("picture", "image"), "https://example.org/a.jpg", "as a data: address"),
]


@pytest.mark.parametrize(("path", "value", "reason"), WRONG)
def test_what_does_not_fit_is_refused(path: tuple[Any, ...], value: Any, reason: str) -> None:
    data = windows_data()
    change(data, *path, to=value)
    with pytest.raises(ValueError, match=reason):
        windows.still(data)
