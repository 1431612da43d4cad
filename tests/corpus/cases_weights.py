"""Weights as people have them: other programs' checkpoints, and files that are no weights."""

import argparse
import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import numpy as np
import safetensors.torch
import torch
from torch import Tensor, nn

from case import Case, Refusal
from course_utils.models.descriptions import as_fields, as_text
from course_utils.models.registry import build_classifier
from course_utils.models.weights import (
    METADATA_KEY,
    WeightsInfo,
    load_into,
    read_weights,
    save_weights,
)

BIAS = [0.5, 1.5, -2.0]
"""Of the head: what the network that was opened must have."""

State = dict[str, Tensor]


def network() -> nn.Module:
    """A small ResNet for three classes."""
    return build_classifier("resnet10", 3, stem_width=4)


def state(more: float = 0.0) -> State:
    """Its tensors, with a known head."""
    torch.manual_seed(0)
    model = network()
    with torch.no_grad():
        model.fc.bias.copy_(torch.tensor(BIAS) + more)  # type: ignore[union-attr]
    return model.state_dict()


def behind(prefix: str, tensors: State) -> State:
    """The tensors with something before their names."""
    return {f"{prefix}{name}": tensor for name, tensor in tensors.items()}


def body() -> State:
    """The tensors without the head's."""
    return {name: tensor for name, tensor in state().items() if not name.startswith("fc.")}


def head(name: str) -> State:
    """The head's tensors by another name."""
    return {f"{name}.{end}": state()[f"fc.{end}"] for end in ("weight", "bias")}


def opened(path: Path) -> list[float]:
    """Load the file into the network, and give the bias of its head."""
    model = network()
    load_into(model, read_weights(path)[0], path)
    return list(model.state_dict()["fc.bias"].tolist())


def opened_body(path: Path) -> float:
    """Load the file without a head; 0 if the body is the file's."""
    model = network()
    load_into(model, read_weights(path)[0], path, head=False)
    difference = model.state_dict()["conv1.weight"] - state()["conv1.weight"]
    return float(difference.abs().max())


def saved(name: str, content: Callable[[], object], **options: bool) -> Callable[[Path], Path]:
    """What ``torch.save`` makes of it, under this name."""

    def make(folder: Path) -> Path:
        torch.save(content(), folder / name, **options)
        return folder / name

    return make


def written(name: str, content: bytes) -> Callable[[Path], Path]:
    """A file with these bytes."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def zipped(**files: bytes) -> bytes:
    """A zip archive; two underscores in a name are a dot."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


def lightning() -> dict[str, object]:
    """As Lightning writes it, with the weights of a loss beside the network's."""
    optimizer = {"state": {0: {"exp_avg": torch.ones(3)}}, "param_groups": [{"lr": 0.1}]}
    return {
        "epoch": 3,
        "global_step": 120,
        "state_dict": behind("model.", state()) | {"criterion.weight": torch.ones(3)},
        "optimizer_states": [optimizer],
        "hyper_parameters": {"lr": 0.1, "name": "resnet"},
    }


