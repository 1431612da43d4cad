"""Sets with a folder for each class, and lists of class names."""

import os
from pathlib import Path

import pytest
import torch
from PIL import Image

from course_utils.data.folders import ImageFolder, evaluation_folder
from course_utils.data.transforms import Preprocessing, cut_transform, evaluation_transform
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


WNIDS = ("n01440764", "n01443537", "n01484850")


def wnid_folders(root: Path, *names: str) -> Path:
    for name in names:
        save(root / name / "a.png", Image.new("RGB", (9, 8), RED))
    return root


def test_folders_called_by_wordnet(tmp_path: Path) -> None:
    root = wnid_folders(tmp_path, "n01484850", "n01443537-goldfish", "tench")
    pictures = ImageFolder(root, TRANSFORM, ("tench", "goldfish", "shark"), WNIDS)
    found = {path.parent.name: index for path, index in pictures.samples}
    assert found == {"n01484850": 2, "n01443537-goldfish": 1, "tench": 0}


def test_folders_called_by_wordnet_say_which_list_they_need(tmp_path: Path) -> None:
    root = wnid_folders(tmp_path, "n01484850", "n01443537")
    hint = r"are none of the classes tench; folders called by WordNet's numbers need a list .* both"
    with pytest.raises(DataError, match=hint):
        ImageFolder(root, TRANSFORM, ("tench",))
    with pytest.raises(DataError, match=r"n01484850 are none of the classes tench$"):
        ImageFolder(root, TRANSFORM, ("tench", "goldfish")[:1], WNIDS[1:2])


def test_a_name_that_two_classes_have_says_nothing(tmp_path: Path) -> None:
    names = ("crane", "egret", "crane")
    with pytest.raises(DataError, match="crane is the name of two classes, 0 and 2; call the fold"):
        ImageFolder(wnid_folders(tmp_path / "a", "crane"), TRANSFORM, names)
    pictures = ImageFolder(wnid_folders(tmp_path / "b", WNIDS[2]), TRANSFORM, names, WNIDS)
    assert pictures.samples[0][1] == 2


def test_what_looks_like_a_picture_is_kept_in_mind(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "ants" / "b.cr2").write_text("raw")
    pictures = ImageFolder(tmp_path, TRANSFORM)
    assert len(pictures) == 3
    (left_out,) = pictures.left_out
    assert str(left_out).startswith(f"{tmp_path / 'ants'}: 1 file looks like a picture and cannot")


def test_a_linked_class_is_read(tmp_path: Path) -> None:
    fill(tmp_path / "set")
    (tmp_path / "set" / "ants").rename(tmp_path / "elsewhere")
    (tmp_path / "set" / "ants").symlink_to(tmp_path / "elsewhere")
    assert len(ImageFolder(tmp_path / "set", TRANSFORM)) == 3


def test_a_folder_that_cannot_be_read_is_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path)
    scan = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).parts[-2:] == ("bees", "a"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DataError, match=r"a: the folder cannot be read \(Permission denied\)"):
        ImageFolder(tmp_path, TRANSFORM)


COMPOSED, APART = "caf\u00e9", "cafe\u0301"


@pytest.mark.parametrize("accent", [COMPOSED, APART])
def test_accents_are_one_letter_or_two(accent: str, tmp_path: Path) -> None:
    for name in (accent, "cafz"):
        save(tmp_path / name / "a.png", Image.new("RGB", (9, 8)))
    pictures = ImageFolder(tmp_path, TRANSFORM)
    assert pictures.class_names == ("cafz", COMPOSED)
    assert [(path.parent.name, index) for path, index in pictures.samples] == [
        ("cafz", 0),
        (accent, 1),
    ]
    named = ImageFolder(tmp_path, TRANSFORM, (APART, "cafz"))
    assert [index for _, index in named.samples] == [1, 0]


def test_one_name_in_both_ways_is_refused(tmp_path: Path) -> None:
    for name in (COMPOSED, APART):
        save(tmp_path / name / "a.png", Image.new("RGB", (9, 8)))
    with pytest.raises(DataError, match="accents written in two ways; put the two folders"):
        ImageFolder(tmp_path, TRANSFORM)


def test_folders_of_a_system_are_no_classes(tmp_path: Path) -> None:
    fill(tmp_path)
    for name in ("@eaDir", "__MACOSX", "$RECYCLE.BIN", "System Volume Information", "lost+found"):
        save(tmp_path / name / "a.jpg", Image.new("RGB", (9, 8)))
        save(tmp_path / "ants" / name / "z.png" / "thumb.jpg", Image.new("RGB", (9, 8)))
    pictures = ImageFolder(tmp_path, TRANSFORM)
    assert pictures.class_names == ("ants", "bees")
    assert len(pictures) == 3


def test_what_was_read_stays_as_long_as_there_is_room(tmp_path: Path) -> None:
    fill(tmp_path)
    read: list[str] = []

    def size_of(path: Path) -> torch.Tensor:
        read.append(path.name)
        return torch.zeros(8, dtype=torch.uint8)

    pictures = ImageFolder(tmp_path, lambda x: x + 1, read=size_of, keep_bytes=16)
    for _ in range(2):
        assert all(torch.equal(picture, torch.ones(8)) for picture, _ in pictures)
    assert (len(read), len(pictures.kept), pictures.kept.nbytes) == (4, 2, 16)


def test_pictures_for_an_evaluation_are_cut_and_kept_as_bytes(tmp_path: Path) -> None:
    fill(tmp_path)
    sizes = Preprocessing(20, 16)
    pictures = evaluation_folder(tmp_path, sizes, keep_bytes=1 << 20)
    plain = ImageFolder(tmp_path, cut_transform(sizes))
    for _ in range(2):
        for (one, label), (other, same) in zip(pictures, plain, strict=True):
            assert torch.equal(one, other)
            assert (one.dtype, label) == (torch.uint8, same)
    assert pictures.kept.nbytes == 3 * 3 * 16**2
