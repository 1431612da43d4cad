"""``course-utils predict`` on bad pictures, bad weights and names that do not fit."""

import os
import shutil
from pathlib import Path

import pytest
import torch
import torchvision
from PIL import Image

from commands import run_command
from course_utils.data.class_names import write_class_names
from picture_files import bomb_png, deep_png, noise, save
from predictions import objects, predict
from weight_files import Payload, small_network


def make_bad(folder: Path) -> dict[str, str]:
    """Bad files, and what is said of each."""
    (folder / "text.jpg").write_text("I am no picture")
    (folder / "zero.jpg").write_bytes(b"")
    (folder / "bomb.png").write_bytes(bomb_png(20_000, 20_000))
    cut = save(folder / "cut.jpg", noise(1, (300, 300)))
    cut.write_bytes(cut.read_bytes()[:-2000])
    return {
        "text.jpg": "is not a picture in a known format",
        "zero.jpg": "is empty (0 bytes)",
        "bomb.png": "has too many pixels",
        "cut.jpg": "is damaged or cut off",
    }


def make_good(folder: Path) -> list[str]:
    """A picture of each kind that must work."""
    base = noise(5, (50, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    save(folder / "gray.png", base.convert("L"))
    save(folder / "palette.png", base.quantize(16), transparency=3)
    save(folder / "rgba.png", base.convert("RGBA"))
    save(folder / "la.png", base.convert("LA"))
    save(folder / "cmyk.jpg", base.convert("CMYK"))
    save(folder / "turned.jpg", base, exif=exif)
    save(folder / "animated.gif", base, save_all=True, append_images=[noise(6, (50, 40))])
    save(folder / "pixel.png", base.crop((0, 0, 1, 1)))
    save(folder / "thread.png", Image.new("RGB", (1, 3000)))
    save(folder / "large.jpg", Image.new("RGB", (4000, 3000), "gray"))
    (folder / "deep.png").write_bytes(deep_png(2, 1, 2, 3))
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("batch_size", ["1", "4", "64"])
def test_the_batch_goes_on_and_lists_the_bad_files(
    batch_size: str, small_weights: Path, tmp_path: Path
) -> None:
    good = make_good(tmp_path)
    bad = make_bad(tmp_path)
    outcome = predict(small_weights, tmp_path, "--batch-size", batch_size, "--format", "json")
    assert outcome.status == 1
    assert [Path(str(o["path"])).name for o in objects(outcome)] == good
    for name, reason in bad.items():
        assert f"{tmp_path / name}: {reason}" in outcome.err
    assert outcome.err.startswith("left out (4):\n  ")
    assert len(outcome.err.splitlines()) == 5


def test_a_missing_path_and_an_empty_folder_do_not_stop_the_others(
    photos: Path, small_weights: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    given = [tmp_path / "none.jpg", photos / "01.png", tmp_path / "empty", photos / "02.png"]
    outcome = predict(small_weights, *given, "x" * 300)
    assert outcome.status == 1
    assert [line.split()[1] for line in outcome.lines] == [str(given[1]), str(given[3])]
    assert "none.jpg: there is no such file or folder" in outcome.err
    assert "empty: the folder holds no picture (a file named .bmp, .dib" in outcome.err
    assert "x: cannot be read (File name too long)" in outcome.err


def test_nothing_but_an_empty_folder(small_weights: Path, tmp_path: Path) -> None:
    outcome = predict(small_weights, tmp_path)
    assert (outcome.status, outcome.out) == (1, "")
    assert "holds no picture" in outcome.err


def bare_weights(folder: Path) -> dict[str, Path]:
    """Files that must be refused."""
    state = small_network(3).state_dict()
    torch.save(state, folder / "three.pth")
    torch.save(torchvision.models.squeezenet1_1().state_dict(), folder / "other.pth")
    torch.save({"a": Payload(folder / "executed")}, folder / "code.pth")
    (folder / "cut.pth").write_bytes((folder / "three.pth").read_bytes()[:-5000])
    torch.save(state, folder / "legacy.pth", _use_new_zipfile_serialization=False)
    (folder / "cut_legacy.pth").write_bytes((folder / "legacy.pth").read_bytes()[:-5000])
    return {path.stem: path for path in folder.glob("*.pth")}


@pytest.mark.parametrize(
    ("name", "model", "reason"),
    [
        ("three", "resnet18", "made for another network"),
        ("other", "squeezenet1_1", "made for another number of classes"),
        ("other", "resnet18", "made for another network"),
        ("code", "resnet18", "code could run on loading"),
        ("cut", "resnet18", "is damaged"),
        ("cut_legacy", "resnet18", "is damaged"),
    ],
)
def test_bad_weights_are_refused_with_a_sentence(
    name: str, model: str, reason: str, photos: Path, tmp_path: Path
) -> None:
    path = bare_weights(tmp_path)[name]
    write_class_names(tmp_path / "class_indices.json", ["ants", "bees"])
    options = ("--model", model, "--classes", tmp_path / "class_indices.json")
    outcome = predict(path, photos, *options)
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.startswith("Error: ")
    assert reason in outcome.err
    assert "Traceback" not in outcome.err
    assert not (tmp_path / "executed").exists()


def test_truncated_safetensors_are_refused(
    photos: Path, small_weights: Path, tmp_path: Path
) -> None:
    path = tmp_path / "cut.safetensors"
    path.write_bytes(small_weights.read_bytes()[:-1])
    outcome = predict(path, photos)
    assert (outcome.status, outcome.out) == (1, "")
    assert "is damaged" in outcome.err


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"0": "ants", "1": "bees", "2": "wasps"}', "has 2 classes, but 3 names were given"),
        ('{"0": "ants"}', "has 2 classes, but 1 names were given"),
        ('{"ants": 0, "bees": 0}', "does not number the classes"),
        ("{", "is not valid JSON"),
    ],
)
def test_class_names_that_do_not_match_the_head(
    content: str, reason: str, photos: Path, small_weights: Path, tmp_path: Path
) -> None:
    (tmp_path / "class_indices.json").write_text(content)
    outcome = predict(small_weights, photos, "--classes", tmp_path / "class_indices.json")
    assert (outcome.status, outcome.out) == (1, "")
    assert reason in outcome.err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "Missing argument 'PATH...'"),
        (("a", "--batch-size", "0"), "--batch-size"),
        (("a", "--top-k", "x"), "--top-k"),
        (("a", "--format", "xml"), "--format"),
        (("a", "--device", "tpu"), "--device"),
        (("a", "--nonsense"), "--nonsense"),
    ],
)
def test_wrong_arguments_are_explained(arguments: tuple[str, ...], reason: str) -> None:
    outcome = run_command("predict", *arguments)
    assert outcome.status == 2
    assert reason in outcome.err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--weights", "nonsense"), "weights 'nonsense' are unknown"),
        (("--weights", "none.pth"), "none.pth: there is no such weights file"),
        (("--classes", "none.json"), "none.json: class names cannot be read"),
    ],
)
@pytest.mark.usefixtures("embedded")
def test_wrong_names_are_explained(arguments: tuple[str, str], reason: str, photos: Path) -> None:
    outcome = run_command("predict", photos, *arguments)
    assert (outcome.status, outcome.out) == (1, "")
    assert reason in outcome.err


def test_what_looks_like_a_picture_is_named_in_one_line(
    small_weights: Path, photos: Path, tmp_path: Path
) -> None:
    shutil.copy(photos / "01.png", tmp_path / "a.jfif")
    for name in ("b.nef", "c.svg"):
        (tmp_path / name).write_text("no picture")
    os.mkfifo(tmp_path / "d.jpg")
    outcome = predict(small_weights, tmp_path)
    assert outcome.status == 1
    assert [line.split()[1] for line in outcome.lines] == [str(tmp_path / "a.jfif")]
    assert outcome.err.splitlines()[1:] == [
        f"  {tmp_path}: 2 files look like pictures and cannot be read (b.nef, c.svg); save as JPEG "
        "or PNG what is meant to be used",
        f"  {tmp_path / 'd.jpg'}: is a named pipe, not a file",
    ]
