"""The script beside an exported file says what this package says, without it."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from course_utils.data import Preprocessing
from course_utils.data.images import load_image
from course_utils.inference import Classifier, Localizer, Segmenter
from course_utils.inference.onnx_exports import write_export
from course_utils.inference.onnx_scripts import MARK, script_for
from course_utils.models import to_fully_convolutional
from course_utils.models.published_segmenters import PublishedSegmenter, build_published
from course_utils.models.weights import PixelInfo, WeightsInfo
from dense_networks import lively, slim_network
from exported_files import run_alone, said
from picture_files import noise, save
from weight_files import INSECTS, SEGMENTER, small_network, write_segmenter

SIZES = ((60, 90), (91, 60), (33, 240), (40, 40))


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Of several shapes and kinds: gray, with transparent parts, turned by its mark."""
    paths = [save(tmp_path / f"{n}.png", noise(n, size)) for n, size in enumerate(SIZES)]
    paths.append(save(tmp_path / "gray.png", noise(5).convert("L")))
    clear = noise(6, (50, 70))
    clear.putalpha(noise(7, (50, 70)).convert("L"))
    paths.append(save(tmp_path / "clear.png", clear))
    turned = Image.Exif()
    turned[0x0112] = 6
    noise(8, (80, 50)).save(tmp_path / "turned.jpg", quality=90, exif=turned)
    return [*paths, tmp_path / "turned.jpg"]


@pytest.mark.parametrize(
    "preprocessing",
    [
        Preprocessing(resize=40, crop=32),
        Preprocessing(resize=35, crop=32, interpolation="bicubic", mean=(0.4, 0.5, 0.6)),
        Preprocessing(resize=29, crop=32, interpolation="nearest-exact", std=(0.3, 0.2, 0.1)),
    ],
)
def test_a_label_and_its_probability(
    preprocessing: Preprocessing, pictures: list[Path], tmp_path: Path
) -> None:
    info = replace(INSECTS, preprocessing=preprocessing, class_names=("Ameisen", "Bienen «ß»"))
    model = small_network()
    write_export(model, info, tmp_path / "small.v1.onnx")
    classifier = Classifier(model, info.class_names, preprocessing)
    for expected in classifier.predict(pictures):
        line = said(tmp_path / "small.v1.py", expected.path)
        assert line.startswith(f"class: {expected.label} prob: ")
        assert float(line.split()[-1]) == pytest.approx(expected.probability, abs=1e-3)


def test_the_best_class_of_a_map_and_its_window(pictures: list[Path], tmp_path: Path) -> None:
    info = replace(INSECTS, class_names=("background", "bees", "ants"))
    model = slim_network(3)
    with torch.no_grad():
        model.fc.bias[0] += 3  # the likeliest, which is nothing to be found
    dense = to_fully_convolutional(model, native_size=32)
    write_export(dense, info, tmp_path / "map.onnx")
    localizer = Localizer(model, info.class_names, info.preprocessing)
    for path in pictures:
        response = localizer.respond(load_image(path))
        best = response.best_class((1, 2))
        highest, x, y = response.peak(best)
        found = re.fullmatch(
            r"class: (\w+) prob: ([\d.]+) window: \[(\d+), (\d+), (\d+), (\d+)\]",
            said(tmp_path / "map.py", path),
        )
        assert found is not None and found[1] == info.class_names[best]
        assert float(found[2]) == pytest.approx(highest, abs=1e-3)
        left, top, right, bottom = (int(found[n]) for n in range(3, 7))
        assert (right - left, bottom - top) == (32, 32)
        assert abs((left + right) / 2 - x) <= 1 and abs((top + bottom) / 2 - y) <= 1


def test_a_mask_is_the_same(pictures: list[Path], tmp_path: Path) -> None:
    model = write_segmenter(tmp_path / "pixels.safetensors")
    write_export(model, SEGMENTER, tmp_path / "pixels.onnx")
    segmenter = Segmenter.from_checkpoint(tmp_path / "pixels.safetensors")
    for found in segmenter.predict(pictures):
        printed = said(tmp_path / "pixels.py", found.path, tmp_path / "mask.png")
        with Image.open(tmp_path / "mask.png") as mask:
            assert (np.asarray(mask) == found.classes).mean() > 0.999
        largest = found.areas[0]
        assert f"class: {largest.label} area: {largest.share:.3f}" in printed.splitlines()


