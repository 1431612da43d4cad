"""``course-utils export``, and ``--engine onnxruntime``: what users type."""

import csv
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from PIL import Image

from commands import Outcome, run_command
from course_utils import runtime
from course_utils.models.registry import build_classifier
from exported_files import said
from picture_files import noise, save
from weight_files import write_segmenter


def export(*words: str | Path) -> Outcome:
    return run_command("export", *words)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return save(tmp_path / "in" / "bee.png", noise(1, (70, 90)))


def test_a_classifier_and_its_script_say_what_predict_says(
    small_weights: Path, photo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out" / "small.onnx"
    output.parent.mkdir()
    outcome = export(small_weights, "--output", output)
    script = output.with_suffix(".py")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == f"written: {output}, and {script}, which runs it\n"
    predicted = run_command("predict", photo, "--weights", small_weights).out
    assert predicted == f"image: {photo} {said(script, photo)}\n"
    again = export(small_weights, "--output", output)
    assert again.status == 0
    assert sorted(path.name for path in output.parent.iterdir()) == ["small.onnx", "small.py"]


def test_its_fully_convolutional_form(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    output = tmp_path / "map.onnx"
    assert export(small_weights, "--output", output, "--fully-convolutional").status == 0
    words = said(tmp_path / "map.py", photo).split()
    found = run_command("locate", photo, "--weights", small_weights, "--format", "json")
    place = json.loads(found.lines[0])
    assert words[1] == place["label"]
    assert float(words[3]) == pytest.approx(place["score"], abs=1e-3)


def test_a_network_for_pixels(photo: Path, tmp_path: Path) -> None:
    write_segmenter(tmp_path / "pixels.safetensors")
    output = tmp_path / "pixels.onnx"
    assert export(tmp_path / "pixels.safetensors", "--output", output).status == 0
    said(tmp_path / "pixels.py", photo, tmp_path / "mask.png")
    weights = tmp_path / "pixels.safetensors"
    for engine in ("torch", "onnxruntime"):
        words = ("--output", tmp_path / engine, "--engine", engine)
        assert run_command("segment", photo, "--weights", weights, *words).status == 0
        masks = tmp_path / "mask.png", tmp_path / engine / "masks" / "bee.png"
        ours, theirs = (np.asarray(Image.open(path)) for path in masks)
        assert (ours == theirs).mean() > 0.999
    outcome = export(weights, "--output", output, "--fully-convolutional")
    assert outcome.status == 2
    assert "take any size: leave --fully-convolutional out" in outcome.err


def test_other_programs_weights_need_their_network_and_names(tmp_path: Path) -> None:
    model = build_classifier("squeezenet1_1", 2)
    torch.save(model.state_dict(), tmp_path / "w.pth")
    words = (tmp_path / "w.pth", "--output", tmp_path / "a.onnx")
    assert "give --model NAME" in export(*words).err
    (tmp_path / "names.txt").write_text("ants\nbees\n")
    more = ("--model", "squeezenet1_1", "--classes", tmp_path / "names.txt")
    assert export(*words, *more).status == 0
    (about,) = (
        json.loads(prop.value)
        for prop in onnx.load(tmp_path / "a.onnx").metadata_props
        if prop.key == "class_names"
    )
    assert about == ["ants", "bees"]


def test_places_where_nothing_is_written(small_weights: Path, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('mine')\n")
    (tmp_path / "folder.onnx").mkdir()
    for output, sentence in (
        (tmp_path / "a.pth", "give a file that ends in .onnx"),
        (tmp_path / "train.onnx", "train.py: would be replaced"),
        (tmp_path / "folder.onnx", "it is a folder"),
        (small_weights / "a.onnx", "cannot be written"),
    ):
        outcome = export(small_weights, "--output", output)
        assert outcome.status == 1
        assert sentence in outcome.err
    assert (tmp_path / "train.py").read_text() == "print('mine')\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.onnx", "train.py"]


def test_the_input_is_not_replaced(small_weights: Path, tmp_path: Path) -> None:
    twin = tmp_path / "w.onnx"
    twin.symlink_to(small_weights)
    outcome = export(twin, "--output", twin)
    assert outcome.status == 1
    assert "is one of the files to be read" in outcome.err


@pytest.mark.parametrize("command", ["predict", "locate"])
def test_the_engines_say_the_same(command: str, small_weights: Path, photos: Path) -> None:
    words = (command, photos, "--weights", small_weights)
    more = ("--format", "csv", "--top-k", "2") if command == "predict" else ("--upscale",)
    one, two = (run_command(*words, *more, "--engine", e) for e in ("torch", "onnxruntime"))
    assert (one.status, two.status, two.err) == (0, 0, one.err)
    if command == "locate":
        assert one.out == two.out
        return
    for a, b in zip(csv.DictReader(one.lines), csv.DictReader(two.lines), strict=True):
        assert (a["path"], a["label"]) == (b["path"], b["label"])
        assert float(a["probability"]) == pytest.approx(float(b["probability"]), abs=1e-4)


def commands(photo: Path, tmp_path: Path) -> list[tuple[str | Path, ...]]:
    by_onnx = ("--engine", "onnxruntime")
    return [
        ("predict", photo, *by_onnx),
        ("locate", photo, *by_onnx),
        ("segment", photo, "--output", tmp_path / "out", *by_onnx),
    ]


def test_what_is_not_installed_is_said_with_the_command(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = runtime.find_spec
    monkeypatch.setattr(
        runtime, "find_spec", lambda name: None if name == "onnxruntime" else there(name)
    )
    exporting = ("export", "insects-resnet18", "--output", tmp_path / "a.onnx")
    for words in (*commands(photo, tmp_path), exporting):
        outcome = run_command(*words)
        assert outcome.status == 1
        assert "onnxruntime cannot be found: pip install onnx onnxruntime" in outcome.err
    assert not (tmp_path / "out").exists()


def test_it_computes_in_float32_alone(photo: Path, tmp_path: Path) -> None:
    for words in commands(photo, tmp_path):
        outcome = run_command(*words, "--precision", "bf16")
        assert outcome.status == 1
        assert "in fp32, not in bf16" in outcome.err


def test_auto_is_the_cpu_where_onnxruntime_computes(
    small_weights: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime.torch.cuda, "is_available", lambda: True)
    words = ("predict", photo, "--weights", small_weights, "--engine", "onnxruntime")
    assert run_command(*words).status == 0
    outcome = run_command(*words, "--device", "cuda")
    assert outcome.status == 1
    assert "computes on the CPU, not on cuda" in outcome.err