OLD = {"_use_new_zipfile_serialization": False}
READ: dict[str, Callable[[Path], Path]] = {
    "DataParallel": saved("m.pth.tar", lambda: {"state_dict": behind("module.", state())}),
    "DataParallel of a part": saved(
        "m.pth",
        lambda: {n.replace("layer1.", "layer1.module."): t for n, t in state().items()},
    ),
    "torch.compile": saved("m.pt", lambda: behind("_orig_mod.", state())),
    "both, and nested": saved(
        "model", lambda: {"a": {"b": behind("module._orig_mod.net.", state())}}, **OLD
    ),
    "Lightning": saved("last.ckpt", lightning),
    "another key": saved("pytorch_model.bin", lambda: {"my_net": state(), "step": 7}),
    "a list": saved("m.pkl", lambda: [state(), 3]),
    "backbone and head": saved(
        "m.model", lambda: behind("backbone.", body()) | head("head.fc"), **OLD
    ),
    "two dicts": saved("m.pt", lambda: {"backbone": body(), "classifier": head("1")}),
    "dropout before the head": saved("m.pth", lambda: body() | head("fc.1")),
    "average of weights": saved(
        "swa.pt", lambda: behind("module.", state()) | {"n_averaged": torch.tensor(4)}
    ),
    "a profiler's counters": saved(
        "m.pth", lambda: state() | {"layer1.total_ops": torch.zeros(1, dtype=torch.float64)}
    ),
    "steps beside": saved("m.pth", lambda: {**state(), "step": torch.tensor(3), "epoch": 7}),
    "float64": saved(
        "m.pth", lambda: {n: t.double() if t.is_floating_point() else t for n, t in state().items()}
    ),
    "bfloat16": saved(
        "m.pth",
        lambda: {n: t.bfloat16() if t.is_floating_point() else t for n, t in state().items()},
    ),
    "no counters of batch norm": saved(
        "m.pth", lambda: {n: t for n, t in state().items() if "num_batches" not in n}
    ),
    "the same network twice": saved("m.pth", lambda: {"model": state(), "model_ema": state()}),
}
HEADLESS: dict[str, Callable[[Path], Path]] = {
    "no head": saved("m.pth", body),
    "an encoder": saved("m.pth", lambda: {"state_dict": behind("module.encoder.", body())}),
    "a projector": saved(
        "m.pth", lambda: behind("backbone.", body()) | {"projector.0.weight": torch.ones(9, 32)}
    ),
    "a head of two layers": saved(
        "m.pth", lambda: body() | {f"fc.{i}.weight": torch.ones(3, 3) for i in (0, 2)}
    ),
}
PAGE = b"\xef\xbb\xbf \n<!-- 1 -->\n<!DOCTYPE html>\n<html><title>Virus\n scan warning</title>"
REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "two networks": (
        saved("m.pth", lambda: {"model": state(), "model_ema": behind("module.", state(1))}),
        "holds two networks that fit, model and model_ema: choose one",
    ),
    "student and teacher": (
        saved("m.pth", lambda: behind("student.", state()) | behind("teacher.", state(1))),
        'if k.startswith("teacher.")}, "weights.pth")',
    ),
    "two layers as a head": (
        saved(
            "m.pth",
            lambda: behind("backbone.", body()) | head("head.0") | {"head.2.weight": torch.ones(3)},
        ),
        "m.pth: has no head (fc.weight is missing)",
    ),
    "parameters only": (
        saved("m.pth", lambda: dict(network().named_parameters())),
        "holds parameters only, without batch norm's statistics",
    ),
    "parameters without names": (
        saved("m.pth", lambda: list(network().parameters())),
        "holds no state_dict",
    ),
    "a Namespace": (
        saved("m.pth", lambda: {"state_dict": state(), "args": argparse.Namespace(lr=1)}),
        "holds argparse.Namespace, which is not read, for code could run on loading; where you "
        'trust the file, keep only its weights: torch.save(torch.load("',
    ),
    "a NumPy number": (
        saved("m.pth", lambda: {"net": state(), "best": np.float64(0.9)}, **OLD),
        "holds a NumPy number or array (numpy.",
    ),
    "a path": (
        saved("m.pth", lambda: {"model": state(), "from": PurePosixPath("a")}),
        '["model"], "weights.pth")',
    ),
    "a whole network": (
        saved("m.pth", lambda: nn.Sequential(nn.Linear(2, 2))),
        "is or holds a whole network (torch.nn.modules.container.Sequential), which is not read",
    ),
    "a plain pickle": (
        written("m.pkl", pickle.dumps({"conv1.weight": [1.0, 2.0]})),
        "is a pickle that torch.save did not write",
    ),
    "a Git LFS pointer": (
        written(
            "m.pth",
            b"version https://git-lfs.github.com/spec/v1\r\noid sha256:4d\r\nsize 46830571\r\n",
        ),
        "is a Git LFS pointer to a file of 46.8 MB, not the file itself",
    ),
    "a web page": (written("m.ckpt", PAGE), 'is a web page ("Virus scan warning"), not weights'),
    "an XML answer": (
        written("m.pth", b"<?xml version='1.0'?>\n<Error><Code>AccessDenied</Code></Error>"),
        'is an XML text ("AccessDenied")',
    ),
    "a JSON answer": (written("m.pth", b'{"error": "Not found"}'), "is JSON ("),
    "the list of several files": (
        written("m.json", b'{"metadata": {}, "weight_map": {"a": "1.safetensors"}}'),
        "is the list of weights that lie in several files",
    ),
    "TorchScript": (
        written(
            "m.pt", zipped(**{"m/data__pkl": b"", "m/constants__pkl": b"", "m/code/a__py": b""})
        ),
        "is a TorchScript archive, which holds a program",
    ),
    "NumPy's archive": (written("m.npz", zipped(a__npy=b"")), "is an archive of NumPy arrays"),
    "weights in a zip archive": (
        written("m.pth", zipped(resnet__pth=b"")),
        'is a zip archive of "resnet.pth": unpack it',
    ),
    "ONNX": (
        written("m.pth", b"\x08\x07\x12\x07pytorch\x1a\x051.9.0:\xc0\x01"),
        "is an ONNX network",
    ),
    "Keras": (written("m.h5", b"\x89HDF\r\n\x1a\n" + bytes(64)), "is an HDF5 file, as Keras"),
    "gzip": (written("m.tar.gz", b"\x1f\x8b\x08" + bytes(64)), "is a gzip archive: unpack it"),
    "an empty file": (written("m.pth", b""), "m.pth: is empty"),
    "a text": (written("m.pth", b"404: Not Found"), 'is a text ("404: Not Found"), not weights'),
}


