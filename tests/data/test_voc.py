"""Pictures with masks: pairs stay pairs, nothing small goes unnoticed, bad files are named."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader

from course_utils.data import VOCSegmentation
from course_utils.data.loading import Batches
from course_utils.data.locations import embedded_folder
from course_utils.data.masks import VOID, palette_image, save_mask
from course_utils.data.transforms import training_pair_transform
from course_utils.data.voc import GRAY
from course_utils.data.voc_layout import VOC_CLASSES
from course_utils.errors import DataError, ImageError
from picture_files import save
from voc_files import NAMES, SIZE, add_pair, blocks, list_names, picture_of, voc_set

TRAIN = "ImageSets/Segmentation/train.txt"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return voc_set(tmp_path / "set")


def test_a_picture_and_its_indices_are_bytes(root: Path) -> None:
    pictures = VOCSegmentation(root, "train")
    assert (len(pictures), pictures.class_names) == (6, NAMES)
    image, mask = pictures[1]
    assert type(image) is type(mask) is torch.Tensor
    assert (image.shape, image.dtype) == ((3, *SIZE), torch.uint8)
    assert (mask.shape, mask.dtype) == (SIZE, torch.uint8)
    assert np.array_equal(mask.numpy(), blocks(1))
    assert len(VOCSegmentation(root, "val")) == 3


def code_pair(root: Path) -> None:
    """One pair whose picture says in each pixel what its mask says."""
    rows, columns = np.indices(SIZE)
    classes = ((rows // 8 + columns // 8) % 3).astype(np.uint8)
    image = Image.fromarray(np.repeat(classes[..., None] * 100, 3, axis=2))
    (root / "JPEGImages").mkdir(parents=True)
    image.save(root / "JPEGImages" / "a.jpg", "PNG")  # without the losses of JPEG
    (root / "SegmentationClass").mkdir()
    save_mask(root / "SegmentationClass" / "a.png", classes)
    list_names(root, "train", ["a"])


def test_crops_and_flips_are_those_of_both(tmp_path: Path) -> None:
    code_pair(tmp_path)
    torch.manual_seed(0)
    flip = training_pair_transform().transforms[0]
    pictures = VOCSegmentation(tmp_path, "train", (33, 40), transform=flip)
    seen = set()
    for _ in range(20):
        image, mask = pictures[0]
        assert mask.shape == (33, 40)
        assert torch.equal(image, (mask * 100).expand(3, -1, -1))
        seen.add(mask.numpy().tobytes())
    assert len(seen) > 10


def test_a_tint_changes_the_picture_and_not_the_mask(root: Path) -> None:
    torch.manual_seed(0)
    tint = training_pair_transform().transforms[1]
    plain, tinted = VOCSegmentation(root), VOCSegmentation(root, transform=tint)
    assert not torch.equal(plain[0][0], tinted[0][0])
    assert torch.equal(plain[0][1], tinted[0][1])


def test_small_pictures_are_dropped_and_counted(root: Path) -> None:
    add_pair(root, "low", blocks(0, (40, 90)))
    add_pair(root, "narrow", blocks(0, (70, 60)))
    list_names(root, "train", ["low", "train_0", "narrow", "train_1"])
    pictures = VOCSegmentation(root, "train", (60, 80))
    assert pictures.names == ["train_0", "train_1"]
    assert (pictures.dropped, pictures.padded) == (("low", "narrow"), ())
    assert len(VOCSegmentation(root, "train", (40, 60))) == 4
    assert VOCSegmentation(root, "train").dropped == ()


def test_small_pictures_are_padded_with_gray_and_void(root: Path) -> None:
    add_pair(root, "low", blocks(0, (40, 90)))
    list_names(root, "train", ["low"])
    pictures = VOCSegmentation(root, "train", (60, 80), small="pad")
    assert (pictures.names, pictures.padded, pictures.dropped) == (["low"], ("low",), ())
    image, mask = pictures[0]
    assert (image.shape, mask.shape) == ((3, 60, 80), (60, 80))
    gray = torch.tensor(GRAY)[:, None, None] == image
    outside = gray.all(dim=0).all(dim=1)
    assert outside.sum() == 20
    assert (mask[outside] == VOID).all()


def test_frequencies_are_counted_without_void(root: Path) -> None:
    masks = np.stack([blocks(number) for number in range(6)])
    expected = [int((masks == index).sum()) for index in range(3)]
    assert VOCSegmentation(root, "train", (33, 33)).class_counts().tolist() == expected


def test_batches_stay_bytes_until_they_are_on_the_device(root: Path) -> None:
    pictures = VOCSegmentation(root, "train")
    loader = DataLoader(pictures, 4)
    kinds = {(images.dtype, masks.dtype) for images, masks in loader}
    assert kinds == {(torch.uint8, torch.uint8)}
    batches = Batches(loader, "cpu")
    assert len(batches) == 2
    images, labels = next(iter(batches))
    assert (images.dtype, images.shape, labels.dtype) == (torch.float32, (4, 3, *SIZE), torch.int64)
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    expected = (pictures[0][0] / 255 - mean[:, None, None]) / std[:, None, None]
    assert torch.allclose(images[0], expected, atol=1e-6)


def test_what_was_read_is_kept_as_far_as_there_is_room(root: Path) -> None:
    room = 2 * 4 * SIZE[0] * SIZE[1] + 1  # two of the six
    pictures = VOCSegmentation(root, "train", keep_bytes=room)
    before = [pictures[number] for number in range(6)]
    shutil.rmtree(root / "JPEGImages")
    for number in range(2):
        assert all(map(torch.equal, pictures[number], before[number]))
    with pytest.raises(ImageError, match=r"train_2\.jpg: there is no such file"):
        pictures[2]


def test_what_is_kept_is_not_changed_by_what_comes_after(root: Path) -> None:
    torch.manual_seed(0)
    change = training_pair_transform()
    pictures = VOCSegmentation(root, "train", (33, 40), transform=change, keep_bytes=1 << 20)
    for _ in range(5):
        pictures[0]
    assert torch.equal(pictures.read("train_0")[0], VOCSegmentation(root)[0][0])


def test_the_embedded_scenes_are_such_a_set() -> None:
    root = embedded_folder() / "scenes"
    for split in ("train", "val"):
        pictures = VOCSegmentation(root, split)
        assert len(pictures.class_names) == 8
        cropped = VOCSegmentation(root, split, (160, 256))
        assert 0 < len(cropped.dropped) < len(pictures)
        assert len(cropped) + len(cropped.dropped) == len(pictures)


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


def test_a_crop_larger_than_every_picture_is_refused(root: Path) -> None:
    message = r"a crop of 80×80 \(height×width\) is larger than every picture of train; the largest"
    with pytest.raises(DataError, match=message + " has 70×90: take a smaller crop, or pad"):
        VOCSegmentation(root, "train", (80, 80))
    with pytest.raises(DataError, match="each side needs at least 1 pixel"):
        VOCSegmentation(root, "train", (0, 80))


def test_an_empty_or_missing_list_is_refused(root: Path) -> None:
    list_names(root, "train", [])
    with pytest.raises(DataError, match=r"train\.txt: lists no picture"):
        VOCSegmentation(root, "train")
    with pytest.raises(DataError, match=r"test\.txt: cannot be read"):
        VOCSegmentation(root, "test")
    with pytest.raises(DataError, match="there is no such folder"):
        VOCSegmentation(root / "nowhere")
