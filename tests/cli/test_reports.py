"""Two reports of a measurement: where they are written, and what they do not replace."""

import json
import os
import shutil
from pathlib import Path

import pytest

from commands import Outcome, run_command
from course_utils.cli.reports import report_files, report_files_of
from course_utils.data.masks import load_mask
from course_utils.errors import CourseError
from course_utils.pages.sheet import is_page, page
from report_pages import parsed
from voc_files import voc_set
from weight_files import write_segmenter


@pytest.mark.parametrize(
    ("output", "numbers", "page"),
    [
        ("a/b.json", "a/b.json", "a/b.html"),
        ("a/b.HTML", "a/b.json", "a/b.HTML"),
        ("b.htm", "b.json", "b.htm"),
    ],
)
def test_either_name_stands_for_both(output: str, numbers: str, page: str) -> None:
    assert report_files_of(Path(output)) == (Path(numbers), Path(page))


@pytest.mark.parametrize("name", ["run", "run.1", "settings.toml", "r.csv", ".json"])
def test_what_is_no_report_is_not_replaced(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    with (
        pytest.raises(CourseError, match=f"{name}: give the report a name that ends in .json"),
        report_files(tmp_path / name, []),
    ):
        pass


def test_beside_what_is_no_file_there_is_no_page(tmp_path: Path) -> None:
    assert report_files_of(Path(os.devnull)) == (Path(os.devnull), None)
    with report_files(None, []) as files:
        assert files is None


@pytest.mark.parametrize(("named", "other"), [("r.json", "r.html"), ("r.html", "r.json")])
@pytest.mark.parametrize("content", ["<html>of pytest</html>", "{}", ""])
def test_what_was_not_named_and_is_no_report_is_not_replaced(
    named: str, other: str, content: str, tmp_path: Path
) -> None:
    (tmp_path / named).write_text(content)  # named: replaced as it always was
    with report_files(tmp_path / named, []):
        pass
    (tmp_path / other).write_text(content)
    with (
        pytest.raises(CourseError, match=rf"{other}: would be replaced, .* and is no report"),
        report_files(tmp_path / named, []),
    ):
        pass


def test_what_is_read_is_not_replaced_under_either_name(tmp_path: Path) -> None:
    (tmp_path / "classes.json").write_text("[]")
    (tmp_path / "classes.html").write_bytes(page("a"))
    for name in ("classes.json", "classes.html"):
        for read in ("classes.json", "classes.html"):
            with (
                pytest.raises(CourseError, match=f"{read}: is one of the files to be read"),
                report_files(tmp_path / name, [tmp_path / read]),
            ):
                pass


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "small.safetensors"
    write_segmenter(path)
    return path


def measured(data: Path, weights: Path, output: Path) -> Outcome:
    return run_command("evaluate", "--data", data, "--weights", weights, "--output", output)


def test_both_are_written_and_replaced(weights: Path, tmp_path: Path) -> None:
    data = voc_set(tmp_path / "set")
    for name in ("r.html", "r.json"):
        outcome = measured(data, weights, tmp_path / name)
        assert (outcome.status, outcome.err) == (0, "")
        assert f"written: {tmp_path}/r.json and {tmp_path}/r.html" in outcome.out
    assert is_page(tmp_path / "r.html")
    report = json.loads((tmp_path / "r.json").read_text())
    said = parsed((tmp_path / "r.html").read_bytes()).said
    assert f"(IoU) is {report['mean_iou']:.3f}" in said
    output = tmp_path / "r.json"
    command = f"course-utils evaluate --data {data} --weights {weights} --output {output}"
    assert f"Command {command} Weights {weights}" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.html", "r.json", "set"]


def test_a_page_of_others_is_refused_before_the_work(weights: Path, tmp_path: Path) -> None:
    data = voc_set(tmp_path / "set")
    (tmp_path / "r.html").write_text("mine")
    outcome = measured(data, weights, tmp_path / "r.json")
    assert (outcome.status, outcome.out) == (1, "")
    assert "r.html: would be replaced" in outcome.err
    assert (tmp_path / "r.html").read_text() == "mine"
    assert not (tmp_path / "r.json").exists()


def test_the_page_of_a_training_is_not_replaced(weights: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    shutil.copy(weights, folder / "weights.safetensors")
    (folder / "report.html").write_bytes(page("of the training"))
    outcome = measured(voc_set(tmp_path / "set"), folder, folder / "report.json")
    assert outcome.status == 1
    assert "report.html: is one of the files to be read" in outcome.err


def test_pictures_keep_their_names_where_one_is_left_out(weights: Path, tmp_path: Path) -> None:
    data = voc_set(tmp_path / "set", val=11)
    (data / "SegmentationClass" / "val_0.png").write_bytes(b"no mask")
    outcome = measured(data, weights, tmp_path / "r.html")
    assert outcome.status == 1
    page = parsed((tmp_path / "r.html").read_bytes())
    assert "On 10 pictures" in page.said
    masks = [words for words in page.attributes["alt"] if ", mask: " in words]
    assert len(masks) >= 8
    for words in masks:
        file, _, areas = words.partition(", mask: ")
        mask = load_mask(data / "SegmentationClass" / f"{Path(file).stem}.png")
        assert f"background {100 * (mask == 0).mean():.1f} %" in areas
        assert f"red {100 * (mask == 1).mean():.1f} %" in areas
