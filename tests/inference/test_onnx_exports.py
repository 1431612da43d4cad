"""An exported file says how to use it, and comes with its script or not at all."""

import json
from dataclasses import asdict
from pathlib import Path

import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from course_utils.errors import CourseError
from course_utils.inference import onnx_exports
from course_utils.inference.onnx_exports import write_export
from course_utils.models import to_fully_convolutional
from exported_files import said
from picture_files import noise, save
from weight_files import INSECTS, SEGMENTER, SMALL, small_network, write_segmenter


def metadata(path: Path) -> dict[str, object]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    texts = {prop.key: prop.value for prop in model.metadata_props}
    words = ("task", "architecture", "output")
    return {key: one if key in words else json.loads(one) for key, one in texts.items()}


def shapes(path: Path) -> list[list[object]]:
    session = onnxruntime.InferenceSession(path)
    return [one.shape for one in (*session.get_inputs(), *session.get_outputs())]


def test_a_classifier(tmp_path: Path) -> None:
    path = tmp_path / "small.onnx"
    write_export(small_network(), INSECTS, path)
    assert metadata(path) == {
        "architecture": "resnet18",
        "task": "classification",
        "class_names": ["ants", "bees"],
        "preprocessing": json.loads(json.dumps(asdict(SMALL))),
        "output": "logits (n, classes): softmax gives probabilities",
    }
    assert shapes(path) == [["n", 3, 32, 32], ["n", 2]]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["small.onnx", "small.py"]


def test_a_fully_convolutional_one(tmp_path: Path) -> None:
    path = tmp_path / "map.onnx"
    write_export(to_fully_convolutional(small_network(), native_size=32), INSECTS, path)
    found = metadata(path)
    assert (found["task"], found["window"]) == ("localization", {"size": 32, "stride": 32})
    steps = found["preprocessing"]
    assert isinstance(steps, dict) and (steps["resize"], steps["crop"]) == (None, None)
    assert shapes(path) == [["n", 3, "height", "width"], ["n", 2, "rows", "columns"]]


def test_a_network_for_pixels(tmp_path: Path) -> None:
    path = tmp_path / "pixels.onnx"
    write_export(write_segmenter(tmp_path / "w.safetensors"), SEGMENTER, path)
    found = metadata(path)
    assert (found["task"], found["class_names"]) == ("segmentation", list(SEGMENTER.class_names))
    assert shapes(path)[0] == ["n", 3, "height", "width"]


def test_large_weights_lie_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_exports, "LARGEST", 10_000)
    path = tmp_path / "small.onnx"
    write_export(small_network(), INSECTS, path)
    assert path.with_name("small.onnx.data").stat().st_size > path.stat().st_size
    onnx.checker.check_model(str(path), full_check=True)
    assert said(tmp_path / "small.py", save(tmp_path / "a.png", noise(0))).startswith("class: ")


class Unknown(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = torch.special.bessel_j0(x).mean((2, 3))
        return answer


def test_both_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CourseError, match="cannot be exported"):
        write_export(Unknown(), INSECTS, tmp_path / "a.onnx")
    assert not list(tmp_path.iterdir())
    write_export(small_network(), INSECTS, tmp_path / "a.onnx")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(task: str, name: str) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(onnx_exports, "script_for", full)
    with pytest.raises(OSError, match="No space"):
        write_export(small_network(2).float(), INSECTS, tmp_path / "a.onnx")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
