"""The network that an argument of ``layers`` and ``compare`` names."""

import shutil
from pathlib import Path

import pytest
import torch

from course_utils.cli.networks import find_network, shape_text
from course_utils.errors import CourseError, WeightsError
from course_utils.models.pretrained import load_classifier


@pytest.mark.parametrize(
    ("name", "side"), [("squeezenet1_1", 224), ("inception_v3", 299), ("resnet10", 224)]
)
def test_a_classifier_and_the_size_it_is_made_for(name: str, side: int) -> None:
    with torch.device("meta"):
        network, shape = find_network(name)
    assert shape == (3, side, side)
    assert not network.training


def test_weights_are_named_by_name_by_file_and_by_folder(
    embedded: Path, small_weights: Path, tmp_path: Path
) -> None:
    shutil.copy(small_weights, tmp_path / "weights.safetensors")
    expected = load_classifier(small_weights)[0].state_dict()
    for name in ("insects-resnet18", str(small_weights), str(tmp_path)):
        network, shape = find_network(name)
        assert shape == (3, 32, 32)
        assert all(torch.equal(expected[key], value) for key, value in network.state_dict().items())


def test_a_network_goes_before_a_folder_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "squeezenet1_1").mkdir()
    monkeypatch.chdir(tmp_path)
    with torch.device("meta"):
        assert find_network("squeezenet1_1")[1] == (3, 224, 224)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("squeezenet", "'squeezenet' is unknown: did you mean squeezenet1"),
        ("none.safetensors", "there is no such weights file"),
    ],
)
def test_what_names_no_network_is_refused(name: str, reason: str) -> None:
    with pytest.raises(CourseError, match=reason):
        find_network(name)


def test_a_file_that_names_no_network_is_refused(tmp_path: Path) -> None:
    torch.save({"fc.weight": torch.ones(2, 2)}, tmp_path / "a.ckpt")
    with pytest.raises(CourseError, match=r"a\.ckpt: does not say for which network: give the"):
        find_network(str(tmp_path / "a.ckpt"))


def test_a_shape_is_written_as_the_command_line_takes_it() -> None:
    assert shape_text((3, 387, 1024)) == "3x387x1024"


def test_what_can_only_be_weights_is_looked_for_among_weights() -> None:
    with pytest.raises(WeightsError, match=r"missing\.pth: there is no such"):
        find_network("missing.pth")
    with pytest.raises(WeightsError, match=r"weights 'ResNet18_Weights\.NO_V1' are unknown"):
        find_network("ResNet18_Weights.NO_V1")
