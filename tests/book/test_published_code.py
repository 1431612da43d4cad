"""The page *Published code → today*: its facts are true of the installed versions."""

import importlib
import io
import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from torch import nn

from course_utils.analysis import count_parameters

PAGE = Path(__file__).resolve().parents[2] / "book" / "appendix" / "published_code.md"
BLOCKS = re.findall(
    r"^```\{code-block\} python\n:class: today\n\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S
)
SECTIONS = re.findall(r"^## (.*)$", PAGE.read_text("utf-8"), re.MULTILINE)


def test_every_section_says_what_to_write_now() -> None:
    assert len(BLOCKS) == len(SECTIONS) == 10


def run(section: str) -> dict[str, Any]:
    """Run the code of one section, and return the names that it defines."""
    names: dict[str, Any] = {}
    exec(compile(BLOCKS[SECTIONS.index(section)], "<page>", "exec"), names)
    return names


@pytest.fixture
def red_bee(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder in which the code runs holds a red picture ``bee.jpg``."""
    Image.new("RGB", (4, 3), (255, 0, 0)).save(tmp_path / "bee.jpg")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("red_bee")
@pytest.mark.parametrize("section", SECTIONS)
def test_what_to_write_now_runs(section: str) -> None:
    assert run(section)


@pytest.mark.usefixtures("red_bee")
def test_pillow_reads_red_first() -> None:
    red, green, blue = np.array(run("BGR from OpenCV")["image"])[0, 0].tolist()
    assert red > 200 and max(green, blue) < 50


def test_the_network_of_layers_gives_the_classifiers_logits() -> None:
    names = run("`_forward_impl` overridden")
    model, network = names["model"].eval(), names["network"].eval()
    with torch.inference_mode():
        square = torch.rand(1, 3, 224, 224)
        torch.testing.assert_close(network(square).flatten(1), model(square))
        assert network(torch.rand(1, 3, 256, 320)).shape == (1, 1000, 2, 4)


def test_a_file_that_is_trusted_becomes_one_of_tensors() -> None:
    file, tensors = io.BytesIO(), io.BytesIO()
    torch.save(nn.Linear(2, 3), file)
    file.seek(0)
    torch.save(torch.load(file, weights_only=False).state_dict(), tensors)
    tensors.seek(0)
    assert list(torch.load(tensors, weights_only=True)) == ["weight", "bias"]


def test_pretrained_only_warns() -> None:
    with pytest.warns(UserWarning, match="'pretrained' is deprecated since 0.13"):
        torchvision.models.squeezenet1_1(pretrained=False)


def test_model_urls_is_gone() -> None:
    assert not hasattr(importlib.import_module("torchvision.models.resnet"), "model_urls")


def test_the_private_method_is_still_called() -> None:
    class Override(torchvision.models.ResNet):
        def _forward_impl(self, x: torch.Tensor) -> torch.Tensor:
            return x

    with torch.device("meta"):
        model = Override(torchvision.models.resnet.BasicBlock, [1, 1, 1, 1])
    assert model(torch.zeros(1, 2)).shape == (1, 2)


def test_a_pickled_network_is_refused() -> None:
    file = io.BytesIO()
    torch.save(nn.Linear(2, 3), file)
    file.seek(0)
    with pytest.raises(pickle.UnpicklingError, match="weights_only"):
        torch.load(file)


@pytest.mark.skipif(torch.cuda.is_available(), reason="with a GPU the list is not empty")
def test_without_a_gpu_the_list_of_devices_is_empty() -> None:
    d2l = importlib.import_module("d2l.torch")
    assert d2l.try_all_gpus() == []
    assert "or [cpu(),] if no GPU exists" in d2l.try_all_gpus.__doc__
    with pytest.raises(IndexError, match="list index out of range"):
        d2l.train_ch13(nn.Linear(2, 2), [0] * 5, [], None, None, 1, d2l.try_all_gpus())


def test_the_published_loop_loses_three_of_83() -> None:
    kept = [i for batch in range(83 // 8) for i in range(83)[batch * 8 : (batch + 1) * 8]]
    assert len(kept) == 80


def test_a_pooling_moves_by_its_kernel() -> None:
    assert nn.AvgPool2d(7).stride == 7
    assert nn.AvgPool2d((7, 7)).stride == (7, 7)
    with torch.device("meta"):
        features = torch.empty(1, 512, 13, 32)
    assert nn.AvgPool2d((7, 7))(features).shape[2:] == (1, 4)
    assert nn.AvgPool2d(7, stride=1)(features).shape[2:] == (7, 26)


def test_the_left_over_layer_is_counted() -> None:
    with torch.device("meta"):
        model = torchvision.models.resnet18()
        before = count_parameters(model)
        model.last_conv = nn.Conv2d(512, 1000, 1)
        assert (before, count_parameters(model)) == (11_689_512, 12_202_512)
        del model.fc
        assert count_parameters(model) == before


def test_void_becomes_background() -> None:
    d2l = importlib.import_module("d2l.torch")
    void = torch.tensor([224, 224, 192], dtype=torch.uint8).view(3, 1, 1)
    assert d2l.voc_label_indices(void, d2l.voc_colormap2label()).tolist() == [[0]]
    assert not [color for color in d2l.VOC_COLORMAP if np.array_equal(color, [224, 224, 192])]
