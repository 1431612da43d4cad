"""The page *Published code → today*: old lines do what it says, and what it writes solves it."""

import importlib
import json
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset
from torchvision import transforms
from torchvision.transforms.functional import pil_to_tensor

from course_utils.analysis import count_parameters
from course_utils.data import dataset_path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "book" / "appendix" / "published_code.md").read_text("utf-8")
PARTS = re.split(r"^\(([a-z-]+)\)=\n### ", TEXT, flags=re.MULTILINE)
SECTIONS = dict(zip(PARTS[1::2], PARTS[2::2], strict=True))

Names = dict[str, Any]


def blocks(label: str, kind: str) -> list[str]:
    """The blocks of a section: ``old`` lines, the ``message`` of each, what to write ``today``."""
    fence = "python\n" if kind == "old" else rf"{{code-block}} \w+\n:class: {kind}\n\n"
    return re.findall(rf"^```{fence}(.*?)^```", SECTIONS[label], re.MULTILINE | re.DOTALL)


COMPLAINING = [label for label in SECTIONS if blocks(label, "message")]
OLDER = any(
    [int(n) for n in version(name).split(".")[:2]] < [int(n) for n in told.split(".")]
    for name, told in {
        "torch": re.findall(r"those of PyTorch ([\d.]+\d)", TEXT)[0],
        "torchvision": re.findall(r"torchvision ([\d.]+\d), NumPy", TEXT)[0],
        "numpy": re.findall(r"NumPy ([\d.]+\d) and Pillow", TEXT)[0],
        "pillow": re.findall(r"and Pillow (\d+)", TEXT)[0],
    }.items()
)


def run(code: str, names: Names) -> list[str]:
    """Run code, and return what it complains about: its warnings, or the error it ends with."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            exec(compile(code, "<page>", "exec"), names)
        except Exception as error:
            return [plain(error)]
    return [plain(warning.message) for warning in given]


def plain(trouble: Warning | Exception | str) -> str:
    """The kind and the text of an error or a warning, in one line and without bold letters."""
    return " ".join(re.sub("\x1b\\[[0-9]*m", "", f"{type(trouble).__name__}: {trouble}").split())


@cache
def weights() -> dict[str, Tensor]:
    """Numbers that stand for downloaded ones."""
    numbers: dict[str, Tensor] = torchvision.models.resnet18().state_dict()
    return numbers


def load_weights(url: str, **options: object) -> dict[str, Tensor]:
    """In place of a download."""
    assert url.endswith(".pth") and options["check_hash"]
    return weights()


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the files that the blocks read; nothing is downloaded."""
    Image.new("RGB", (320, 280), (255, 0, 0)).save(tmp_path / "bee.jpg")
    shutil.copy(dataset_path("panorama") / "panorama.jpg", tmp_path)
    voc_mask().save(tmp_path / "mask.png")
    torch.save(ones(), tmp_path / "model.pkl")
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", load_weights)
    monkeypatch.chdir(tmp_path)


def ones() -> nn.Linear:
    model = nn.Linear(2, 3)
    nn.init.ones_(model.weight)
    return model


def voc_mask() -> Image.Image:
    """Two pixels as Pascal VOC stores them: a person, and void."""
    mask = Image.new("P", (2, 1))
    palette = [0] * 768
    palette[45:48], palette[765:768] = (192, 128, 128), (224, 224, 192)
    mask.putpalette(palette)
    mask.putdata([15, 255])
    return mask


def d2l() -> Any:
    return importlib.import_module("d2l.torch")


def loader() -> DataLoader[tuple[Tensor, ...]]:
    return DataLoader(TensorDataset(torch.rand(8, 3), torch.arange(8)), batch_size=4)


