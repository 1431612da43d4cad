"""The place of an output is looked at before the work begins."""

from pathlib import Path

import pytest

from course_utils.cli.outputs import files_of, output_file
from course_utils.errors import CourseError


def test_nothing_to_write_is_nothing_to_refuse() -> None:
    with output_file(None, ["a"]):
        pass


def test_a_new_file_and_one_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("former")
    for name in ("there", "new"):
        with output_file(tmp_path / name, files_of("insects-resnet18", "imagenet")):
            pass
    assert [path.read_text() for path in tmp_path.iterdir()] == ["former"]


@pytest.mark.parametrize("read", ["w.safetensors", "run/weights.safetensors", "names.txt", "a.png"])
def test_what_is_read_is_refused(read: str, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    for name in ("w.safetensors", "run/weights.safetensors", "names.txt", "a.png"):
        (tmp_path / name).touch()
    weights = [tmp_path / "w.safetensors", tmp_path / "run"]
    inputs = [path for each in weights for path in files_of(str(each), str(tmp_path / "names.txt"))]
    with pytest.raises(CourseError, match=f"{read}: is one of the files to be read"):  # noqa: SIM117
        with output_file(tmp_path / read, [*inputs, tmp_path / "a.png"]):
            pass


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="it is a folder; name a file"), output_file(tmp_path, []):
        pass
