"""Plain networks: the layers of a residual network, without its shortcuts."""

from pathlib import Path

import pytest
import torch
from torch import nn

from commands import run_command
from course_utils.models import BasicBlock, PlainBlock
from course_utils.models.registry import build_classifier
from course_utils.models.weights import read_weights
from picture_files import picture_set


def layers_with_weights(model: nn.Module) -> list[str]:
    """Names of those on the main path."""
    return [
        name
        for name, module in model.named_modules()
        if isinstance(module, nn.Conv2d | nn.Linear) and "downsample" not in name
    ]


@pytest.mark.parametrize("depth", [10, 18, 34])
def test_a_plain_network_has_the_layers_of_its_partner(depth: int) -> None:
    with torch.device("meta"):
        plain, residual = (build_classifier(f"{kind}{depth}", 5) for kind in ("plain", "resnet"))
    kinds = [{type(m) for m in model.modules()} for model in (plain, residual)]
    assert [kind & {PlainBlock, BasicBlock} for kind in kinds] == [{PlainBlock}, {BasicBlock}]
    assert layers_with_weights(plain) == layers_with_weights(residual)
    assert len(layers_with_weights(plain)) == depth
    theirs = residual.state_dict()
    shared = [name for name in theirs if "downsample" not in name]
    assert {n: w.shape for n, w in plain.state_dict().items()} == {
        name: theirs[name].shape for name in shared
    }


def test_the_command_line_trains_a_plain_network(tmp_path: Path) -> None:
    data, out = picture_set(tmp_path / "set"), tmp_path / "run"
    options = ("--model", "plain34", "--stem-width", "4", "--image-size", "64", "--epochs", "1")
    outcome = run_command("train", "classifier", "--data", data, "--out", out, *options)
    assert (outcome.status, outcome.err) == (0, "")
    weights, info = read_weights(out / "weights.safetensors")
    assert info is not None
    assert (info.architecture, info.stem_width) == ("plain34", 4)
    assert not [name for name in weights if "downsample" in name]
