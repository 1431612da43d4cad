"""What commands take and print, piece by piece."""

import csv
import io
import json
from pathlib import Path

import pytest

from course_utils.cli.reporting import (
    FORMATS,
    Report,
    end_with,
    file_names,
    find_pictures,
    matched,
    printable_json,
)
from course_utils.inference import Prediction
from course_utils.inference.classification import Score
from picture_files import noise, save

BEE = Prediction(
    Path("é-蜜蜂-🐝.png"), "bee", 1, 0.75, (Score("bee", 1, 0.75), Score("ant", 0, 0.25))
)


def written(format_: str, top_k: int = 2, encoding: str = "utf-8") -> str:
    """What a report of one prediction writes, in an encoding."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding, newline="")
    Report(stream, format_, top_k).write(BEE)
    stream.seek(0)
    return stream.read()


def test_text_is_a_line_for_people() -> None:
    expected = "image: é-蜜蜂-🐝.png class: bee prob: 0.750 class: ant prob: 0.250\n"
    assert written("text") == expected


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1252"])
def test_json_survives_every_encoding(encoding: str) -> None:
    line = written("json", encoding=encoding)
    found = json.loads(line)
    assert found["path"] == str(BEE.path)
    assert found["top"][1] == {"label": "ant", "index": 0, "probability": 0.25}
    assert line.isascii() is (encoding != "utf-8")


def test_csv_has_a_column_for_each_rank() -> None:
    header, row = csv.reader(io.StringIO(written("csv"), newline=""))
    assert header == [
        *("path", "label", "index", "probability", "label_2", "index_2", "probability_2")
    ]
    assert row == [str(BEE.path), "bee", "1", "0.750000", "ant", "0", "0.250000"]
    assert written("csv", top_k=1).splitlines()[0] == "path,label,index,probability"


def test_there_are_three_formats() -> None:
    assert set(FORMATS) == {"text", "json", "csv"}


STEERING = [
    "two\nlines",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\u202egnp.eeb",
    "\u2028",
    "\udce9",
    "\x7f",
]


class Terminal(io.StringIO):
    """Where everything is seen at once."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("format_", ["text", "json", "csv"])
@pytest.mark.parametrize("name", STEERING)
def test_names_steer_no_terminal_and_end_no_line(name: str, format_: str) -> None:
    """Neither those of pictures nor those of classes, which come from files."""
    stream = Terminal(newline="")
    score = Score(name, 0, 1.0)
    Report(stream, format_, 1).write(Prediction(Path(f"{name}.png"), name, 0, 1.0, (score,)))
    *_, line = stream.getvalue().splitlines()
    assert line.isprintable()
    if format_ == "json":
        assert json.loads(line)["label"] == name


@pytest.mark.parametrize("name", STEERING)
def test_csv_in_a_file_has_the_path_as_it_is_and_clean_labels(name: str) -> None:
    stream = io.StringIO(newline="")
    score = Score(name, 0, 1.0)
    Report(stream, "csv", 1).write(Prediction(Path(name), name, 0, 1.0, (score,)))
    _, row = csv.reader(io.StringIO(stream.getvalue(), newline=""))
    assert row[0] == name
    assert row[1].isprintable()


def test_json_means_the_same() -> None:
    content = dict.fromkeys(STEERING, "蜜蜂")
    assert json.loads(printable_json(content)) == content
    assert printable_json("蜜蜂") == '"蜜蜂"'
    assert printable_json("蜜蜂", ascii_only=True).isascii()


def test_nothing_left_out_ends_nothing() -> None:
    end_with([])


def test_what_was_left_out_is_listed_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        end_with(["a.png: is damaged", "b.png: is empty"])
    assert stop.value.code == 1
    assert capsys.readouterr() == ("", "left out (2):\n  a.png: is damaged\n  b.png: is empty\n")


def test_pictures_are_found_past_paths_that_have_none(tmp_path: Path) -> None:
    first, second = (save(tmp_path / name, noise(1)) for name in ("a/1.png", "b/2.png"))
    (tmp_path / "empty").mkdir()
    given = [str(tmp_path / name) for name in ("b", "empty", "none.png", "a/1.png")]
    found, problems = find_pictures(given)
    assert found == [second, first]
    assert ["empty" in problems[0], "none.png" in problems[1], len(problems)] == [True, True, 2]


def test_names_of_files_do_not_meet() -> None:
    paths = [Path(name) for name in ("a/bee.jpg", "b/bee.png", "b/Bee.png", "ant.png")]
    assert list(file_names(paths)) == ["bee", "bee_2", "Bee_3", "ant"]


def test_names_of_files_leave_room_for_an_ending() -> None:
    paths = [Path("b" * 245 + end) for end in (".png", ".jpeg")] + [Path("é" * 120 + ".png")]
    assert list(file_names(paths)) == ["b" * 200, "b" * 200 + "_2", "é" * 100]


def test_each_result_is_matched_with_the_name_of_its_picture() -> None:
    """Also where a picture was left out, or is given twice."""
    paths = [Path(name) for name in ("bad.png", "a.png", "b.png", "bad.png", "a.png", "a.png")]
    results = [Score(name, 0, 1.0) for name in ("a.png", "b.png", "a.png", "a.png")]
    of_pictures = [Prediction(Path(score.label), "bee", 0, 1.0, (score,)) for score in results]
    found = list(matched(of_pictures, paths, "012345"))
    assert [result.path.name for result, _ in found] == ["a.png", "b.png", "a.png", "a.png"]
    assert [number for _, number in found] == ["1", "2", "4", "5"]
