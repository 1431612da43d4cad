"""``report.html`` of a training and of an evaluation, as a user gets them."""

import json
from pathlib import Path

import pytest

from commands import run_command
from picture_files import picture_set
from report_pages import asks_for_nothing, parsed
from voc_files import voc_set

CLASSIFIER = ("--epochs", "2", "--image-size", "64", "--stem-width", "4", "--patience", "3")
SEGMENTER = ("--epochs", "2", "--crop-size", "40x60", "--batch-size", "2")
SMALL = ("--model", "fcn8s-resnet10", "--stem-width", "4")


def test_a_classifier_leaves_a_page_that_says_what_its_report_says(tmp_path: Path) -> None:
    data, out = picture_set(tmp_path / "set"), tmp_path / "run"
    (data / "val" / "ants" / "broken.png").write_bytes(b"no picture")
    train = ("train", "classifier", "--data", data, "--output", out, *CLASSIFIER)
    assert run_command(*train).status == 1  # one is left out
    page, report = (out / "report.html").read_bytes(), json.loads((out / "report.json").read_text())
    assert asks_for_nothing(page)
    said = parsed(page).said
    assert f"an accuracy of {report['accuracy']:.3f}" in said
    assert "2 epochs; history.jsonl holds all numbers." in said
    assert "The best epoch was chosen by these same pictures" in said
    assert "Left out (1) val/ants/broken.png" in said
    assert report["command"] in said
    assert "Seed 0" in said
    assert f"torch {report['versions']['torch']}" in said
    assert "24 to learn from, 12 to measure on" in said
    again = tmp_path / "again" / "report.html"
    again.parent.mkdir()
    measured = run_command("evaluate", "--data", data, "--weights", out, "--output", again)
    assert measured.status == 1
    said = parsed(again.read_bytes()).said
    assert f"an accuracy of {report['accuracy']:.3f}" in said
    assert "history.jsonl" not in said
    assert "chosen by these same pictures" not in said


@pytest.mark.slow
def test_a_segmenter_leaves_a_page_that_says_what_its_report_says(tmp_path: Path) -> None:
    data, out = voc_set(tmp_path / "set"), tmp_path / "run"
    train = ("train", "segmenter", "--data", data, "--output", out, *SEGMENTER, *SMALL)
    assert run_command(*train).status == 0
    page, report = (out / "report.html").read_bytes(), json.loads((out / "report.json").read_text())
    assert asks_for_nothing(page)
    said = parsed(page).said
    assert f"(IoU) is {report['mean_iou']:.3f}" in said
    assert "3 classes: background, red, blue (from classes.txt)" in said
    assert page.count(b"<img") == 2 * 3


def test_a_training_leaves_the_same_page_again(tmp_path: Path) -> None:
    data = picture_set(tmp_path / "set")
    for name in "ab":
        train = ("train", "classifier", "--data", data, "--output", tmp_path / name, *CLASSIFIER)
        assert run_command(*train).status == 0
    first, second = ((tmp_path / name / "report.html").read_bytes() for name in "ab")
    assert first == second
