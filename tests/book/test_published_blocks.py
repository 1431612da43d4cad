"""The page *Published code → today*: what it writes solves what the old lines were for."""

import importlib
import json
import re

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision import transforms

from course_utils.analysis import count_parameters
from published_lines import (
    ROOT,
    SECTIONS,
    d2l,
    old,
    ones,
    today,
    training_with_d2l,
    weights,
)

pytestmark = pytest.mark.usefixtures("files_of_the_page")

# What complains: the block does what the old line was for.


def test_lanczos() -> None:
    assert today("antialias")["small"].size == (9, 9)


def test_labels_and_pixels_have_the_sizes_that_pytorch_wants() -> None:
    names = today("np-int")
    assert (names["labels"].dtype, names["pixels"].dtype) == (torch.int64, torch.float32)
    assert F.cross_entropy(torch.zeros(3, 3), names["labels"]) > 0
    assert nn.Linear(3, 2)(names["pixels"]).shape == (1, 2)


def test_next_gives_the_first_batch() -> None:
    names = today("dataiter-next")
    assert names["images"].shape == (4, 3, 4, 4)
    assert names["labels"].tolist() == [0, 1, 2, 3]


def test_with_workers_the_message_has_another_name() -> None:
    assert "`_MultiProcessingDataLoaderIter`" in SECTIONS["dataiter-next"]
    many = importlib.import_module("torch.utils.data.dataloader")._MultiProcessingDataLoaderIter
    assert not hasattr(many, "next")


def test_item_gives_a_number() -> None:
    total = today("loss-data")["running_loss"]
    assert isinstance(total, float) and total == pytest.approx(np.log(2))


def test_resize_and_the_random_crop() -> None:
    names = today("scale")
    assert names["picture"].size == names["part"].size == (224, 224)
    assert transforms.Resize(256)(names["image"]).size[1] == 256  # the shorter side
    assert not hasattr(transforms, "RandomSizedCrop")


def test_weights_know_their_address_and_load_themselves() -> None:
    names = today("model-urls")
    assert names["url"].startswith("https://download.pytorch.org/models/resnet18-")
    torchvision.models.resnet18().load_state_dict(names["state_dict"])


def test_what_stands_for_the_private_modules() -> None:
    names = today("private-modules")
    assert names["is_text"] and names["is_number"] and names["is_mapping"]
    assert names["gray"].shape == (1, 4, 4)


def test_the_rate_is_printed_when_it_falls(capsys: pytest.CaptureFixture[str]) -> None:
    today("verbose")
    assert capsys.readouterr().out == "epoch 3: rate 0.01\n"


def test_a_pickled_network_becomes_a_file_of_tensors() -> None:
    names = today("torch-load")
    torch.testing.assert_close(names["model"].weight, ones().weight)
    assert list(torch.load("model.pt", weights_only=True)) == ["weight", "bias"]


