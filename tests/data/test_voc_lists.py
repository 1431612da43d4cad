"""Lists of names as people, editors and other tools write them."""

import shutil
from pathlib import Path

import pytest

from course_utils.data.voc_layout import voc_entries, voc_names
from course_utils.errors import DataError
from picture_files import noise, save
from voc_files import list_names, voc_set


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The set of ``voc_set`` with pictures of other endings, too."""
    root = voc_set(tmp_path / "set")
    for name in ("a b.JPG", "c.jpeg", "d.d.PNG", "e.tif", "#f.webp", "sub/g.jpg"):
        kind = {"JPG": "JPEG", "PNG": "PNG"}.get(name.rpartition(".")[2])
        save(root / "JPEGImages" / name, noise(1, (9, 9)), format=kind)
    return root


def write(root: Path, content: str, encoding: str = "utf-8") -> None:
    path = root / "ImageSets" / "Segmentation" / "train.txt"
    path.write_bytes(content.encode(encoding))


FORMS = {
    "a name a line": "a b\nc\nd.d\ne\n",
    "Windows line ends": "a b\r\nc\r\nd.d\r\ne",
    "spaces and blank lines": "  a b \n\n\tc\t\nd.d  \n\n e\n\n",
    "endings": "a b.JPG\nc.jpeg\nd.d.PNG\ne.tif\n",
    "endings in another case": "a b.jpg\nc.JPEG\nd.d.png\ne.TIF\n",
    "other endings": "a b.png\nc.jpg\nd.d.jpg\ne.jpg\n",
    "paths": "JPEGImages/a b.JPG\nJPEGImages/c.jpeg\n/JPEGImages/d.d.PNG\n./JPEGImages/e.tif\n",
    "paths of Windows": "JPEGImages\\a b.JPG\nJPEGImages\\c.jpeg\nJPEGImages\\d.d\nJPEGImages\\e\n",
    "paths of another machine": "".join(
        f"/home/me/VOC/JPEGImages/{name}\n" for name in ("a b.JPG", "c", "d.d", "e.tif")
    ),
    "quotes": '"a b"\n"c"\n\'d.d\'\ne',
    "comments": "# train\na b\nc\n#\nd.d\ne\n",
    "marks of a class": "a b  1\nc -1\nc  0\nd.d  1\ne  1\ntrain_0 -1\n",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_form_names_the_same_pictures(form: str, encoding: str, root: Path) -> None:
    write(root, FORMS[form], encoding)
    entries = voc_entries(root, "train")
    assert [entry.name for entry in entries] == ["a b", "c", "d.d", "e"]
    files = [entry.picture.name for entry in entries]
    assert files == ["a b.JPG", "c.jpeg", "d.d.PNG", "e.tif"]
    assert [entry.mask.name for entry in entries] == ["a b.png", "c.png", "d.d.png", "e.png"]


@pytest.mark.parametrize("between", [" ", "\t", ", ", ";", "   "])
@pytest.mark.parametrize("start", ["", "/"])
def test_a_picture_and_its_mask(between: str, start: str, root: Path) -> None:
    other = root / "SegmentationClassAug"
    other.mkdir()
    for name in ("train_0", "a b"):
        shutil.copy(root / "SegmentationClass" / "train_0.png", other / f"{name}.png")
    write(
        root,
        f"{start}JPEGImages/train_0.jpg{between}{start}SegmentationClassAug/train_0.png\n"
        f"{start}JPEGImages/a b.JPG{between}{start}SegmentationClassAug/a b.png\n",
    )
    entries = voc_entries(root, "train")
    assert [entry.name for entry in entries] == ["train_0", "a b"]
    assert [entry.mask for entry in entries] == [other / "train_0.png", other / "a b.png"]


def test_a_picture_in_a_folder_and_one_that_begins_like_a_comment(root: Path) -> None:
    write(root, "sub/g\n#f\n")
    first, second = voc_entries(root, "train")
    assert (first.name, first.picture) == ("sub/g", root / "JPEGImages" / "sub" / "g.jpg")
    assert first.mask == root / "SegmentationClass" / "sub" / "g.png"
    assert second.name == "#f"


def test_accents_as_macos_writes_them(root: Path) -> None:
    save(root / "JPEGImages" / "Ka\u0308fer.jpg", noise(1, (9, 9)))
    write(root, "K\u00e4fer\n")
    (entry,) = voc_entries(root, "train")
    assert entry.picture.is_file()


def test_a_picture_that_is_not_there_stays_in_the_list(root: Path) -> None:
    names = ["none", "none at all", f"c {'long' * 100}"]
    write(root, "\n".join(names))
    entries = voc_entries(root, "train")
    assert [entry.picture.name for entry in entries] == [f"{name}.jpg" for name in names]


def test_two_pictures_of_one_name(root: Path) -> None:
    save(root / "JPEGImages" / "c.png", noise(1, (9, 9)))
    write(root, "a b\nc\n")
    with pytest.raises(DataError, match=r"line 2: c could be c\.jpeg and c\.png in .*; remove"):
        voc_names(root, "train")
    (root / "JPEGImages" / "e.CR2").write_text("raw")  # beside e.tif
    write(root, "c.png\ne\n")
    assert voc_entries(root, "train")[0].picture.name == "c.png"


@pytest.mark.parametrize("line", ["JPEGImages_old/c.jpeg", "JPEGImages_old\\c.jpeg"])
def test_a_folder_that_is_called_almost_like_that_of_the_pictures(line: str, root: Path) -> None:
    write(root, line)
    (entry,) = voc_entries(root, "train")
    assert not entry.picture.exists()
    save(root / "JPEGImages" / "JPEGImages_old" / "c.jpeg", noise(1, (9, 9)), format="JPEG")
    (entry,) = voc_entries(root, "train")
    assert entry.picture.exists() == ("/" in line)


@pytest.mark.parametrize("line", ["JPEGImages", "JPEGImages/", ".", "./", '""', "JPEGImages 1"])
def test_a_line_that_names_no_picture(line: str, root: Path) -> None:
    write(root, f"c\n{line}\n")
    with pytest.raises(DataError, match=r"train\.txt: line 2: .* names no picture; remove"):
        voc_names(root, "train")


OUTSIDE = ["../../../evil/q", "/etc/passwd", "//etc/x", "a/../../b", "JPEGImages/../../x.jpg"]
OUTSIDE += ["..\\..\\evil", "JPEGImages\\..\\..\\x", "C:evil", "c:\\x", "\\\\server\\x", "a\\..\\b"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_outside_of_the_set_is_refused(name: str, root: Path) -> None:
    write(root, f"a b\n{name}\n")
    with pytest.raises(DataError, match=r"train\.txt: line 2 names '.*', which lies outside"):
        voc_names(root, "train")


def test_a_list_that_is_missing_names_those_that_are_there(root: Path) -> None:
    list_names(root, "default", ["c"])
    with pytest.raises(DataError, match=r"test\.txt: cannot be read .*; there is default\.txt, tr"):
        voc_names(root, "test")
    assert voc_names(root, "default") == ["c"]
    shutil.rmtree(root / "ImageSets")
    with pytest.raises(DataError, match=r"test\.txt: cannot be read .*; write it, a name a line"):
        voc_names(root, "test")
