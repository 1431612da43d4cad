"""``course-utils segment`` and ``evaluate`` with torchvision's networks for pixels."""

import json
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional as F
from torchvision.transforms.functional import pil_to_tensor

from commands import run_command
from course_utils.data.voc_layout import VOC_CLASSES
from hub_files import in_hub
from picture_files import noise, save
from voc_files import voc_set

NAME = "lraspp_mobilenet_v3_large"


@torch.inference_mode()
def test_a_mask_is_that_of_torchvisions_network(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    network, weights, local = in_hub(NAME, tmp_path)
    path = save(tmp_path / "in" / "a.png", noise(1, (90, 60)))
    with patch.object(weights, "_value_", local):
        outcome = run_command("segment", path, "--weights", weights, "--output", tmp_path / "o")
    assert (outcome.status, outcome.err) == (0, "")
    content = json.loads((tmp_path / "o" / "areas.json").read_text())
    assert content["classes"] == list(VOC_CLASSES)
    with Image.open(path) as picture:
        prepared = weights.transforms()(pil_to_tensor(picture.convert("RGB")))[None]
    logits = F.interpolate(network(prepared)["out"], (60, 90), mode="bilinear")
    with Image.open(tmp_path / "o" / "masks" / "a.png") as mask:
        assert (np.asarray(mask) == logits[0].argmax(0).numpy()).mean() > 0.99


def test_a_network_is_measured_on_a_set_with_the_same_classes(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    _, weights, local = in_hub(NAME, tmp_path)
    data = voc_set(tmp_path / "set")
    with patch.object(weights, "_value_", local):
        other = run_command("evaluate", "--data", data, "--weights", weights)
        (data / "classes.txt").unlink()
        outcome = run_command("evaluate", "--data", data, "--weights", weights)
    assert other.status == 1
    assert "but the weights have background, aeroplane, bicycle" in other.err
    assert (outcome.status, outcome.err) == (0, "")
    assert any(line.startswith("pixel accuracy ") for line in outcome.lines)
