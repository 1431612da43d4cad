"""Pictures with masks: pairs stay pairs, nothing small goes unnoticed, bad files are named."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader
from torchvision.transforms import v2

from course_utils.data import VOCSegmentation
from course_utils.data.loading import Batches
from course_utils.data.locations import embedded_folder
from course_utils.data.masks import VOID, load_mask, save_mask
from course_utils.data.transforms import GRAY, training_pair_transform
from course_utils.errors import DataError, ImageError
from picture_files import save
from voc_files import NAMES, SIZE, add_pair, blocks, list_names, voc_set

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


def test_a_random_scale_comes_before_the_crop(root: Path) -> None:
    """A crop as large as the picture holds all of a smaller one, and void around it."""
    torch.manual_seed(0)
    pictures = VOCSegmentation(root, "train", SIZE, scale=(0.5, 1.5))
    frames = []
    for _ in range(30):
        image, mask = pictures[0]
        assert (image.shape, mask.shape) == ((3, *SIZE), SIZE)
        assert set(mask.unique().tolist()) <= {0, 1, 2, VOID}
        gray = (image == torch.tensor(GRAY, dtype=torch.uint8)[:, None, None]).all(0)
        assert (mask[gray] == VOID).all()
        frames.append(gray.float().mean().item())
    assert 0.6 < max(frames) < 0.77  # 1 - 0.5², at most
    assert 8 < sum(frame < 0.01 for frame in frames) < 22
    with pytest.raises(DataError, match="a random scale needs a crop_size"):
        VOCSegmentation(root, "train", scale=(0.5, 2.0))


def test_what_is_small_is_judged_by_its_file(root: Path) -> None:
    add_pair(root, "low", blocks(0, (40, 90)))
    list_names(root, "train", ["low", "train_0"])
    enlarged = VOCSegmentation(root, "train", (60, 60), scale=(2.0, 2.0))
    assert (enlarged.names, enlarged.dropped) == (["train_0"], ("low",))
    shrunk = VOCSegmentation(root, "train", (60, 60), scale=(0.5, 0.5))
    assert (shrunk.names, shrunk.padded) == (["train_0"], ())
    assert (shrunk[0][1] == VOID).sum() >= 60 * 60 - 35 * 45


def test_without_a_scale_the_same_random_numbers_are_drawn(root: Path) -> None:
    crop = v2.RandomCrop((33, 40))
    torch.manual_seed(4)
    found = VOCSegmentation(root, "train", (33, 40))[2]
    after = torch.get_rng_state()
    torch.manual_seed(4)
    expected = crop(*VOCSegmentation(root, "train").read("train_2"))
    assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))
    assert torch.equal(torch.get_rng_state(), after)


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


def test_a_crop_larger_than_every_picture_is_refused(root: Path) -> None:
    message = r"a crop of 80×80 \(height×width\) is larger than every picture of train; the largest"
    with pytest.raises(DataError, match=message + " has 70×90: take a smaller crop, or pad"):
        VOCSegmentation(root, "train", (80, 80))
    with pytest.raises(DataError, match="each side needs at least 1 pixel"):
        VOCSegmentation(root, "train", (0, 80))


def test_it_says_whose_names_it_has_and_which_do_not_occur(root: Path) -> None:
    pictures = VOCSegmentation(root)
    assert pictures.classes_file == root / "classes.txt"
    assert pictures.absent_classes() == ()
    (root / "classes.txt").write_text("\n".join((*NAMES, "green", "gray")))
    pictures = VOCSegmentation(root)
    assert pictures.absent_classes() == ("green", "gray")
    assert pictures.about_classes() == (
        "5 classes: background, red, blue, green, gray (from classes.txt)",
        "in no mask of train: green, gray",
    )
    (root / "SegmentationClass" / "train_0.png").unlink()
    assert VOCSegmentation(root).absent_classes() == ("green", "gray")


def test_a_set_of_cvats_is_read_by_its_colors(root: Path) -> None:
    colors = np.zeros((256, 3), np.uint8)
    colors[[1, 2, VOID]] = (250, 50, 83), (1, 2, 3), (224, 224, 192)
    for path in (root / "SegmentationClass").iterdir():
        save(path, Image.fromarray(colors[load_mask(path)]))
    (root / "classes.txt").unlink()
    (root / "labelmap.txt").write_text(
        "# label:color_rgb:parts:actions\nbackground:0,0,0::\nred:250,50,83::\nblue:1,2,3::\n"
    )
    (root / TRAIN).rename(root / "ImageSets" / "Segmentation" / "default.txt")
    pictures = VOCSegmentation(root, "default")
    assert (pictures.class_names, pictures.classes_file) == (NAMES, root / "labelmap.txt")
    assert np.array_equal(pictures[1][1].numpy(), blocks(1))
    assert VOCSegmentation(root, "default", (33, 40))[1][1].shape == (33, 40)


def test_a_set_of_labelmes_is_read_from_its_arrays(root: Path) -> None:
    for path in list((root / "SegmentationClass").iterdir()):
        classes = load_mask(path).astype(np.int32)
        np.save(path.with_suffix(".npy"), np.where(classes == VOID, -1, classes))
        path.unlink()
    (root / "classes.txt").rename(root / "class_names.txt")
    for crop in (None, (33, 40)):
        assert len(VOCSegmentation(root, "train", crop)) == 6
    pictures = VOCSegmentation(root)
    assert (pictures.class_names, pictures.classes_file) == (NAMES, root / "class_names.txt")
    assert np.array_equal(pictures[1][1].numpy(), blocks(1))


@pytest.mark.parametrize("line", ["a b c", '{"image": "a.jpg"}', "a\nb"])
def test_a_list_of_what_is_not_there_is_not_called_void(line: str, root: Path) -> None:
    list_names(root, "train", [line])
    with pytest.raises(DataError, match=r"train\.txt: no mask can be read .* there is no such fil"):
        VOCSegmentation(root, "train").require_labels()
