"""What is forbidden in a file is named, and the line that keeps its weights does so."""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torchvision
from torch import nn

from course_utils.errors import WeightsError
from course_utils.models.weights import load_safely, read_weights
from weight_files import Payload


class Own(nn.Module):
    """A network of a program's own."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(2, 2))
        self.helper = argparse.Namespace(network=self.inner)  # and a circle


class Trainer:
    """What a program may save whole."""

    def __init__(self) -> None:
        self.myself, self.model = self, Own()


def sentence_about(path: Path) -> str:
    with pytest.raises(WeightsError) as caught:
        load_safely(path)
    return str(caught.value)


def obey(text: str) -> None:
    """Do what an error proposes."""
    line = re.search(r"torch\.save\(.*\)$", text)
    assert line
    exec(line[0], {"torch": torch})


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
        ([3, nn.Linear(2, 2)], "torch.nn.modules.linear.Linear"),
        (Trainer(), "test_pickled_types.Own"),
        (
            {"best": torch.ones(1), "at": Path(), "net": {"a": torch.ones(2), "b": torch.ones(1)}},
            "pathlib.",
        ),
        ({"at": Path(), "best": torch.ones(1), "model": nn.Linear(2, 2)}, "whole network"),
        ({0: {"a": torch.ones(2)}, "at": Path()}, "pathlib."),
        ({"1": {"a": torch.ones(2)}, "at": Path()}, "pathlib."),
        ({"a": np.ones(2, np.float32), "b": np.ones(3, np.float32)}, "numpy"),
        ({"net": {"a": np.ones(2, np.float32)}, "at": Path()}, "numpy"),
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
    obey(text)
    tensors: dict[str, Any] = read_weights(tmp_path / "weights.pth")[0]
    assert all(isinstance(tensor, torch.Tensor) for tensor in tensors.values())
    assert len(tensors) in (1, 2)
    assert {name.rpartition(".")[2] for name in tensors} in ({"a"}, {"a", "b"}, {"weight", "bias"})


NETWORKS = {
    "resnet": lambda: torchvision.models.resnet18(num_classes=2),
    "DataParallel": lambda: nn.DataParallel(torchvision.models.resnet18(num_classes=2)),
    "own class": Own,
}


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("key", [None, "model"])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_whole_network_becomes_its_weights(
    name: str, key: str | None, legacy: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    network, path = NETWORKS[name](), tmp_path / "a.safetensors"
    content = network if key is None else {"epoch": 3, key: network}
    torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    text = sentence_about(path)
    assert "is or holds a whole network" in text
    assert (f"where Python can import {__name__}: torch" in text) == (name == "own class")
    obey(text)
    tensors = read_weights(tmp_path / "weights.pth")[0]
    assert tensors.keys() == network.state_dict().keys()


def test_a_class_of_the_main_program_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Own, "__module__", "__main__")
    monkeypatch.setattr(sys.modules["__main__"], "Own", Own, raising=False)
    torch.save(Own(), tmp_path / "a.pth")
    assert "its weights, in the program that defines Own: torch" in sentence_about(
        tmp_path / "a.pth"
    )


def test_nothing_in_a_file_is_called(tmp_path: Path) -> None:
    """Its classes are stubs; without weights among them there is nothing to propose."""
    torch.save([Payload(tmp_path / "executed"), {1, 2}], tmp_path / "a.pth")
    text = sentence_about(tmp_path / "a.pth")
    assert "code could run on loading: store the weights alone" in text
    assert not (tmp_path / "executed").exists()


@pytest.mark.filterwarnings("error")
def test_a_newer_pickle_is_named(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(2)}, tmp_path / "a.pth", pickle_protocol=4)
    assert "was written with a newer pickle protocol" in sentence_about(tmp_path / "a.pth")
