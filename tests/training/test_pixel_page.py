"""The page of a network that labels pixels."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from course_utils.data.masks import VOID
from course_utils.data.voc import VOCSegmentation
from course_utils.training.report_page import report_page
from report_pages import SPECIAL, Parts, asks_for_nothing, parsed, segmented
from voc_files import NAMES, add_pair, list_names, voc_set

SIZE = (40, 60)


def mask(number: int) -> np.ndarray:
    """The first so many columns are of 1, and the last five void."""
    classes = np.zeros(SIZE, np.uint8)
    classes[:, : 10 + number], classes[:, 55:] = 1, VOID
    return classes


@pytest.fixture
def pictures(tmp_path: Path) -> VOCSegmentation:
    """Ten pictures."""
    root = voc_set(tmp_path / "set")
    names = [f"scene {number}" for number in range(10)]
    list_names(root, "val", names)
    for number, name in enumerate(names):
        add_pair(root, name, mask(number))
    return VOCSegmentation(root, "val")


def logits() -> torch.Tensor:
    """To all pictures the same answer: ten columns of 1, so that the first is right."""
    answer = torch.zeros(10, 3, *SIZE)
    answer[:, 1, :, :10], answer[:, 0, :, 10:] = 1, 1
    return answer


def shown(pictures: VOCSegmentation, names: tuple[str, ...] = NAMES) -> Parts:
    page = report_page(segmented(pictures, logits(), names))
    assert asks_for_nothing(page)
    return parsed(page)


def test_the_summary_and_each_class(pictures: VOCSegmentation) -> None:
    """Of 55 columns in ten pictures 145 are of 1; 100 of them are found."""
    page = shown(pictures)
    ious = (100 / 145, 405 / 450)
    mean = f"{sum(ious) / 2:.3f}"
    assert f"On 10 pictures the mean intersection over union (IoU) is {mean}" in page.said
    assert f"{505 / 550:.3f} of the pixels are labeled rightly" in page.said
    rows = [row for row in page.cells if len(row) == 7]
    assert rows[1:] == [
        ["red", f"{ious[0]:.3f}", "", "26.4 %", "18.2 %", f"{100 / 145:.3f}", "1.000"],
        ["background", f"{ious[1]:.3f}", "", "73.6 %", "81.8 %", "1.000", f"{405 / 450:.3f}"],
    ]
    assert "Of the network's classes 1 does not occur here." in page.said
    assert ["red", "background", f"{45 * 40:,}", f"{100 * 45 / 145:.1f} %"] in page.cells


def test_the_worst_pictures_are_shown_beside_their_masks_and_the_best(
    pictures: VOCSegmentation,
) -> None:
    page = shown(pictures)
    files = [text for text in page.texts if text.startswith("JPEGImages/scene")]
    order = [9, 8, 7, 6, 5, 4, 3, 2, 0]
    assert files == [f"JPEGImages/scene {number}.jpg" for number in order]
    assert "For comparison: the best one network mask IoU 1.000 JPEGImages/scene 0.jpg" in page.said
    assert len(page.attributes["src"]) == 2 * len(order)
    words = "JPEGImages/scene 9.jpg, mask: background 60.0 %, red 31.7 %, void 8.3 %"
    assert page.attributes["alt"][1] == words


def test_an_overlay_has_the_answer_and_the_mask_in_their_places(
    pictures: VOCSegmentation,
) -> None:
    answer, truth = (_decoded(source) for source in shown(pictures).attributes["src"][:2])
    assert answer.shape == truth.shape == (*SIZE, 3)
    differs = np.abs(answer.astype(int) - truth).max(axis=(0, 2)) > 40
    assert differs[12:17].all()  # of 1 in the mask, and not found
    assert not differs[2:7].any()


def _decoded(address: str) -> np.ndarray:
    content = base64.b64decode(address.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(content)))


def test_the_legend_names_what_occurs(pictures: VOCSegmentation) -> None:
    said = shown(pictures).said
    assert "background (not tinted) red void (not measured)" in said
    assert "rgb(128,0,0)" in " ".join(shown(pictures).attributes["style"])


def test_names_of_classes_stay_names(pictures: VOCSegmentation) -> None:
    names = SPECIAL[:3]
    written = report_page(segmented(pictures, logits(), names))
    assert written.count(b"<script") == 1
    page = parsed(written)
    assert page.texts.count(names[0]) >= 3


def test_a_picture_that_is_gone_is_named(pictures: VOCSegmentation) -> None:
    measured = segmented(pictures, logits(), NAMES)
    (pictures.folder / "JPEGImages" / "scene 9.jpg").unlink()
    page = parsed(report_page(measured))
    assert "cannot be shown: " in page.said
    assert len(page.attributes["src"]) == 2 * 8


def test_a_set_of_which_nothing_counts_has_no_overlays(pictures: VOCSegmentation) -> None:
    measured = segmented(pictures, logits(), NAMES)
    measured.seen.worst.clear()  # type: ignore[union-attr]
    assert "The pictures that fit least" not in parsed(report_page(measured)).said
