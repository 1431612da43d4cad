"""The place of an output is looked at before the work begins."""

from pathlib import Path

import pytest

from course_utils.cli.outputs import files_of, output_file, require_place_of_folder
from course_utils.data.locations import cache_folder, embedded_folder
from course_utils.errors import CourseError
from course_utils.models.weights import BESIDE


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


@pytest.mark.parametrize("place", ["file", "file/below", "file/deep/below", "link"])
def test_no_folder_takes_the_place_of_a_file(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(CourseError, match="cannot be made"):
        require_place_of_folder(tmp_path / place)


def test_a_folder_that_is_there_and_a_new_one(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "a" / "b"):
        require_place_of_folder(place)
    assert not list(tmp_path.iterdir())


def test_what_is_read_under_a_name_of_its_own_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Embedded weights and the list of the data, and downloads of torchvision and of ours."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    hub = tmp_path / "torch" / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    own = cache_folder() / "weights" / "resnet18-f37072fd.pth"
    for path in (hub, own):
        path.parent.mkdir(parents=True)
        path.touch()
    embedded = embedded_folder()
    weights = embedded / "weights" / "insects-resnet18.safetensors"
    for path in (hub, own, weights, embedded / "manifest.json"):
        with pytest.raises(CourseError, match="is one of the files to be read"):  # noqa: SIM117
            with output_file(path, files_of("flowers-resnext")):
                pass


@pytest.mark.parametrize("name", ["a.JPG", "w.safetensors", "last.pt", "mask.npy"])
def test_no_text_replaces_a_picture_or_a_network(name: str, tmp_path: Path) -> None:
    with output_file(tmp_path / name, []):  # a new file may be called so
        pass
    (tmp_path / name).touch()
    with (
        pytest.raises(CourseError, match="a picture or a network, which no text replaces"),
        output_file(tmp_path / name, []),
    ):
        pass


@pytest.mark.parametrize("name", BESIDE)
def test_what_a_training_left_beside_its_weights_is_kept(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    with (
        pytest.raises(CourseError, match="is one of the files to be read"),
        output_file(tmp_path / name, files_of(str(tmp_path))),
    ):
        pass
