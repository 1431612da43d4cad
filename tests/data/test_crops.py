"""Cutting pictures with masks into crops for a classifier."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from commands import run_command
from course_utils.data.crop_windows import Window, choose_windows
from course_utils.data.crops import cut_crops
from course_utils.data.folders import ImageFolder
from course_utils.data.masks import VOID, ClassMap
from course_utils.data.transforms import evaluation_transform
from course_utils.data.voc_layout import VOC_CLASSES
from course_utils.errors import CourseError, DataError
from picture_files import noise, save
from scene_maps import SCENE

NAMES = ("background", "ant", "bee")


def save_mask(path: Path, classes: ClassMap) -> Path:
    image = Image.fromarray(classes)
    image.putpalette(np.random.default_rng(0).integers(0, 256, 768).tolist())
    return save(path, image)


def write_set(root: Path, train: int = 2, val: int = 1) -> Path:
    """A set in the VOC layout whose pictures all have the mask ``SCENE``."""
    lists = root / "ImageSets" / "Segmentation"
    lists.mkdir(parents=True)
    for split, count in (("train", train), ("val", val)):
        names = [f"{split}_{number}" for number in range(count)]
        (lists / f"{split}.txt").write_text("".join(f"{name}\n" for name in names))
        for seed, name in enumerate(names):
            save(root / "JPEGImages" / f"{name}.jpg", noise(seed, SCENE.shape[::-1]))
            save_mask(root / "SegmentationClass" / f"{name}.png", SCENE)
    (root / "classes.txt").write_text("\n".join(NAMES))
    return root


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    return write_set(tmp_path / "scenes")


def files_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_command_writes_a_folder_for_each_class(scenes: Path, tmp_path: Path) -> None:
    outcome = run_command("data", "crops", scenes, "--output", tmp_path / "garden-crops")
    assert (outcome.status, outcome.err) == (0, "")
    written = files_of(tmp_path / "garden-crops")
    for line, split in zip(outcome.lines, ("train", "val"), strict=False):
        counts = {name: sum(f.startswith(f"{split}/{name}/") for f in written) for name in NAMES}
        assert min(counts.values()) > 0
        each = f"ant {counts['ant']}, background {counts['background']}, bee {counts['bee']}"
        assert line == f"{split}: {sum(counts.values())} crops ({each})"
    assert outcome.lines[2] == f"written: {tmp_path / 'garden-crops'}"


def test_the_crops_are_a_set_for_a_classifier(scenes: Path, tmp_path: Path) -> None:
    counts = cut_crops(scenes, tmp_path / "crops")
    for split in ("train", "val"):
        crops = ImageFolder(tmp_path / "crops" / split, evaluation_transform())
        assert crops.class_names == ("ant", "background", "bee")
        assert len(crops) == counts[split].total()


def test_the_same_seed_gives_the_same_files_and_another_seed_others(
    scenes: Path, tmp_path: Path
) -> None:
    for folder, seed in (("a", 0), ("b", 0), ("c", 1)):
        cut_crops(scenes, tmp_path / folder, seed)
    first, again, other = (files_of(tmp_path / folder) for folder in "abc")
    assert first == again
    assert first != other


def test_a_picture_is_cut_alike_whatever_lies_beside_it(tmp_path: Path) -> None:
    cut_crops(write_set(tmp_path / "few", train=1), tmp_path / "a")
    cut_crops(write_set(tmp_path / "many", train=3), tmp_path / "b")
    assert files_of(tmp_path / "a").items() <= files_of(tmp_path / "b").items()


def test_a_crop_holds_the_pixels_of_its_picture(scenes: Path, tmp_path: Path) -> None:
    cut_crops(scenes, tmp_path / "crops")
    picture = np.asarray(Image.open(scenes / "JPEGImages" / "train_0.jpg"))
    windows = [
        (tmp_path / "crops" / "train" / NAMES[index] / f"train_0_{number:02d}.png", window)
        for number, (window, index) in enumerate(_choice_for("train_0"))
    ]
    assert windows
    for path, window in windows:
        part = picture[window.top :, window.left :][: window.side, : window.side]
        assert np.array_equal(np.asarray(Image.open(path)), part)


def _choice_for(name: str) -> Iterator[tuple[Window, int]]:
    return choose_windows(SCENE, np.random.default_rng([0, zlib.crc32(name.encode())]))


def test_without_classes_txt_the_classes_are_vocs(scenes: Path, tmp_path: Path) -> None:
    (scenes / "classes.txt").unlink()
    counts = cut_crops(scenes, tmp_path / "crops")
    assert set(counts["train"]) == {"background", "aeroplane", "bicycle"}
    assert len(VOC_CLASSES) == 21


def _remove(path: str) -> object:
    return lambda root: (root / path).unlink()


def _write(path: str, content: str) -> object:
    return lambda root: (root / path).write_text(content)


def _mask(classes: ClassMap) -> object:
    return lambda root: save_mask(root / "SegmentationClass" / "train_0.png", classes)


def _color_mask(root: Path) -> None:
    save(root / "SegmentationClass" / "train_0.png", noise(0, SCENE.shape[::-1]))


TRAIN = "ImageSets/Segmentation/train.txt"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_remove(TRAIN), f"{TRAIN}: cannot be read (No such file or directory); a set in the VOC"),
        (_write(TRAIN, "\n"), f"{TRAIN}: lists no picture"),
        (_remove("JPEGImages/val_0.jpg"), "val_0.jpg: there is no such file"),
        (_remove("SegmentationClass/train_0.png"), "train_0.png: there is no such file"),
        (_write("SegmentationClass/train_0.png", "no"), "train_0.png: is not a picture"),
        (_mask(SCENE[:, :-1]), "the mask measures 119×90, its picture 120×90"),
        (_mask(np.full_like(SCENE, 3)), "holds the class 3, but the set has the classes 0 to 2"),
        (_color_mask, "train_0.png: holds colors of no class (colors: "),
        (_write("classes.txt", "none\n../ant\nbee"), "'../ant' cannot be the name of a folder"),
        (_write("classes.txt", ""), "classes.txt: holds no class name"),
    ],
)
def test_a_spoilt_set_is_refused(spoil: object, message: str, scenes: Path, tmp_path: Path) -> None:
    spoil(scenes)  # type: ignore[operator]
    outcome = run_command("data", "crops", scenes, "--output", tmp_path / "crops")
    assert (outcome.status, outcome.out) == (1, "")
    assert message in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_pictures_with_nothing_to_cut_are_refused(scenes: Path, tmp_path: Path) -> None:
    speck = np.full_like(SCENE, VOID)
    speck[0, 0] = 1
    save_mask(scenes / "SegmentationClass" / "val_0.png", speck)
    with pytest.raises(CourseError, match="no crop could be cut from its val pictures"):
        cut_crops(scenes, tmp_path / "crops")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    outcome = run_command("data", "crops", tmp_path / "none", "--output", tmp_path / "crops")
    assert (outcome.status, outcome.err) == (
        1,
        f"Error: {tmp_path / 'none'}: there is no such folder\n",
    )


def test_a_folder_that_is_not_empty_is_left_alone(scenes: Path, tmp_path: Path) -> None:
    for out in (scenes, scenes / "classes.txt"):
        before = files_of(scenes)
        outcome = run_command("data", "crops", scenes, "--output", out)
        assert outcome.status == 1
        assert f"{out}: is there and not empty; name a new folder" in outcome.err
        assert files_of(scenes) == before


def test_a_folder_that_cannot_be_made(scenes: Path) -> None:
    outcome = run_command("data", "crops", scenes, "--output", "/dev/null/crops")
    assert outcome.status == 1
    assert "/dev/null/crops" in outcome.err


def test_masks_that_label_nothing_are_refused_before_anything_is_written(
    scenes: Path, tmp_path: Path
) -> None:
    for values, reason in (
        (np.full_like(SCENE, VOID), "no pixel of train is labeled"),
        (np.where(SCENE == 1, VOID, 0).astype(np.uint8), "save the thing as 1"),
    ):
        for path in (scenes / "SegmentationClass").iterdir():
            save_mask(path, values)
        with pytest.raises(CourseError, match=reason):
            cut_crops(scenes, tmp_path / "crops")
        assert not (tmp_path / "crops").exists()


@pytest.mark.parametrize("name", ["..", ".", "a/b", "a\\b"])
def test_a_class_that_cannot_be_a_folder_is_refused(
    name: str, scenes: Path, tmp_path: Path
) -> None:
    (scenes / "classes.txt").write_text(f"background\n{name}\nbee\nflower\n")
    with pytest.raises(CourseError, match=r"classes\.txt: .* cannot be the name of a folder"):
        cut_crops(scenes, tmp_path / "crops")


def test_masks_that_contradict_each_other_are_refused(scenes: Path, tmp_path: Path) -> None:
    image = Image.fromarray(SCENE)
    image.putpalette(np.random.default_rng(1).integers(0, 256, 768).tolist())
    save(scenes / "SegmentationClass" / "train_1.png", image)
    with pytest.raises(DataError, match=r"palettes of train_0\.png and train_1\.png contradict"):
        cut_crops(scenes, tmp_path / "crops")
    save_mask(
        scenes / "SegmentationClass" / "train_1.png", np.where(SCENE == 1, VOID, 0).astype(np.uint8)
    )
    with pytest.raises(DataError, match=r"while others have classes: 1 \(train_1\.png\)"):
        cut_crops(scenes, tmp_path / "crops")
