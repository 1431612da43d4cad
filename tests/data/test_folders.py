"""Sets with a folder for each class, and lists of class names."""

import json
import tempfile
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from course_utils.data.class_names import read_class_names, write_class_names
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import Preprocessing, evaluation_transform
from course_utils.errors import CourseError, DataError, ImageError
from picture_files import BLUE, RED, save

TRANSFORM = evaluation_transform(Preprocessing(8, 8, (0, 0, 0), (1, 1, 1)))


def fill(root: Path) -> Path:
    for name, color in (("bees/b.png", BLUE), ("bees/a/c.png", BLUE), ("ants/z.png", RED)):
        save(root / name, Image.new("RGB", (9, 8), color))
    (root / ".cache").mkdir()
    (root / "notes.txt").write_text("no class")
    return root


def test_classes_are_numbered_by_the_alphabet(tmp_path: Path) -> None:
    pictures = ImageFolder(fill(tmp_path), TRANSFORM)
    assert pictures.class_names == ("ants", "bees")
    found = [(path.relative_to(tmp_path).as_posix(), index) for path, index in pictures.samples]
    assert found == [("ants/z.png", 0), ("bees/a/c.png", 1), ("bees/b.png", 1)]
    assert len(pictures) == 3


def test_an_item_is_the_transformed_picture_and_its_class(tmp_path: Path) -> None:
    tensor, index = ImageFolder(fill(tmp_path), TRANSFORM)[2]
    assert index == 1
    assert torch.equal(tensor, torch.tensor([0.0, 0.0, 1.0])[:, None, None].expand(3, 8, 8))


def test_a_bad_picture_is_named(tmp_path: Path) -> None:
    (fill(tmp_path) / "ants" / "z.png").write_bytes(b"no picture")
    with pytest.raises(ImageError, match=r"z\.png"):
        ImageFolder(tmp_path, TRANSFORM)[0]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        ([], "no such folder"),
        (["root/"], "no folder for each class"),
        (["root/a.jpg"], "lie side by side"),
        (["root/ants/", "root/bees/"], "ants: the folder holds no picture"),
    ],
)
def test_a_set_of_another_layout_is_refused(make: list[str], reason: str, tmp_path: Path) -> None:
    for name in make:
        path = tmp_path / name
        path.mkdir(parents=True) if name.endswith("/") else save(path, Image.new("L", (1, 1)))
    if make == ["root/"]:
        (tmp_path / "root").mkdir(exist_ok=True)
    with pytest.raises(DataError, match=reason):
        ImageFolder(tmp_path / "root", TRANSFORM)


names = st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=12)


@given(names)
def test_names_are_read_as_they_were_written(class_names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "class_indices.json")
        write_class_names(path, class_names)
        assert read_class_names(path) == tuple(class_names)


@given(names.filter(lambda names: len(set(names)) == len(names)), st.randoms())
def test_both_directions_and_any_order_mean_the_same(
    class_names: list[str], random: st.randoms
) -> None:
    pairs = list(enumerate(class_names))
    random.shuffle(pairs)
    if all(name.isdecimal() for name in class_names):
        return  # numbers as names: {"7": 0} alone does not say which way it goes
    contents: list[object] = [dict(pairs), {name: index for index, name in pairs}, class_names]
    with tempfile.TemporaryDirectory() as folder:
        for content in contents:
            Path(folder, "a.JSON").write_text(json.dumps(content))
            assert read_class_names(Path(folder, "a.JSON")) == tuple(class_names)


@pytest.mark.parametrize("text", ["ants\nbees\n", "ants\r\nbees", "\ufeffants\n\n  bees \n\n"])
def test_a_text_file_holds_a_name_a_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_bytes(text.encode())
    assert read_class_names(tmp_path / "names.txt") == ("ants", "bees")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", b"{", "not valid JSON"),
        ("a.json", b"3", "does not number the classes"),
        ("a.json", b"{}", "holds no class name"),
        ("a.json", b"[]", "holds no class name"),
        ("a.json", b'[1, "a"]', "does not number"),
        ("a.json", b'{"0": "ants", "2": "bees"}', "does not number"),
        ("a.json", b'{"1": "ants", "2": "bees"}', "does not number"),
        ("a.json", b'{"ants": 0, "bees": 0}', "does not number"),
        ("a.json", b'{"ants": 0, "bees": true}', "does not number"),
        ("a.json", b'{"0": "ants", "00": "bees"}', "does not number"),
        ("a.json", b'{"0": ["ants"]}', "does not number"),
        ("a.json", b'{"ants": 0, "wasps": -1}', "does not number"),
        ("a.txt", b"\n\n", "holds no class name"),
        ("a.txt", b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_list_that_numbers_nothing_is_refused(
    name: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=reason) as caught:
        read_class_names(tmp_path / name)
    assert name in str(caught.value)


def test_a_missing_list_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            read_class_names(path)


def test_the_list_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot be written"):
        write_class_names(tmp_path / "no" / "a.json", ["ants"])


def test_a_set_with_masks_is_recognized(tmp_path: Path) -> None:
    (tmp_path / "ImageSets").mkdir()
    with pytest.raises(DataError, match=r"val: there is no .* a label for every pixel, which a"):
        ImageFolder(tmp_path / "val", TRANSFORM)
