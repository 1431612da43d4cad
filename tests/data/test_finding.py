"""Pictures are found wherever they lie, and what is left out is named."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from PIL import Image

from course_utils.data.finding import find_images, is_image_name, is_system_folder
from course_utils.data.images import load_image
from course_utils.errors import DataError, ImageError
from picture_files import noise, save


def test_folders_are_searched_at_any_depth_and_sorted(tmp_path: Path) -> None:
    for name in ("b/2.JPG", "b/1.png", "a.gif", "c/d/e.tiff"):
        save(tmp_path / name, noise(1, (4, 4)))
    for name in ("notes.txt", ".hidden.jpg", "b/Thumbs.db"):
        (tmp_path / name).write_text("no picture")
    found = [path.relative_to(tmp_path).as_posix() for path in find_images([tmp_path])]
    assert found == ["a.gif", "b/1.png", "b/2.JPG", "c/d/e.tiff"]


def test_files_keep_the_order_in_which_they_are_given(tmp_path: Path) -> None:
    files = [save(tmp_path / name, noise(1, (4, 4))) for name in ("z.png", "a.png", "m.png")]
    assert list(find_images(files)) == files


def test_a_file_named_on_purpose_is_kept_whatever_its_ending(tmp_path: Path) -> None:
    save(tmp_path / "picture.png", noise(1, (4, 4))).rename(tmp_path / "picture.dat")
    assert list(find_images([tmp_path / "picture.dat"])) == [tmp_path / "picture.dat"]


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: None], ids=["empty", "missing"])
def test_an_empty_folder_and_a_missing_path_are_named(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    make(tmp_path / "here")
    with pytest.raises(DataError, match=r"here: (the folder holds no picture|there is no such)"):
        list(find_images([tmp_path / "here"]))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.jpg", True), ("a.JPEG", True), ("a.b.webp", True), ("a.txt", False), (".a.jpg", False)],
)
def test_names_of_pictures(name: str, expected: bool) -> None:
    assert is_image_name(Path(name)) is expected


def test_a_name_that_no_disk_can_hold(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        list(find_images([tmp_path / ("a" * 300 + ".jpg")]))


def relative(found: Iterable[Path], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in found]


def test_linked_folders_are_followed_and_circles_end(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for path in (here / "a.png", here / "z" / "b.png", there / "c.png"):
        save(path, noise(1, (4, 4)))
    (here / "link").symlink_to(there)
    (here / "another").symlink_to(here / "z")  # z has a name of its own
    (there / "back").symlink_to(here)
    (here / "itself").symlink_to(here / "itself")
    assert relative(find_images([here]), here) == ["a.png", "link/c.png", "z/b.png"]


def test_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    for name in ("a.png", ".ipynb_checkpoints/a.png"):
        save(tmp_path / name, noise(1, (4, 4)))
    assert relative(find_images([tmp_path]), tmp_path) == ["a.png"]
    assert len(list(find_images([tmp_path / ".ipynb_checkpoints"]))) == 1


def test_what_looks_like_a_picture_is_named_in_one_line(tmp_path: Path) -> None:
    for name in ("a.png", "b/c.png"):
        save(tmp_path / name, noise(1, (4, 4)))
    for name in ("x.CR2", "b/y.psd", "b/z.svg", "b/.hidden.psd", "notes.txt"):
        (tmp_path / name).write_text("no picture")
    told: list[ImageError] = []
    assert len(list(find_images([tmp_path], told.append))) == 2
    assert [error.path for error in told] == [tmp_path]
    assert told[0].reason == (
        "3 files look like pictures and cannot be read (y.psd, z.svg, x.CR2); save as JPEG or PNG "
        "what is meant to be used"
    )
    with pytest.warns(UserWarning, match="3 files look like pictures"):
        list(find_images([tmp_path]))


def test_a_folder_with_nothing_else_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.nef").write_bytes(b"II*\0")
    with pytest.raises(
        DataError, match=r"holds no picture; 1 file looks like a picture and cannot"
    ):
        list(find_images([tmp_path]))


def test_the_content_counts_where_the_name_is_of_another_kind(tmp_path: Path) -> None:
    save(tmp_path / "a.png", noise(1, (4, 4))).rename(tmp_path / "a.heic")
    assert relative(find_images([tmp_path]), tmp_path) == ["a.heic"]


def test_a_folder_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.png", "locked/b.png"):
        save(tmp_path / name, noise(1, (4, 4)))
    scan = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    told: list[ImageError] = []
    assert relative(find_images([tmp_path], told.append), tmp_path) == ["a.png"]
    assert list(map(str, told)) == [
        f"{tmp_path / 'locked'}: the folder cannot be read (Permission denied)"
    ]
    with pytest.raises(DataError, match="locked: the folder cannot be read"):
        list(find_images([tmp_path]))


def test_a_link_that_cannot_be_followed_is_named(tmp_path: Path) -> None:
    """Whether it leads to a folder with pictures, nobody knows; one in a circle leads to none."""
    save(tmp_path / "a.png", noise(1, (4, 4)))
    (tmp_path / "far").symlink_to("x" * 300)
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "lost").symlink_to("nowhere")
    told: list[ImageError] = []
    assert relative(find_images([tmp_path], told.append), tmp_path) == ["a.png"]
    assert list(map(str, told)) == [
        f"{tmp_path / 'far'}: the folder cannot be read (File name too long)"
    ]


def test_a_pipe_among_the_pictures_is_refused_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    os.mkfifo(tmp_path / "b.psd")
    told: list[ImageError] = []
    assert relative(find_images([tmp_path], told.append), tmp_path) == ["a.jpg"]
    assert "b.psd" in told[0].reason
    with pytest.raises(ImageError, match="is a named pipe, not a file"):
        load_image(tmp_path / "a.jpg")
    with pytest.raises(ImageError, match="is a device, not a file"):
        load_image("/dev/zero")


def test_a_link_to_a_folder_above_is_not_followed(tmp_path: Path) -> None:
    for name in ("set/ants/a.png", "set/bees/b.png"):
        save(tmp_path / name, noise(1, (4, 4)))
    for number, target in enumerate((tmp_path, tmp_path / "set", tmp_path / "set" / "ants")):
        (tmp_path / "set" / "ants" / f"link{number}").symlink_to(target)
    assert relative(find_images([tmp_path / "set" / "ants"]), tmp_path) == ["set/ants/a.png"]


@pytest.mark.parametrize(
    "name",
    [
        *("@eaDir", "__MACOSX", ".AppleDouble", "$RECYCLE.BIN", "System Volume Information"),
        *("Thumbs.db", "lost+found", ".ipynb_checkpoints"),
    ],
)
def test_folders_of_a_system_are_passed_over(name: str, tmp_path: Path) -> None:
    save(tmp_path / "a.png", Image.new("L", (4, 4)))
    save(tmp_path / name / "a.png" / "b.jpg", Image.new("L", (4, 4)))
    assert is_system_folder(name)
    assert list(find_images([tmp_path])) == [tmp_path / "a.png"]
    assert list(find_images([tmp_path / name])) == [tmp_path / name / "a.png" / "b.jpg"]


@pytest.mark.parametrize("target", ["a.png", "./a.png", "../x/a.png"])
def test_a_link_to_itself_is_told_from_one_to_nothing(target: str, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.png").symlink_to(target)
    (tmp_path / "x" / "b.png").symlink_to("nothing")
    with pytest.raises(DataError, match=r"is a link to what is not there, but to itself$"):
        list(find_images([tmp_path / "x" / "a.png"]))
    with pytest.raises(DataError, match=r"is a link to what is not there$"):
        list(find_images([tmp_path / "x" / "b.png"]))
