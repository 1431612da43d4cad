"""Masks that label nothing, or the thing as void, are told from those where it is absent."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils.data.labels import about_classes, indices_in, require_labels
from course_utils.data.masks import VOID, palette_image
from course_utils.data.voc_classes import VOC_CLASSES, SetClasses
from course_utils.errors import DataError
from picture_files import save

TWO = SetClasses(("background", "cat"))


def mask(*values: int) -> np.ndarray:
    """A row of pixels."""
    return np.array([values], np.uint8)


def check(root: Path, *masks: np.ndarray, classes: SetClasses = TWO) -> None:
    require_labels(root, "train", map(indices_in, masks), classes)


WAYS = {
    "L": lambda classes: Image.fromarray(classes),
    "P": palette_image,
    "RGBA": lambda classes: palette_image(classes).convert("RGBA"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_thing_of_255_is_refused(way: str, tmp_path: Path) -> None:
    for number in range(3):
        save(tmp_path / "SegmentationClass" / f"{number}.png", WAYS[way](mask(0, VOID)))
    message = (
        r"its masks hold nothing but 0 and 255, and 255 is void: no class; save the thing as 1"
    )
    with pytest.raises(DataError, match=message + r" \(cat\)"):
        check(tmp_path, mask(0, VOID), mask(0, 0))


def test_255_beside_a_class_anywhere_in_the_set_is_void(tmp_path: Path) -> None:
    (tmp_path / "SegmentationClass").mkdir()
    check(tmp_path, mask(0, VOID), mask(0, 1))
    (tmp_path / "SegmentationClass" / "bad.png").write_text("no picture")
    for name in ("SegmentationClass/sub/a.png", "SegmentationClassPNG/b.png"):
        other = save(tmp_path / name, Image.fromarray(mask(1, 0)))
        check(tmp_path, mask(0, VOID))
        other.unlink()
    save(tmp_path / "SegmentationClassVisualization" / "a.png", Image.fromarray(mask(1, 0)))
    with pytest.raises(DataError, match="save the thing as 1"):
        check(tmp_path, mask(0, VOID))


def test_an_absent_thing_is_no_mistake(tmp_path: Path) -> None:
    check(tmp_path, mask(0, 0))
    check(tmp_path, mask(1, VOID))


def test_a_thing_of_255_that_is_not_even_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="save the thing as 1 and name it after background"):
        check(tmp_path, mask(0, VOID), classes=SetClasses(("cat",)))


def test_no_labeled_pixel_is_a_mistake(tmp_path: Path) -> None:
    for masks in ((), (mask(VOID, VOID),)):
        with pytest.raises(DataError, match="no pixel of train is labeled"):
            check(tmp_path, *masks)


def test_whose_names_and_which_do_not_occur() -> None:
    many = SetClasses(tuple(f"c{number}" for number in range(12)), Path("set/labelmap.txt"))
    assert list(about_classes(many, "train", ("c3",), ())) == [
        "12 classes: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, ... (from labelmap.txt)",
        "in no mask of train: c3",
    ]


def test_a_palette_that_is_not_vocs_is_named_where_its_names_are_taken(tmp_path: Path) -> None:
    voc = SetClasses(VOC_CLASSES)
    first = "21 classes: PASCAL VOC's, for the set names none (classes.txt)"
    other = palette_image(mask(0, 1, VOID))
    other.putpalette([0, 0, 0, 250, 50, 83])
    paths = [
        save(tmp_path / "0.png", palette_image(mask(0, 2, VOID))),
        save(tmp_path / "1.png", Image.fromarray(mask(0, 3))),
        tmp_path / "none.png",
    ]
    assert list(about_classes(voc, "train", (), paths)) == [first]
    paths += [save(tmp_path / f"{number}.png", other) for number in (2, 3)]
    assert list(about_classes(voc, "train", (), paths)) == [
        first,
        "the palette of 2.png is not PASCAL VOC's (1 is (250, 50, 83)): if the classes are others, "
        "name them in classes.txt",
    ]
