"""A crop to touch, as Python sees it."""

from typing import Any

import pytest
import torch
from torchvision import tv_tensors

from course_utils.data.masks import VOID
from course_utils.data.transforms import RandomScale
from course_utils.teaching.crop_counts import FACTORS, counted
from course_utils.teaching.touchable import crops
from crops_pages import CROP, NAMES, PLACES, SIZE, classes, crops_html, data

Numbers = dict[str, Any]


def test_the_words_say_every_state_that_was_counted() -> None:
    numbers = data()
    said = crops.words(numbers)
    assert said.startswith("Scale 1.0, row 20, column 10: background ")
    assert said.count("Scale ") == len(PLACES)
    for count in numbers["checks"][0][3:]:
        assert f" {count}" in said.split(". ")[0]


def test_the_picture_has_a_bar_for_each_class() -> None:
    numbers = data()
    drawn = crops.still(numbers)
    assert "Pixels of a crop of 36 × 48, at a scale of 1.0" in drawn
    assert all(f">{name}<" in drawn for name in (*NAMES, "void"))
    assert all(f">{count:,}<" in drawn for count in numbers["checks"][0][3:])


def test_the_counts_are_those_of_a_crop_that_pytorch_cuts() -> None:
    """Padded wide with void, as a random crop pads it."""
    for factor, row, column in PLACES:
        scaled = RandomScale((factor, factor))(tv_tensors.Mask(classes()))
        wide = torch.nn.functional.pad(scaled, (50, 50, 50, 50), value=VOID)
        part = wide[50 + row : 50 + row + CROP[0], 50 + column : 50 + column + CROP[1]]
        wanted = [int((part == index).sum()) for index in (0, 1, 2, VOID)]
        assert counted(classes(), [0, 1, 2, VOID], CROP, (factor, row, column)) == wanted
        assert sum(wanted) == CROP[0] * CROP[1]


def test_its_sizes_are_those_that_a_training_sees() -> None:
    numbers = data()
    assert numbers["factors"][0] == 0.5
    assert numbers["factors"][-1] == 2.0
    assert numbers["sizes"][FACTORS.index(0.5)] == [35, 50]
    assert numbers["sizes"][FACTORS.index(1.0)] == list(SIZE)
    assert numbers["sizes"][FACTORS.index(1.3)] == [91, 129]


def test_it_is_small() -> None:
    assert len(crops_html().encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"factors": [1.0, 0.5]}, "factors ascend"),
        ({"sizes": [[1, 1]]}, "for each of them there is a size"),
        ({"classes": ["void", "ant"]}, "the last one is void"),
        ({"colors": [[0, 0, 0]]}, "each class has a color"),
        ({"mask": "data:image/jpeg;base64,AA"}, "the mask a PNG"),
        ({"picture": "picture.jpg"}, "as data: addresses"),
        ({"checks": []}, "the first check is that of the start"),
        ({"start": [0, 0, 0]}, "the first check is that of the start"),
        ({"crop": [36, 49]}, "add up to its 1764 pixels"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: Numbers, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        crops.words({**data(), **wrong})


@pytest.mark.parametrize(("row", "column"), [(35, 10), (-1, 10), (20, 52), (20, -1)])
def test_a_crop_beyond_the_picture_is_refused(row: int, column: int) -> None:
    numbers = data()
    at, _, _, *counts = numbers["checks"][0]
    numbers.update(start=[at, row, column], checks=[[at, row, column, *counts]])
    with pytest.raises(ValueError, match=f"no crop begins in row {row}, column {column}"):
        crops.words(numbers)