def stepwise() -> Names:
    """An optimizer, its scheduler, and a training of one step an epoch."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=7)
    return {
        "optimizer": optimizer,
        "scheduler": scheduler,
        "ReduceLROnPlateau": torch.optim.lr_scheduler.ReduceLROnPlateau,
        "rates": [],
        "train": lambda optimizer: optimizer.step(),
    }


def training_with_d2l(devices: list[torch.device] | None = None) -> Names:
    net = nn.Linear(3, 8)
    trainer = torch.optim.SGD(net.parameters(), lr=0.1)
    data = TensorDataset(torch.rand(20, 3), torch.arange(20) % 8)
    loss = nn.CrossEntropyLoss(reduction="none")
    names = {"d2l": d2l(), "net": net, "data": DataLoader(data, batch_size=4), "loss": loss}
    return names | {"trainer": trainer, "devices": devices}


def small() -> Names:
    images, labels = torch.ones(3, 4), torch.tensor([0, 1, 1])
    return {"torch": torch, "F": F, "model": nn.Linear(4, 2), "images": images, "labels": labels}


def colors() -> Names:
    seen = pil_to_tensor(voc_mask().convert("RGB"))
    return {"d2l": d2l(), "F": F, "colors": seen, "logits": torch.zeros(1, 21, 1, 2)}


# What the old lines of a section find.
BEFORE: dict[str, Callable[[], Names]] = {
    "antialias": lambda: {"Image": Image, "image": Image.open("bee.jpg")},
    "np-int": lambda: {"np": np, "labels": np.zeros(3)},
    "dataiter-next": lambda: {"trainloader": loader()},
    "loss-data": lambda: {"running_loss": 0.0, "loss": torch.tensor(1.0)},
    "scale": lambda: {"transforms": transforms},
    "model-urls": dict,
    "private-modules": dict,
    "verbose": stepwise,
    "torch-load": lambda: {"torch": torch},
    "try-all-gpus": training_with_d2l,
    "pretrained": lambda: {"resnet18": torchvision.models.resnet18},
    "cuda-amp": small,
    "volatile": lambda: small() | {"Variable": torch.autograd.Variable},
    "step-first": stepwise,
    "resize": lambda: {
        "transforms": transforms,
        "pil_to_tensor": pil_to_tensor,
        "image": Image.open("panorama.jpg"),
    },
    "last-batch": lambda: {"paths": list(range(83)), "size": 8, "batches": []},
    "pooling-stride": lambda: {"nn": nn},
    "left-over-fc": lambda: vars(torchvision.models.resnet) | {"nn": nn},
    "forward-impl": lambda: {"VGG": torchvision.models.VGG},
    "void": colors,
}
# These need packages that the course does not install, or a system that starts processes anew.
NOT_RUN = {"bgr", "torchsummary", "workers"}


def old(label: str) -> Names:
    """The names after the old lines of a section, which may warn."""
    names = BEFORE[label]()
    for code in blocks(label, "old"):
        run(code, names)
    return names


def today(label: str, **names: Any) -> Names:
    """The names after the block that the page writes; a warning is an error."""
    (code,) = blocks(label, "today")
    names = {"__name__": "__main__"} | names
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Python 3.12 warns of workers wherever a process has threads, as one of tests may have.
        warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
        exec(compile(code, "<page>", "exec"), names)
    return names


def test_the_table_leads_to_every_section_in_its_order() -> None:
    rows = re.findall(r"^\| \[.*?\]\(#([a-z-]+)\)", TEXT, re.MULTILINE)
    assert list(dict.fromkeys(rows)) == list(SECTIONS)
    assert set(BEFORE) | NOT_RUN == set(SECTIONS)
    groups = re.findall(r"^## (.*)$", TEXT, re.MULTILINE)
    assert groups == ["It stops with an error", "It warns", "It runs, and is wrong"]


def test_code_is_narrow() -> None:
    for label in SECTIONS:
        for kind, width in (("old", 58), ("today", 70)):
            for line in "\n".join(blocks(label, kind)).splitlines():
                assert len(line) <= width, line


def test_errors_come_first_then_warnings_then_what_says_nothing() -> None:
    order = {"Error": 0, "Warning": 1}
    kinds = [blocks(label, "message")[0].split(":")[0] for label in COMPLAINING]
    ranks = [order["Warning" if kind.endswith("Warning") else "Error"] for kind in kinds]
    assert list(SECTIONS)[: len(COMPLAINING)] == COMPLAINING
    assert ranks == sorted(ranks)


def test_the_table_names_the_kind_of_every_error() -> None:
    for label in COMPLAINING:
        rows = [row for row in TEXT.splitlines() if row.startswith("|") and f"(#{label})" in row]
        for row, message in zip(rows, blocks(label, "message"), strict=True):
            kind = message.split(":")[0]
            assert ("a warning" if kind.endswith("Warning") else f"`{kind}`") in row


def assert_said(told: str, real: list[str]) -> None:
    """A line of the page is what was really said, to its end or to its ``…``."""
    start = told.removesuffix("…").strip()
    assert [said for said in real if said == start or (told != start and said.startswith(start))], (
        told,
        real,
    )


@pytest.mark.skipif(OLDER, reason="the page tells the messages of later versions")
@pytest.mark.parametrize("label", [label for label in COMPLAINING if label not in NOT_RUN])
def test_the_old_line_says_what_the_page_prints(label: str) -> None:
    if label == "try-all-gpus" and torch.cuda.is_available():
        pytest.skip("with a GPU the list of devices is not empty")
    names = BEFORE[label]()
    for code, told in zip(blocks(label, "old"), blocks(label, "message"), strict=True):
        real = run(code, names)
        for line in told.splitlines():
            assert_said(line, real)


def test_a_process_that_starts_processes_when_it_is_imported_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing\n"
        "process = multiprocessing.get_context('spawn').Process(target=print)\n"
        "process.start()\nprocess.join()\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    (told,) = blocks("workers", "message")
    assert told.strip().removesuffix("…").strip() in " ".join(done.stderr.split())


def test_without_the_guard_the_workers_block_would_do_its_work_twice() -> None:
    assert today("workers")["batches"] == [[0, 1], [2, 3], [4, 5]]
    assert "batches" not in today("workers", __name__="__mp_main__")  # what a worker runs


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
