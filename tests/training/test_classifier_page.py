"""The page of a classifier: every number by hand, and names that stay names."""

import base64
import io
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from course_utils.data.folders import ImageFolder
from course_utils.training.classifier_page import LARGEST_MATRIX, THUMBNAIL
from course_utils.training.page_parts import MOST_ROWS
from course_utils.training.report_page import report_page
from course_utils.training.seen import MOST_MISTAKES
from picture_files import noise, picture_set, save
from report_pages import Parts, asks_for_nothing, classified, parsed, renamed

NAMES = ("ants", "bees")
PROBABILITIES = torch.tensor([[0.93, 0.07]] * 5 + [[0.05, 0.95], [0.37, 0.63]] + [[0.25, 0.75]] * 5)
"""Of six ants five are found, of six bees all."""


def val(folder: Path, names: tuple[str, ...] | None = None) -> ImageFolder:
    return ImageFolder(folder / "val", lambda image: torch.zeros(3, 1, 1), names)


def shown(pictures: ImageFolder, probabilities: Tensor, names: tuple[str, ...]) -> Parts:
    page = report_page(classified(pictures, probabilities, names))
    assert asks_for_nothing(page)
    return parsed(page)


@pytest.fixture
def pictures(tmp_path: Path) -> ImageFolder:
    return val(picture_set(tmp_path / "set"))


def test_the_summary_says_how_often_it_is_right(pictures: ImageFolder) -> None:
    page = shown(pictures, PROBABILITIES, NAMES)
    assert "Of 12 pictures 11 are answered rightly: an accuracy of 0.917" in page.said
    assert "with a 95 % interval from 0.646 to 0.985" in page.said  # Wilson, 11 of 12
    assert (
        "the most frequent class is right for 0.500. The weakest class is ants with 0.833."
        in page.said
    )


def test_each_class_has_its_accuracy_and_its_interval(pictures: ImageFolder) -> None:
    page = shown(pictures, PROBABILITIES, NAMES)
    rows = [row for row in page.cells if len(row) == 7]
    assert rows[0][:3] == ["Class", "Pictures", "Accuracy"]
    assert rows[1] == ["ants", "6", "0.833", "", "0.436 to 0.970", "1.000", "bees (1)"]
    assert rows[2] == ["bees", "6", "1.000", "", "0.610 to 1.000", "0.857", ""]


def test_the_matrix_counts_what_was_taken_for_what(pictures: ImageFolder) -> None:
    page = shown(pictures, PROBABILITIES, NAMES)
    assert [row for row in page.cells if len(row) == 3] == [
        ["", "ants", "bees"],
        ["ants", "5", "1"],
        ["bees", "0", "6"],
    ]


def test_the_surest_mistakes_are_shown_as_pictures(pictures: ImageFolder) -> None:
    page = shown(pictures, PROBABILITIES, NAMES)
    assert "taken for bees 0.950 is ants 0.050 val/ants/5.png" in page.said
    assert page.attributes["alt"] == ["val/ants/5.png: ants, taken for bees"]
    assert len(page.attributes["src"]) == 1
    content = base64.b64decode(page.attributes["src"][0].partition(",")[2])
    assert Image.open(io.BytesIO(content)).size == (80, 72)


def test_large_pictures_are_shown_small(tmp_path: Path) -> None:
    pictures = many(tmp_path, 2)
    page = shown(pictures, torch.tensor([[0.2, 0.8], [0.8, 0.2]]), pictures.class_names)
    for source in page.attributes["src"]:
        content = base64.b64decode(source.partition(",")[2])
        assert Image.open(io.BytesIO(content)).size == (THUMBNAIL, THUMBNAIL * 3 // 4)


def test_the_calibration_is_given_range_by_range(pictures: ImageFolder) -> None:
    """In the last range 5 of 6 are right, and their mean probability is 5.6 / 6."""
    page = shown(pictures, PROBABILITIES, NAMES)
    rows = [row for row in page.cells if len(row) == 5][1:]
    assert [row[:4] for row in rows] == [
        ["0.6 to 0.7", "1", "0.630", "1.000"],
        ["0.7 to 0.8", "5", "0.750", "1.000"],
        ["0.9 to 1.0", "6", "0.933", "0.833"],
    ]
    error = (1 * 0.37 + 5 * 0.25 + 6 * (5.6 / 6 - 5 / 6)) / 12
    assert f"each weighted with its pictures: {error:.3f}" in page.said


def test_without_a_mistake_the_page_says_so(pictures: ImageFolder) -> None:
    right = torch.tensor([[0.9, 0.1]] * 6 + [[0.1, 0.9]] * 6)
    page = shown(pictures, right, NAMES)
    assert "No picture was answered wrongly." in page.said
    assert "img" not in page.tags


def test_a_picture_that_is_gone_is_named(pictures: ImageFolder) -> None:
    pictures.samples[5][0].unlink()
    page = shown(pictures, PROBABILITIES, NAMES)
    assert "cannot be shown: " in page.said
    assert "val/ants/5.png" in page.said
    assert "img" not in page.tags


def test_names_of_classes_and_files_stay_names(tmp_path: Path) -> None:
    evil = "<script>alert(1)<"  # a slash ends a file's name
    root = picture_set(tmp_path / "set")
    renamed(root / "val", {"ants/5.png": f"ants/{evil} \u202e.png", "ants": evil})
    pictures = val(root)
    page = shown(pictures, PROBABILITIES, pictures.class_names)
    assert evil in pictures.class_names
    assert page.texts.count(evil) >= 4
    assert f"val/{evil}/{evil} \\u202e.png" in page.texts
    written = report_page(classified(pictures, PROBABILITIES, pictures.class_names))
    assert written.count(b"<script") == 1


def many(root: Path, classes: int) -> ImageFolder:
    for number in range(classes):
        save(root / "val" / f"class {number:04d} of many" / "0.jpg", noise(number % 7, (640, 480)))
    return val(root)


def test_of_many_classes_the_most_frequent_mistakes_are_named(tmp_path: Path) -> None:
    for classes in (LARGEST_MATRIX, LARGEST_MATRIX + 1):
        pictures = many(tmp_path / str(classes), classes)
        wrong = torch.eye(classes).roll(1, dims=1) * 0.9 + 0.1 / classes
        page = shown(pictures, wrong, pictures.class_names)
        assert ("Most frequent mistakes" in page.said) == (classes > LARGEST_MATRIX)
        assert ("Confusion matrix" in page.said) == (classes <= LARGEST_MATRIX)


def test_classes_that_do_not_occur_have_no_place_in_the_matrix(pictures: ImageFolder) -> None:
    names = ("a", *NAMES, *(f"b{number}" for number in range(1000)))
    wide = torch.full((12, len(names)), 1e-9)
    wide[:, 1:3] = PROBABILITIES
    page = shown(val(pictures.folder, names), wide, names)
    assert "Of the network's classes 1,001 do not occur here." in page.said
    assert ["", "ants", "bees"] in page.cells


def test_a_page_of_a_thousand_classes_is_not_large(tmp_path: Path) -> None:
    classes = MOST_ROWS
    pictures = many(tmp_path, classes)
    wrong = torch.eye(classes).roll(1, dims=1) * 0.9 + 0.1 / classes
    page = report_page(classified(pictures, wrong, pictures.class_names))
    assert page.count(b"<img") == MOST_MISTAKES
    assert len(page) < 1_500_000