def test_d2l_trains_without_a_gpu(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = d2l()
    assert "or [cpu(),] if no GPU exists" in package.try_all_gpus.__doc__
    if not torch.cuda.is_available():
        assert package.try_all_gpus() == []
    devices = today("try-all-gpus")["devices"]
    monkeypatch.setattr(package, "Animator", lambda **_: type("Plot", (), {"add": print})())
    names = training_with_d2l(devices)
    before = names["net"].weight.detach().clone()
    package.train_ch13(*(names[n] for n in ("net", "data", "data", "loss", "trainer")), 1, devices)
    assert "examples/sec" in capsys.readouterr().out
    assert not torch.equal(names["net"].weight.detach().cpu(), before)


def test_named_weights_bring_their_preprocessing_and_names() -> None:
    names = today("pretrained")
    assert len(names["class_names"]) == 1000
    assert names["preprocess"](Image.open("bee.jpg")).shape == (3, 224, 224)
    torch.testing.assert_close(names["model"].fc.weight.data, weights()["fc.weight"])


def test_a_step_in_half_precision() -> None:
    names = today("cuda-amp")
    assert names["logits"].dtype == names["half"]
    assert names["model"].weight.dtype == torch.float32
    assert not torch.equal(names["model"].weight.data, names["before"])


def test_volatile_keeps_the_graph_and_no_grad_does_not() -> None:
    assert old("volatile")["logits"].requires_grad
    assert not today("volatile")["logits"].requires_grad


def test_a_scheduler_that_steps_first_skips_the_first_rate() -> None:
    assert old("step-first")["rates"].count(0.1) == 6
    assert today("step-first")["rates"].count(0.1) == 7


# What says nothing.


def test_what_antialiasing_changes() -> None:
    names = today("resize")
    assert names["image"].size == (1024, 387) and "387×1024 pixels" in SECTIONS["resize"]
    assert names["from_picture"].shape[1] == 96
    assert torch.equal(old("resize")["small"], names["from_tensor"])  # today's default

    new, before = (
        (names[name].float() - names["from_picture"].float()).abs()
        for name in ("from_tensor", "before_017")
    )
    assert new.max() <= 1 and "by 1 step of 255" in SECTIONS["resize"]
    mean, largest = map(float, re.findall(r"4\.4|89", SECTIONS["resize"]))
    assert float(before.mean()) == pytest.approx(mean, abs=0.05)
    assert float(before.max()) == pytest.approx(
        largest, abs=2
    )  # files are read a little differently


def test_no_batch_is_lost() -> None:
    assert sum(map(len, old("last-batch")["batches"])) == 83 - 3
    names = today("last-batch")
    assert [path for batch in names["batches"] for path in batch] == names["paths"]


def test_red_comes_first() -> None:
    names = today("bgr")
    assert names["bgr"][0, 0].argmax() == 2 and names["rgb"][0, 0].argmax() == 0
    assert names["tensor"].shape == (3, 280, 320) and names["tensor"][0].float().mean() > 200
    with pytest.raises(
        ValueError, match="At least one stride in the given numpy array is negative"
    ):
        torch.from_numpy(names["bgr"][..., ::-1])


def test_what_exchanged_colors_cost_is_the_chapters_number() -> None:
    cells = json.loads((ROOT / "book/pipeline/inference.ipynb").read_text("utf-8"))["cells"]
    printed = "".join(
        "".join(output.get("data", {}).get("text/plain", ""))
        for cell in cells
        for output in cell.get("outputs", [])
    )
    (right,) = re.findall(r"as in training +(0\.\d\d),", printed)
    (exchanged,) = re.findall(r"BGR, not RGB +(0\.\d\d),", printed)
    assert f"{right} to {exchanged}" in " ".join(SECTIONS["bgr"].split())


def test_a_pooling_moves_by_its_kernel() -> None:
    names = today("pooling-stride")
    assert old("pooling-stride")["pool"](names["features"]).shape[2:] == (1, 4)
    assert names["pooled"].shape[2:] == (7, 26)


def test_the_left_over_layer_is_counted_and_goes() -> None:
    with torch.device("meta"):  # counts without numbers
        held = count_parameters(old("left-over-fc")["FullyConvolutionalResnet18"]())
        bare = torchvision.models.resnet18()
        used = count_parameters(bare)
        assert f"{held:,}" in SECTIONS["left-over-fc"] and f"{used:,}" in SECTIONS["left-over-fc"]
        assert held - used == 513_000
        del bare.fc
        with pytest.raises(AttributeError, match="'ResNet' object has no attribute 'fc'"):
            bare(torch.zeros(1, 3, 224, 224))
    names = today("left-over-fc")
    assert count_parameters(names["network"]) == used
    assert_answers_as(names["model"], names["network"])


def assert_answers_as(model: nn.Module, network: nn.Module) -> None:
    """The classifier's own logits for its own size, and a map of answers for another."""
    picture = torch.rand(1, 3, 224, 224)
    with torch.inference_mode():
        torch.testing.assert_close(network.eval()(picture).flatten(1), model.eval()(picture))
        assert network(torch.rand(1, 3, 256, 320)).shape == (1, 1000, 2, 4)


def test_a_private_method_may_never_be_called() -> None:
    with torch.device("meta"):
        network = old("forward-impl")["FullyConvolutional"](torchvision.models.vgg11().features)
        assert network(torch.zeros(1, 3, 224, 224)).shape == (1, 1000)  # not its features

        class Override(torchvision.models.ResNet):
            def _forward_impl(self, x: Tensor) -> Tensor:
                return x

        model = Override(torchvision.models.resnet.BasicBlock, [1, 1, 1, 1])
        assert model(torch.zeros(1, 2)).shape == (1, 2)
    names = today("forward-impl")
    assert_answers_as(names["model"], names["network"])


def test_void_is_ignored() -> None:
    assert old("void")["label"].tolist() == [[15, 0]]  # background
    names = today("void")
    assert names["label"].tolist() == [[[15, 255]]]
    person, void = names["logits"].grad[0, :, 0].T
    assert person.any() and not void.any()


def test_the_layer_table_and_what_the_network_holds(capsys: pytest.CaptureFixture[str]) -> None:
    names = today("torchsummary")
    assert names["in_table"] == names["held"] == 11_689_512
    assert "Total params: 11,689,512" in capsys.readouterr().out
