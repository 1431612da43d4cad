"""Sets with a folder for each class, and lists of class names."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import Preprocessing, evaluation_transform
from course_utils.errors import DataError, ImageError
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


def test_a_set_with_masks_is_recognized(tmp_path: Path) -> None:
    (tmp_path / "ImageSets").mkdir()
    with pytest.raises(DataError, match=r"val: there is no .* a label for every pixel, which a"):
        ImageFolder(tmp_path / "val", TRANSFORM)
