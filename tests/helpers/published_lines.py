"""The sections of the page *Published code → today*: their lines, and what the lines need."""

import importlib
import re
import warnings
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torchvision
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset
from torchvision import transforms
from torchvision.transforms.functional import pil_to_tensor

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
