"""The parts that the pages of both kinds of networks share."""

import math
from pathlib import Path

import pytest

from course_utils.data.folders import ImageFolder
from course_utils.errors import ImageError
from course_utils.training import ConfusionMatrix, Epoch, Evaluation
from course_utils.training.page_parts import (
    MOST_LEFT_OUT,
    MOST_PAIRS,
    MOST_ROWS,
    Measured,
    about_choice,
    class_rows,
    confused_pairs,
    how_made,
    left_out,
    loss_fact,
    meter,
    notes,
    training_curves,
)
from course_utils.training.seen import SeenPictures
from picture_files import picture_set
from report_pages import SPECIAL, parsed


def measured(counts: tuple[tuple[int, ...], ...] = ((3, 1), (2, 4)), **more: object) -> Measured:
    names = tuple(f"class {number}" for number in range(len(counts)))
    known = {"class_names": names, "pictures": None, **more}
    found = Evaluation(0.5, ConfusionMatrix(counts))
    return Measured("A page", evaluation=found, seen=SeenPictures(), **known)  # type: ignore[arg-type]


def test_the_most_frequent_pairs_are_named_with_their_shares() -> None:
    page = parsed(confused_pairs(measured(), "Pictures"))
    assert page.cells[1:] == [
        ["class 1", "class 0", "2", "33.3 %"],
        ["class 0", "class 1", "1", "25.0 %"],
    ]
    many = tuple(tuple(range(1, 31)) for _ in range(30))
    assert len(parsed(confused_pairs(measured(many), "Pictures")).cells) == MOST_PAIRS + 1
    right = confused_pairs(measured(((3, 0), (0, 4))), "Pictures")
    assert "Nothing was taken for something else." in right


def test_names_of_classes_stay_names() -> None:
    counts = ((0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (1, 0, 0, 0))
    page = parsed(confused_pairs(measured(counts, class_names=SPECIAL), "Pictures"))
    assert "script" not in page.tags
    assert {row[0] for row in page.cells[1:]} == {*SPECIAL[:3], "\\u202ereversed"}


def test_the_lowest_classes_come_first_and_what_is_absent_is_counted() -> None:
    shown, words = class_rows(measured(((1,) * 4,) * 4), [0.5, math.nan, 0.25, 0.5])
    assert shown == [2, 0, 3]
    assert "Of the network's classes 1 does not occur here." in parsed(words).said
    few = measured(((1,),))
    shown, words = class_rows(few, [float(-n) for n in range(MOST_ROWS + 7)])
    assert shown[0] == MOST_ROWS + 6
    assert len(shown) == MOST_ROWS
    assert "These are 1,000 of 1,007; the report in JSON has all." in words


def test_a_picture_is_named_from_the_set_on(tmp_path: Path) -> None:
    pictures = ImageFolder(picture_set(tmp_path / "set") / "val", lambda image: image)
    found = measured(pictures=pictures)
    assert found.file_name(0) == "val/ants/0.png"
    assert found.read(0).size == (72, 80) or found.read(0).size == (80, 72)
    without = measured()
    assert without.file_name(0) == "picture 1"
    with pytest.raises(ImageError, match="picture 1: has no file"):
        without.read(0)


def test_what_is_left_out_is_named_with_its_reason(tmp_path: Path) -> None:
    pictures = ImageFolder(picture_set(tmp_path / "set") / "val", lambda image: image)
    errors = [
        ImageError(tmp_path / "set" / "train" / "ants" / "<b>.jpg", "is no <picture>"),
        ImageError("/elsewhere/a.jpg", "is empty"),
        *(ImageError(f"{number}.jpg", "is empty") for number in range(MOST_LEFT_OUT)),
    ]
    page = parsed(left_out(measured(pictures=pictures, left_out=errors)))
    assert page.tags.isdisjoint({"b", "picture"})
    assert "Left out (52)" in page.said
    assert "train/ants/<b>.jpg : is no <picture>" in page.said
    assert "/elsewhere/a.jpg" in page.said
    assert "and 2 more" in page.said
    assert left_out(measured()) == ""


def test_curves_are_of_the_history_and_only_with_one() -> None:
    history = [Epoch(1, 2.0, 1.5, 0.25, 0.125), Epoch(2, 1.0, math.nan, 0.75, 0.5)]
    plots = training_curves(measured(history=history), "mean_iou")
    assert "training loss from 2.000 to 1.000 in 2 epochs" in plots
    assert "validation mean IoU from 0.125 to 0.500 in 2 epochs" in plots
    assert training_curves(measured(), "accuracy") == ""


def test_who_chose_the_epoch_by_these_pictures_says_so() -> None:
    assert "chosen by these same pictures" in about_choice(measured(chosen=True))
    assert about_choice(measured()) == ""


def test_a_meter_stands_at_its_value() -> None:
    drawn = meter(0.5, (0.25, 0.75))
    assert "--at:50.0%" in drawn
    assert "--low:25.0%;--high:75.0%" in drawn
    assert meter(math.nan) == "<td></td>"


def test_how_it_was_made_leaves_out_what_is_empty() -> None:
    page = parsed(how_made(measured(made={"Command": "a <b>", "Seed": "", "torch": "2"})))
    assert page.texts == ["How it was made", "Command", "a <b>", "torch", "2"]


def test_notes_and_a_loss_of_any_size() -> None:
    assert parsed(notes(measured(notes=["<i>"]))).texts == ["<i>"]
    assert loss_fact(Evaluation(12.3456, ConfusionMatrix(()))) == (
        "Loss",
        "12.346",
        "mean cross-entropy",
    )
    assert loss_fact(Evaluation(math.inf, ConfusionMatrix(())))[1] == "–"