def test_a_mask_of_torchvisions_network_is_nearly_the_same(
    pictures: list[Path], tmp_path: Path
) -> None:
    torch.manual_seed(0)
    model = lively(build_published("lraspp_mobilenet_v3_large", 3, 96))
    assert isinstance(model, PublishedSegmenter)
    pixels = PixelInfo((96, 96), shorter_side=96)
    info = WeightsInfo("lraspp_mobilenet_v3_large", ("a", "b", "c"), pixels=pixels)
    write_export(model, info, tmp_path / "pixels.onnx")
    for found in Segmenter(model, info.class_names).predict(pictures):
        said(tmp_path / "pixels.py", found.path, tmp_path / "mask.png")
        with Image.open(tmp_path / "mask.png") as mask:
            assert (np.asarray(mask) == found.classes).mean() > 0.98


def test_what_the_script_cannot_read_is_refused(tmp_path: Path) -> None:
    write_export(small_network(), INSECTS, tmp_path / "small.onnx")
    deep = Image.fromarray(np.full((50, 50), 30_000, np.uint16))
    outcome = run_alone(tmp_path / "small.py", save(tmp_path / "deep.png", deep))
    assert outcome.returncode == 1
    assert outcome.stderr.endswith("deep.png: has more than 8 bits a color; save it with 8\n")
    dense = to_fully_convolutional(small_network(), native_size=32)
    write_export(dense, INSECTS, tmp_path / "map.onnx")
    outcome = run_alone(tmp_path / "map.py", save(tmp_path / "a.png", noise(0, (31, 90))))
    assert outcome.stderr.endswith("a.png: this network needs 32 pixels each way\n")


@pytest.mark.parametrize("task", ["classification", "localization", "segmentation"])
def test_a_script_is_short_and_begins_with_its_mark(task: str) -> None:
    text = script_for(task, "name.py")
    assert text.startswith(MARK)
    assert max(map(len, text.splitlines())) <= 100
    statements = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    assert len(statements) <= 38


@pytest.mark.parametrize("name", ["a\\Nb.py", "a\\u12.py", 'q"""x.py', "a b.py"])
def test_every_name_of_a_file_may_stand_in_its_script(name: str) -> None:
    documented = ast.get_docstring(ast.parse(script_for("classification", name)))
    assert documented is not None and name in documented


@pytest.mark.parametrize("task", ["classification", "localization", "segmentation"])
def test_another_number_of_pictures_is_answered_with_the_usage(task: str) -> None:
    text = script_for(task, "name.py")
    assert f"len(sys.argv) != {3 if task == 'segmentation' else 2}" in text


def test_no_mask_replaces_the_picture_or_loses_its_numbers(tmp_path: Path) -> None:
    model = write_segmenter(tmp_path / "pixels.safetensors")
    write_export(model, SEGMENTER, tmp_path / "pixels.onnx")
    picture = save(tmp_path / "a.png", noise(0))
    (tmp_path / "link.png").symlink_to(picture)
    before = picture.read_bytes()
    for mask in (picture, tmp_path / "link.png", tmp_path / "mask.jpg", tmp_path / "mask"):
        outcome = run_alone(tmp_path / "pixels.py", picture, mask)
        assert outcome.returncode == 1
        assert "give another file for the mask, a .png" in outcome.stderr
    assert picture.read_bytes() == before
    assert not (tmp_path / "mask.jpg").exists()


def test_a_file_that_is_no_picture_is_named_in_a_line(tmp_path: Path) -> None:
    write_export(small_network(), INSECTS, tmp_path / "small.onnx")
    save(tmp_path / "whole.png", noise(0))
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:2000])
    (tmp_path / "text.jpg").write_text("text")
    for name in ("cut.png", "text.jpg", "missing.jpg", "."):
        outcome = run_alone(tmp_path / "small.py", tmp_path / name)
        assert outcome.returncode == 1
        assert outcome.stderr.startswith(f"{tmp_path / name}: cannot be read (")
        assert outcome.stderr.count("\n") == 1
