"""``course-utils segment`` and ``evaluate`` with a network that labels pixels."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from commands import Outcome, run_command
from course_utils.data.finding import SEGMENTED, find_images
from course_utils.data.masks import load_mask
from course_utils.drawing import fonts
from course_utils.drawing.mask_overlays import legend, overlay
from course_utils.inference import Segmenter
from picture_files import noise, save
from voc_files import NAMES, voc_set
from weight_files import SEGMENTER, write_segmenter


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "weights.safetensors"
    write_segmenter(path)
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return voc_set(tmp_path_factory.mktemp("set"))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for number, size in enumerate([(50, 40), (33, 70), (1, 1)]):
        save(tmp_path / "in" / f"{number}.png", noise(number, size))
    return tmp_path / "in"


def segment(weights: Path | str, output: Path, *paths: Path | str) -> Outcome:
    return run_command("segment", *paths, "--weights", weights, "--output", output)


def test_masks_overlays_and_areas_are_written(
    weights: Path, pictures: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a" / "b"
    outcome = segment(weights, out, pictures)
    assert (outcome.status, outcome.err) == (0, "")
    content = json.loads((out / "areas.json").read_text())
    assert content["classes"] == list(NAMES)
    segmenter = Segmenter.from_checkpoint(weights)
    paths = sorted(pictures.iterdir())
    for path, entry, line in zip(paths, content["pictures"], outcome.lines, strict=False):
        (result,) = segmenter.predict([path])
        with Image.open(out / entry["mask"]) as mask:
            assert (mask.mode, mask.size) == ("P", result.picture.size)
        assert np.array_equal(load_mask(out / entry["mask"]), result.classes)
        with Image.open(out / entry["overlay"]) as mixed:
            expected = overlay(result.picture, result.classes)
            assert np.abs(np.asarray(mixed, int) - np.asarray(expected, int)).mean() < 12
        assert (entry["width"], entry["height"]) == result.picture.size
        assert sum(area["share"] for area in entry["areas"]) == pytest.approx(1)
        assert [area["label"] for area in entry["areas"]] == [a.label for a in result.areas]
        largest = result.areas[0]
        assert line.startswith(f"image: {path} class: {largest.label} area: {largest.share:.3f}")
    with Image.open(out / "legend.png") as image:
        assert np.array_equal(np.asarray(image), np.asarray(legend(NAMES)))
    assert outcome.lines[-1] == f"written: {out} (masks, overlays, legend.png, areas.json)"


def test_the_default_weights_label_scenes(root: Path, tmp_path: Path) -> None:
    scene = root / "data" / "scenes" / "JPEGImages" / "garden_val_050.jpg"
    outcome = run_command("segment", scene, "--output", tmp_path / "out")
    assert (outcome.status, outcome.err) == (0, "")
    assert json.loads((tmp_path / "out" / "areas.json").read_text())["weights"] == "scenes-fcn8s"
    assert "class: background" in outcome.lines[0]


def test_pictures_of_the_same_name_do_not_overwrite_each_other(
    weights: Path, tmp_path: Path
) -> None:
    paths = [save(tmp_path / folder / "x.png", noise(1)) for folder in ("one", "two")]
    paths.append(save(tmp_path / "three" / "x_2.png", noise(2)))
    assert segment(weights, tmp_path / "out", *paths).status == 0
    content = json.loads((tmp_path / "out" / "areas.json").read_text())
    masks = [entry["mask"] for entry in content["pictures"]]
    assert masks == ["masks/x.png", "masks/x_2.png", "masks/x_2_2.png"]
    assert all((tmp_path / "out" / mask).exists() for mask in masks)


def test_bad_files_are_listed_and_the_rest_goes_on(
    weights: Path, pictures: Path, tmp_path: Path
) -> None:
    (pictures / "bad.jpg").write_text("no")
    outcome = segment(weights, tmp_path / "out", pictures, tmp_path / "nowhere.jpg")
    assert outcome.status == 1
    assert outcome.err.startswith("left out (2):\n")
    assert "bad.jpg: is not a picture" in outcome.err
    assert "nowhere.jpg: there is no such file" in outcome.err
    content = json.loads((tmp_path / "out" / "areas.json").read_text())
    assert len(content["pictures"]) == 3


@pytest.mark.parametrize("name", ["masks/x.png", "legend.png"])
def test_a_picture_is_never_overwritten(weights: Path, tmp_path: Path, name: str) -> None:
    picture = save(tmp_path / name, noise(0))
    before = picture.read_bytes()
    outcome = segment(weights, tmp_path, picture)
    assert outcome.status == 1
    assert f"{picture.name}: is one of the files to be read; choose another --output" in outcome.err
    assert picture.read_bytes() == before


def content_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("left", ["masks/old.png", "overlays/old.jpg", "overlays/old.png"])
def test_masks_of_other_pictures_never_get_a_new_legend(
    weights: Path, pictures: Path, tmp_path: Path, left: str
) -> None:
    out = tmp_path / "out"
    assert segment(weights, out, pictures).status == 0
    save(out / left, noise(3))
    before = content_of(out)
    outcome = segment(weights, out, pictures)
    assert outcome.status == 1
    assert f"holds {left} of an earlier run on other pictures" in outcome.err
    assert content_of(out) == before


def test_a_second_run_leaves_nothing_of_the_first(
    weights: Path, pictures: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert segment(weights, out, pictures).status == 0
    first = sorted(pictures.iterdir())[0]
    first.write_text("no picture any more")
    outcome = segment(weights, out, pictures)
    assert outcome.status == 1, "the bad one is listed"
    entries = json.loads((out / "areas.json").read_text())["pictures"]
    named = {entry[kind] for entry in entries for kind in ("mask", "overlay")}
    assert named | {"legend.png", "areas.json"} == set(content_of(out))
    assert len(entries) == 2


def test_the_overlay_of_a_very_long_picture_is_a_png(weights: Path, tmp_path: Path) -> None:
    path = save(tmp_path / "long.png", Image.new("RGB", (66_000, 2), (200, 30, 30)))
    assert segment(weights, tmp_path / "out", path).status == 0
    with Image.open(tmp_path / "out" / "overlays" / "long.png") as mixed:
        assert mixed.size == (66_000, 2)


def test_evaluate_measures_pixels(weights: Path, data: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    outcome = run_command("evaluate", "--data", data, "--weights", weights, "--output", report)
    assert (outcome.status, outcome.err) == (0, "")
    content = json.loads(report.read_text())
    segmenter = Segmenter.from_checkpoint(weights)
    right = counted = 0
    for name in (f"val_{number}" for number in range(3)):
        (result,) = segmenter.predict([data / "JPEGImages" / f"{name}.jpg"])
        truth = load_mask(data / "SegmentationClass" / f"{name}.png")
        right += int((result.classes == truth)[truth != 255].sum())
        counted += int((truth != 255).sum())
    assert content["pixel_accuracy"] == right / counted
    assert outcome.lines[0] == "3 classes: background, red, blue (from classes.txt)"
    assert outcome.lines[1] == f"pixel accuracy {right / counted:.3f} of 3 pictures"
    assert f"mean IoU {content['mean_iou']:.3f}" in outcome.lines
    table = {line.split()[0]: line.split()[1:] for line in outcome.lines[-4:-1]}
    for name in NAMES:
        assert table[name][1] == f"{content['classes'][name]['iou']:.3f}"


def test_evaluate_names_classes_that_differ(weights: Path, data: Path, tmp_path: Path) -> None:
    root = shutil.copytree(data, tmp_path / "set")
    (root / "classes.txt").write_text("background\nred\ngreen\n")
    outcome = run_command("evaluate", "--data", root, "--weights", weights)
    assert outcome.status == 1
    assert "has the classes background, red, green, but the weights have background" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nowhere.jpg", "--weights", "W", "--output", "OUT"), "nowhere.jpg: there is no such"),
        (("P", "--weights", "nowhere", "--output", "OUT"), "weights 'nowhere' are unknown"),
        (("P", "--weights", "insects-resnet18", "--output", "OUT"), "are a resnet18's, and a"),
        (("P", "--weights", "W", "--output", "/dev/null/below"), "cannot be made"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(
    arguments: tuple[str, ...], reason: str, weights: Path, pictures: Path, tmp_path: Path
) -> None:
    known = {"W": weights, "P": pictures, "OUT": tmp_path / "out"}
    outcome = run_command("segment", *(known.get(word, word) for word in arguments))
    assert outcome.status == 1
    assert reason in outcome.err
    assert "Traceback" not in outcome.err


def test_a_file_in_the_place_of_the_folder_is_told_before_the_work(
    weights: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course_utils.inference.Segmenter.from_checkpoint", None)
    picture = next(iter(pictures.iterdir()))
    before = picture.read_bytes()
    for place in (picture, picture / "below"):
        outcome = segment(weights, place, pictures)
        assert (outcome.status, outcome.out) == (1, "")
        assert f"{picture} is no folder" in outcome.err
    assert picture.read_bytes() == before


def test_a_classifier_command_refuses_a_segmenters_weights(weights: Path, pictures: Path) -> None:
    outcome = run_command("predict", pictures, "--weights", weights)
    assert outcome.status == 1
    assert "label pixels (fcn8s-resnet10), and a classifier is wanted" in outcome.err


def test_names_without_a_font_are_numbered_and_one_word_is_said(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_first_file", lambda signs: None)  # as where there are no fonts
    weights = tmp_path / "w.safetensors"
    write_segmenter(weights, replace(SEGMENTER, class_names=("ground", "猫", "犬")))
    outcome = segment(weights, tmp_path / "out", pictures)
    assert outcome.status == 0
    (line,) = outcome.err.splitlines()
    assert line.startswith("no font here has the signs of '猫' (2 of 3 names): their indices are")
    with Image.open(tmp_path / "out" / "legend.png") as image:
        expected = legend(["ground", "class 1", "class 2"])
        assert np.array_equal(np.asarray(image), np.asarray(expected))


def test_what_it_wrote_is_no_picture_to_label(weights: Path, pictures: Path) -> None:
    """Neither below the pictures, nor among them, nor for another command."""
    known = sorted(path for path in pictures.rglob("*") if path.is_file())
    for out in (pictures / "out", pictures):
        assert segment(weights, out, pictures).status == 0
        assert segment(weights, out, pictures).status == 0
        assert sorted(find_images([pictures])) == known
    assert {path.name for path in (pictures / "out").iterdir()} == SEGMENTED
    (pictures / "areas.json").unlink()
    assert pictures / "legend.png" in [*find_images([pictures])]
