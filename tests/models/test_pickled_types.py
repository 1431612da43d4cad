"""What is forbidden in a file is named, and the line that keeps its weights does so."""

import argparse
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from course_utils.errors import WeightsError
from course_utils.models.weights import load_safely, read_weights


def sentence_about(path: Path) -> str:
    with pytest.raises(WeightsError) as caught:
        load_safely(path)
    return str(caught.value)


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({"state_dict": {"a": torch.ones(2)}, "args": argparse.Namespace()}, "argparse.Namespace"),
        ({"a": torch.ones(2), "from": Path()}, "pathlib."),
        ({"at": Path(), "n": 3, "any key": {"a": torch.ones(2)}}, "pathlib."),
        ({"args": argparse.Namespace(m={"x": 1}), "w": {"a": torch.ones(2)}}, "argparse."),
        (nn.Linear(2, 2), "torch.nn.modules.linear.Linear"),
        ({"net": nn.Linear(2, 2), "epoch": 1}, "torch.nn.modules.linear.Linear"),
    ],
)
def test_the_line_that_is_proposed_keeps_the_weights(
    content: object, name: str, legacy: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.pth"
    torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    text = sentence_about(path)
    assert name in text
    assert "code could run on loading" in text
    line = re.search(r"torch\.save\(.*\)$", text)
    assert line
    exec(line[0], {"torch": torch})
    tensors: dict[str, Any] = read_weights(tmp_path / "weights.pth")[0]
    assert all(isinstance(tensor, torch.Tensor) for tensor in tensors.values())
    assert len(tensors) in (1, 2)


@pytest.mark.filterwarnings("error")
def test_a_newer_pickle_is_named(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(2)}, tmp_path / "a.pth", pickle_protocol=4)
    assert "was written with a newer pickle protocol" in sentence_about(tmp_path / "a.pth")
