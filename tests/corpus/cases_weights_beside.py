"""Weights with something beside the network, damaged ones, and what an error proposes to do."""

import argparse
import contextlib
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune

from case import Case, Refusal
from cases_weights import (
    BIAS,
    State,
    behind,
    body,
    head,
    network,
    opened,
    opened_body,
    saved,
    state,
)
from course_utils.errors import WeightsError

Make = Callable[[Path], Path]


def proposed(path: Path) -> str:
    """The line that the refusal of the file proposes."""
    try:
        opened(path)
    except WeightsError as error:
        line = re.search(r"torch\.save\(.*\)$", str(error))
        assert line, f"proposes nothing: {error}"
        return line[0]
    raise AssertionError("was not refused")


def obeyed(path: Path) -> list[float]:
    """Do what the refusal proposes, and open what that writes."""
    line = proposed(path)
    with contextlib.chdir(path.parent):
        exec(line, {"torch": torch, "safetensors": safetensors})
    return opened(path.parent / "weights.pth")


def trained() -> nn.Module:
    """The network with its tensors."""
    model = network()
    model.load_state_dict(state())
    return model


def changed(name: str, value: float) -> State:
    """The tensors, with another number at the end of one."""
    tensors = {name: tensor.clone() for name, tensor in state().items()}
    tensors[name].view(-1)[-1] = value
    return tensors


def flipped(folder: Path) -> Path:
    """A byte in the numbers is another one."""
    path = saved("m.pth", state)(folder)
    content = bytearray(path.read_bytes())
    place = content.index(state()["conv1.weight"].numpy().tobytes()[:64])
    content[place + 3] ^= 255
    path.write_bytes(content)
    return path


def without_checksums(folder: Path) -> Path:
    """As ``torch.save`` writes where checksums are switched off."""
    torch.serialization.set_crc32_options(False)
    try:
        return saved("m.pth", state)(folder)
    finally:
        torch.serialization.set_crc32_options(True)


def of_layer(change: Callable[[nn.Module], object]) -> Callable[[], object]:
    """The state of a network whose head was changed."""

    def make() -> object:
        model = trained()
        change(model.fc)  # type: ignore[arg-type]
        return model.state_dict()

    return make


def pruned(layer: nn.Module) -> object:
    """Half of the weights are masked."""
    return prune.l1_unstructured(layer, "weight", 0.5)  # type: ignore[no-untyped-call]


def quantized() -> object:
    """As ``quantize_dynamic`` leaves a network's head."""
    packed = {"fc._packed_params._packed_params": (torch.ones(3, 32), torch.ones(3))}
    return body() | {"fc.scale": torch.tensor(1.0), "fc.zero_point": torch.tensor(0)} | packed


MEAN = torch.full((1, 3, 1, 1), 0.5)
EMA = behind("ema_model.", state(1))
CALLBACK = {"best_model_score": torch.tensor(0.9), "best_k_models": {"a.ckpt": torch.tensor(0.9)}}
IMAGENET_EXAMPLE = {"epoch": 3, "arch": "resnet10", "best_acc1": torch.tensor([75.0])}


def madry() -> dict[str, object]:
    """As the package robustness writes it."""
    normalizer = {"new_mean": MEAN[0], "new_std": MEAN[0]}
    copies = behind("module.model.", state()) | behind("module.attacker.model.", state())
    return {"model": copies | behind("module.normalizer.", normalizer), "epoch": 3}


