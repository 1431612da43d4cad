"""A set in the layout of PASCAL VOC is read, or the file that does not fit is named."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils.data import VOCSegmentation
from course_utils.data.bad_files import drop_bad_pairs
from course_utils.data.masks import VOID, palette_image, save_mask
from course_utils.data.voc_layout import VOC_CLASSES
from course_utils.errors import DataError, ImageError
from picture_files import save
from voc_files import NAMES, SIZE, add_pair, blocks, list_names, picture_of, voc_set


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return voc_set(tmp_path / "set")


def test_without_a_list_of_classes_they_are_those_of_voc(root: Path) -> None:
    (root / "classes.txt").unlink()
    assert VOCSegmentation(root).class_names == VOC_CLASSES


def test_windows_line_ends_are_no_part_of_a_name(root: Path) -> None:
    list_names(root, "train", ["train_0", "train_1"], end="\r\n")
    (root / "classes.txt").write_bytes("\r\n".join(NAMES).encode())
    pictures = VOCSegmentation(root)
    assert (pictures.names, pictures.class_names) == (["train_0", "train_1"], NAMES)


def test_an_rgb_mask_is_read_by_its_colors(root: Path) -> None:
    path = root / "SegmentationClass" / "train_0.png"
    save(path, palette_image(blocks(0)).convert("RGB"))
    assert np.array_equal(VOCSegmentation(root)[0][1].numpy(), blocks(0))


def test_a_picture_of_one_pixel(root: Path) -> None:
    add_pair(root, "dot", np.zeros((1, 1), np.uint8))
    list_names(root, "train", ["dot"])
    assert VOCSegmentation(root)[0][1].shape == (1, 1)
    padded = VOCSegmentation(root, "train", (33, 40), small="pad")
    assert padded[0][1].shape == (33, 40)
    assert (padded[0][1] != VOID).sum() == 1


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (blocks(0)[:, :-1], r"train_0\.png: the mask measures 89×70, its picture 90×70"),
        (np.full(SIZE, 3, np.uint8), r"train_0\.png: holds the class 3, but the set has the"),
    ],
)
def test_a_mask_that_does_not_fit_is_refused(classes: np.ndarray, message: str, root: Path) -> None:
    save_mask(root / "SegmentationClass" / "train_0.png", classes)
    with pytest.raises(ImageError, match=message):
        VOCSegmentation(root)[0]


def test_a_mask_that_is_missing_is_named(root: Path) -> None:
    (root / "SegmentationClass" / "train_0.png").unlink()
    pictures = VOCSegmentation(root, "train", (33, 33))
    with pytest.raises(ImageError, match=r"train_0\.png: there is no such file"):
        pictures[0]


def test_a_mask_with_unknown_colors_is_named(root: Path) -> None:
    save(root / "SegmentationClass" / "train_0.png", picture_of(blocks(0)))
    with pytest.raises(ImageError, match=r"train_0\.png: holds colors of no class"):
        VOCSegmentation(root)[0]


def test_an_empty_or_missing_list_is_refused(root: Path) -> None:
    list_names(root, "train", [])
    with pytest.raises(DataError, match=r"train\.txt: lists no picture"):
        VOCSegmentation(root, "train")
    with pytest.raises(DataError, match=r"test\.txt: cannot be read"):
        VOCSegmentation(root, "test")
    with pytest.raises(DataError, match="there is no such folder"):
        VOCSegmentation(root / "nowhere")


def test_a_mask_of_a_picture_that_its_camera_turns(root: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    save(root / "JPEGImages" / "train_0.jpg", picture_of(blocks(0)), exif=exif)
    with pytest.raises(ImageError, match=r"its picture 70×90; .* size .*turn the mask, too"):
        VOCSegmentation(root, "train", (33, 33))[0]


def turned(root: Path, mark: int, mask_mark: int = 1) -> VOCSegmentation:
    """A set whose first picture has a camera's mark, and its mask another."""
    exif = Image.Exif()
    exif[0x0112] = mark
    save(root / "JPEGImages" / "train_0.jpg", picture_of(blocks(0)), exif=exif)
    exif[0x0112] = mask_mark
    save(root / "SegmentationClass" / "train_0.png", palette_image(blocks(0)), exif=exif)
    pictures = VOCSegmentation(root, "train")
    drop_bad_pairs(pictures)
    return pictures


def test_pictures_that_are_turned_without_their_masks_are_counted(root: Path) -> None:
    assert turned(root, 3).about_masks() == (
        "pictures of train that the camera's mark turns, but not their masks: 1 (train_0); see "
        "that each mask lies as its upright picture does",
    )


@pytest.mark.parametrize("mark", [1, 3, 6])
def test_a_picture_and_a_mask_with_one_mark_are_turned_together(mark: int, root: Path) -> None:
    pictures = turned(root, mark, mark)
    assert pictures.about_masks() == ()
    assert pictures.names[0] == "train_0"
    turns = {1: 0, 3: 2, 6: 3}
    assert np.array_equal(pictures.read("train_0")[1], np.rot90(blocks(0), turns[mark]))


def test_a_label_map_that_is_passed_over_is_mentioned(root: Path) -> None:
    (root / "labelmap.txt").write_text("background:0,0,0::\nred:1,2,3::\nblue:4,5,6::\n")
    save(root / "SegmentationClass" / "train_0.png", Image.new("RGB", (90, 70), (1, 2, 3)))
    with pytest.raises(ImageError, match=r"; labelmap\.txt is passed over because of classes\.txt"):
        VOCSegmentation(root, "train")[0]
