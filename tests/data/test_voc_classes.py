"""The classes of a set: its own file, labelme's, CVAT's, or PASCAL VOC's."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils.data.masks import VOID, load_mask, voc_colors
from course_utils.data.voc_classes import VOC_CLASSES, set_classes
from course_utils.errors import DataError

LABEL_MAP = "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:250,50,83::\ndog:1,2,3::\n"


@pytest.mark.parametrize(
    ("file", "content", "names"),
    [
        ("classes.txt", "ground\ncat\n", ("ground", "cat")),
        ("class_names.txt", "_background_\ncat", ("_background_", "cat")),
        ("class_names.txt", "__ignore__\n_background_\ncat", ("_background_", "cat")),
        ("labels.txt", "__ignore__\r\n_background_\r\ncat\r\n", ("_background_", "cat")),
        ("classes.txt", "__ignore__\n_background_\ncat", ("_background_", "cat")),
        ("labelmap.txt", LABEL_MAP, ("background", "cat", "dog")),
        ("labelmap.txt", "\ufeff" + LABEL_MAP, ("background", "cat", "dog")),
        (
            "labelmap.txt",
            "cat:9,9,9::\nbackground:0,0,0::\nant:8,8,8::",
            ("background", "cat", "ant"),
        ),
        (
            "labelmap.txt",
            "background:0,0,0::\ncat:::\nignored:9,9,9::",
            ("background", "cat"),
        ),
    ],
)
def test_names_come_from_the_file_that_is_there(
    file: str, content: str, names: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / file).write_text(content)
    classes = set_classes(tmp_path)
    assert (classes.names, classes.file) == (names, tmp_path / file)


def test_without_a_file_they_are_those_of_voc(tmp_path: Path) -> None:
    classes = set_classes(tmp_path)
    assert (classes.names, classes.file, classes.colors) == (VOC_CLASSES, None, None)


def test_the_sets_own_file_comes_first(tmp_path: Path) -> None:
    (tmp_path / "labelmap.txt").write_text(LABEL_MAP)
    (tmp_path / "classes.txt").write_text("ground\nthing\n")
    assert set_classes(tmp_path).names == ("ground", "thing")


def test_colors_of_a_label_map(tmp_path: Path) -> None:
    (tmp_path / "labelmap.txt").write_text(LABEL_MAP + "ignored:7,7,7::\nbird:::\n")
    colors = set_classes(tmp_path).colors
    assert colors is not None
    assert colors[:3].tolist() == [[0, 0, 0], [250, 50, 83], [1, 2, 3]]
    assert colors[VOID].tolist() == [7, 7, 7]
    assert colors[3].tolist() == voc_colors()[3].tolist()


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("labelmap.txt", "# nothing\n", "names 0 classes"),
        ("labelmap.txt", "cat:1,2::\n", "gives no color"),
        ("labelmap.txt", "cat:1,2,300::\n", "gives no color"),
        ("labelmap.txt", "cat:1,2,3::\ncat:4,5,6::\n", "has the class cat twice"),
        ("labelmap.txt", "cat:1,2,3::\ndog:1,2,3::\n", "gives two classes one color"),
        ("classes.txt", "cat\ncat\n", "gives the classes 0 and 1 the same name, cat"),
        ("classes.txt", "\n", "holds no class name"),
    ],
)
def test_what_names_no_classes_is_refused(
    file: str, content: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / file).write_text(content)
    with pytest.raises(DataError, match=reason) as caught:
        set_classes(tmp_path)
    assert str(tmp_path / file) in str(caught.value)


def test_a_background_in_capitals_and_several_names_of_void(tmp_path: Path) -> None:
    text = "cat:250,50,83::\nvoid:9,9,9::\nBackground:0,0,0::\nunlabeled:7,7,7::\n"
    (tmp_path / "labelmap.txt").write_text(text)
    classes = set_classes(tmp_path)
    assert classes.names == ("Background", "cat")
    pixels = np.array([[[0, 0, 0], [250, 50, 83], [9, 9, 9], [7, 7, 7]]], np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    assert load_mask(tmp_path / "a.png", 2, classes.colors).tolist() == [[0, 1, VOID, VOID]]
    (tmp_path / "labelmap.txt").write_text(text.replace("7,7,7", "250,50,83"))
    with pytest.raises(DataError, match="gives void and a class one color"):
        set_classes(tmp_path)