BESIDE: dict[str, tuple[Callable[[], object], str]] = {
    "a spatial transformer": (
        lambda: behind("backbone.", state()) | {"stn.0.weight": torch.ones(8, 3, 3, 3)},
        "m.pth: holds stn.0.weight beside the network (backbone), which would not be used: if it "
        "predicts without that, keep the network alone, with torch.save(",
    ),
    "a normalization before the network": (
        lambda: behind("1.", state()) | {"0.mean": MEAN, "0.std": MEAN},
        "holds 0.mean (and 1 more) beside the network (1)",
    ),
    "a normalization in robustness": (madry, "holds normalizer.new_mean (and 1 more) beside"),
    "a head behind the head": (
        lambda: behind("backbone.", state()) | {"head.weight": torch.ones(3, 3)},
        "holds head.weight beside the network (backbone)",
    ),
    "a head of its own key": (
        lambda: {"backbone": state(), "head": {"weight": torch.ones(3, 3)}},
        "holds head.weight beside the network (backbone)",
    ),
    "a temperature": (
        lambda: behind("model.", state()) | {"temperature": torch.tensor(2.0)},
        "holds temperature beside the network (model)",
    ),
    "a normalization under a key": (
        lambda: {"net": behind("module.", state()), "norm": {"mean": MEAN}},
        "holds norm.mean beside the network (net)",
    ),
    "a normalization in a key of the network's": (
        lambda: {**state(), "norm": {"mean": MEAN}},
        "holds norm.mean beside the network (its top level)",
    ),
    "a normalization outside of backbone and head": (
        lambda: {"net": behind("backbone.", body()) | head("head"), "norm": {"mean": MEAN}},
        "keep the network alone: write the network's state_dict without that",
    ),
    "a normalization in lists": (
        lambda: {"model": state(), "mean": [0.5] * 3, "std": [0.5] * 3},
        "holds mean (and 1 more) beside the network (model)",
    ),
    "a normalization among settings": (
        lambda: {"model": state(), "args": {"image_mean": (127.5, 127.5, 127.5)}},
        "holds args.image_mean beside the network (model)",
    ),
    "another network": (
        lambda: {"g": {"0.weight": torch.ones(2, 2)}, "d": [state(), 3]},
        "holds g.0.weight beside the network (d.0)",
    ),
}
ASKED: dict[str, Make] = {
    "Lightning and an average": saved(
        "m.ckpt", lambda: {"state_dict": EMA | behind("model.", state()), "epoch": 3}
    ),
    "MoCo": saved(
        "m.pth.tar",
        lambda: {
            "state_dict": behind("module.encoder_q.", state(1))
            | behind("module.encoder_k.", state())
        },
    ),
    "a list of two": saved("m.pth", lambda: [state(1), state()]),
    "torch.save under safetensors' name": saved(
        "m.safetensors", lambda: {"last": state(1), "best": behind("_orig_mod.", state())}
    ),
}
HARMLESS: dict[str, Callable[[], object]] = {
    "PyTorch's example": lambda: {**IMAGENET_EXAMPLE, "state_dict": behind("module.", state())},
    "ImageNet's normalization": lambda: {
        "model": state(),
        "mean": [0.485, 0.456, 0.406],
        "args": {"pixel_std": (58.395, 57.12, 57.375), "mean": 3, "std": ["a", "b", "c"]},
    },
    "callbacks of Lightning": lambda: {
        "state_dict": behind("model.", state()),
        "callbacks": {"ModelCheckpoint": CALLBACK},
    },
    "weights of classes, and a metric": lambda: (
        behind("model.", state())
        | {"class_weights": torch.ones(3), "val_f1.tp": torch.ones(3), "loss": torch.ones(1)}
    ),
    "a part of the network by a second name": lambda: (
        behind("model.", state())
        | {n.replace("layer1.", "first."): t.clone() for n, t in state().items() if "layer1" in n}
    ),
    "an average in one word": lambda: (
        behind("model.", state())
        | {f"model_ema.{n.replace('.', '')}": t for n, t in state(1).items() if "fc" in n}
    ),
    "a loss of DINO": lambda: {
        "teacher": behind("backbone.", state()),
        "dino_loss": {"center": torch.ones(1, 9)},
    },
}
DIVERGED = "the training diverged, or the file is damaged; give weights from before that"
REFUSED: dict[str, tuple[Make, str]] = {
    "NaN": (
        saved("m.pth", lambda: changed("fc.weight", np.nan)),
        f"m.pth: fc.weight holds NaN: {DIVERGED}",
    ),
    "infinite": (
        saved("m.pth", lambda: changed("bn1.running_var", np.inf)),
        f"m.pth: bn1.running_var holds infinite numbers: {DIVERGED}",
    ),
    "a negative variance": (
        saved("m.pth", lambda: changed("bn1.running_var", -0.5)),
        "m.pth: bn1.running_var holds -0.5, and no variance is negative",
    ),
    "a byte of the numbers": (flipped, "in it is not what was written): fetch or copy it again"),
    "pruned": (saved("m.pth", of_layer(pruned)), "m.pth: is of a pruned network (fc.weight_orig)"),
    "weight norm": (
        saved("m.pth", of_layer(parametrizations.weight_norm)),
        "is of a network with weight norm (fc.parametrizations.weight.original0): take it off",
    ),
    "spectral norm": (
        saved("m.pth", of_layer(parametrizations.spectral_norm)),
        "is of a network with a parametrization, such as spectral norm",
    ),
    "quantized": (saved("m.pth", quantized), "is of a quantized network (fc.scale)"),
}
OBEYED: dict[str, Make] = {
    **ASKED,
    **{
        f"beside {name}": saved("m.pth", make)
        for name, (make, said) in BESIDE.items()
        if "write" not in said
    },
    "a whole network": saved("m.pth", lambda: {"model": nn.DataParallel(trained())}),
    "a Namespace and a number": saved(
        "m.pth", lambda: {**IMAGENET_EXAMPLE, "net": state(), "args": argparse.Namespace()}
    ),
    "NumPy's arrays": saved("m.pth", lambda: {n: t.numpy() for n, t in state().items()}),
}
CASES = [
    *(
        Case(f"beside: {name}", saved("m.pth", make), opened, Refusal(sentence))
        for name, (make, sentence) in BESIDE.items()
    ),
    *(
        Case(f"body beside: {name}", saved("m.pth", make), opened_body, 0.0)
        for name, (make, _) in BESIDE.items()
    ),
    *(Case(f"harmless: {name}", saved("m.pth", m), opened, BIAS) for name, m in HARMLESS.items()),
    *(Case(f"obeyed: {name}", make, obeyed, BIAS) for name, make in OBEYED.items()),
    *(
        Case(f"bad weights: {name}", make, opened, Refusal(sentence))
        for name, (make, sentence) in REFUSED.items()
    ),
    Case("weights: checksums switched off", without_checksums, opened, BIAS),
    Case("weights: torch.save as x.safetensors", saved("x.safetensors", state), opened, BIAS),
    Case(
        "weights: torch.save as x.safetensors, old",
        saved("x.safetensors", state, _use_new_zipfile_serialization=False),
        opened,
        BIAS,
    ),
    Case(
        "body: NaN in the head",
        saved("m.pth", lambda: changed("fc.weight", np.nan)),
        opened_body,
        0.0,
    ),
]