def safetensors_file(folder: Path) -> Path:
    """A safetensors file that is called otherwise."""
    path = folder / "m.bin"
    path.write_bytes(safetensors.torch.save(state()))
    return path


def described(**changes: object) -> Callable[[Path], Path]:
    """Our own file, with other fields of its preprocessing."""

    def make(folder: Path) -> Path:
        info = as_fields(WeightsInfo("resnet10", ("a", "b", "c"), stem_width=4))
        info["preprocessing"].update(changes)
        text = as_text(info)
        (folder / "m.safetensors").write_bytes(
            safetensors.torch.save(state(), {METADATA_KEY: text})
        )
        return folder / "m.safetensors"

    return make


def flipped(folder: Path) -> Path:
    """Our own file, in which one bit is another one."""
    path = folder / "m.safetensors"
    save_weights(path, state(), WeightsInfo("resnet10", ("a", "b", "c"), stem_width=4))
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)
    return path


REFUSED |= {
    "a flipped bit": (flipped, "m.safetensors: is damaged, or was changed (its crc32"),
    "an unknown interpolation": (described(interpolation="x"), "interpolation='x': choose one of"),
    "a mean of one color": (
        described(mean=[0.5]),
        "preprocessing.mean: Expected `array` of length",
    ),
    "a deviation of 0": (described(std=[0, 0, 0]), "must lie between 0.001 and 10"),
    "a square of 60,000 pixels": (
        described(crop=60_000),
        "crop=60000: must lie between 1 and 2048",
    ),
    "an expanded tensor": (
        saved("m.pth", lambda: {"fc.weight": torch.zeros(1).expand(10**9)}),
        "m.pth: fc.weight would fill 4 GB, and the file has 0.00",
    ),
}
READ["without a checksum"] = described()
READ["safetensors under another name"] = safetensors_file
CASES = [
    *(Case(f"weights: {name}", make, opened, BIAS) for name, make in READ.items()),
    *(Case(f"body: {name}", make, opened_body, 0.0) for name, make in HEADLESS.items()),
    *(
        Case(f"no weights: {name}", make, opened, Refusal(sentence))
        for name, (make, sentence) in REFUSED.items()
    ),
]
