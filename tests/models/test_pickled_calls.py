"""Pickles that ask for hours or gigabytes are refused before PyTorch obeys them."""

import pickle
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import torch
import torchvision
from torch import nn

from course_utils.errors import WeightsError
from course_utils.models.pickled_calls import follow
from course_utils.models.weights import load_safely

NUMBER = 10**9
END = b"."


def word(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def plain(content: object) -> bytes:
    """What stands in a pickle for a plain thing."""
    return pickle.dumps(content, 2)[2:-1]


def called(module: str, name: str, *arguments: object) -> bytes:
    return word(module, name) + plain(arguments) + b"R"


def storage(count: int, kind: str = "FloatStorage") -> bytes:
    names = b"(X\7\0\0\0storage" + word("torch", kind) + b"X\1\0\0\x000X\3\0\0\0cpu"
    return names + plain(count) + b"tQ"


def rebuilt(function: str, stored: bytes, size: tuple[int, ...], more: bytes = b"") -> bytes:
    steps = plain(0) + plain(size) + plain((0,) * len(size))
    hooks = b"\x89" + word("collections", "OrderedDict") + b")R"
    return word("torch._utils", function) + b"(" + stored + steps + more + hooks + b"tR"


QUANTIZED = b"(" + word("torch", "per_tensor_affine") + plain(0.1) + plain(0) + b"t"
EXPANDED = rebuilt("_rebuild_tensor_v2", storage(1), (NUMBER,))
TYPE = word("torch._tensor", "_rebuild_from_type_v2") + b"(" + word("builtins", "bytearray")
LONG_LIST = b"](" + b"N" * 100_000 + b"eq\0"
OFTEN = 20_000

ASKING = {
    "bytes": called("builtins", "bytearray", NUMBER),
    "bytes of old": called("__builtin__", "bytearray", NUMBER),
    "numbers": called("torch", "FloatTensor", NUMBER),
    "numbers by a class": word("torch", "Tensor") + plain((NUMBER,)) + b"\x81",
    "a storage": called("torch.storage", "UntypedStorage", NUMBER),
    "a storage that can grow": called("torch.storage", "TypedStorage"),
    "a storage of the file": storage(NUMBER),
    "quantized": rebuilt("_rebuild_qtensor", storage(4, "QInt8Storage"), (NUMBER,), QUANTIZED),
    "another type": word("torch._utils", "_rebuild_device_tensor_from_cpu_tensor")
    + (b"(" + EXPANDED + word("torch", "float64") + plain("cpu") + b"\x89tR"),
    "through a type": TYPE + word("torch", "Tensor") + plain((NUMBER,)) + b"NtR",
    "copies": LONG_LIST + (word("builtins", "set") + b"h\0\x85R") * OFTEN,
    "all numbers one by one": word("builtins", "set") + EXPANDED + b"\x85R",
    "a name of a site": called("_codecs", "encode", "a" * 99, "idna"),
    "a tuple of tuples": b"}N" + b"2\x86" * 50 + b"Ns",
    "a list of lists": b"]q\0" + b"](h\0h\0eq\0" * 50,
    "a text of lists": b"]q\0" + b"](h\0h\0eq\0" * 50 + b")R",
    "lists that are filled at the end": b"".join(b"]q" + bytes([i]) for i in range(60))
    + b"".join(b"h%c(h%ch%ce" % (i, i + 1, i + 1) for i in range(59))
    + b"h\0",
}


def with_pickle(path: Path, pickled: bytes, *, legacy: bool) -> None:
    if not legacy:
        with ZipFile(path, "w") as archive:
            archive.writestr("m/DATA.pkl", pickled)
            archive.writestr("m/data.pkl", pickled)
            archive.writestr("m/data/0", bytes(16))
            archive.writestr("m/version", "3\n")
        return
    stream = BytesIO()
    torch.save(None, stream, _use_new_zipfile_serialization=False)
    path.write_bytes(stream.getvalue().replace(b"\x80\x02N.", pickled, 1))


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("name", ASKING)
def test_what_asks_for_much_is_refused_before_it_is_made(
    name: str, legacy: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("was loaded"))
    with_pickle(tmp_path / "a.pth", b"\x80\x02" + ASKING[name] + END, legacy=legacy)
    start = time.thread_time()
    with pytest.raises(WeightsError, match=r"a\.pth: is damaged or cut off \("):
        load_safely(tmp_path / "a.pth")
    assert time.thread_time() - start < 2


def test_long_names_are_refused() -> None:
    for pickled in (word("a" * 1001, "b"), b"\x8c\xff" + b"a" * 255 + b"\x8c\1b\x93)R"):
        if len(pickled) > 1000:
            with pytest.raises(pickle.UnpicklingError, match="a name is too long"):
                follow(pickled + END, 1)
        else:
            follow(pickled + END, 1)


def optimized() -> object:
    """A checkpoint of a training."""
    network = torchvision.models.resnet18(num_classes=2)
    optimizer = torch.optim.Adam(network.parameters())
    network(torch.rand(2, 3, 32, 32)).sum().backward()
    optimizer.step()
    return {"net": network.state_dict(), "optimizer": optimizer.state_dict(), "seed": [1] * 900}


def shared() -> object:
    """A thousand views of one storage, in lists and dicts that hold one another."""
    whole, holds = torch.zeros(1_000_000), dict[str, object]()
    holds |= {f"w{i}": whole[i : i + 1000] for i in range(1000)}
    return {"views": holds, "again": holds, "tied": [whole, whole], "bytes": [b"abc"] * 500}


def of_all_types() -> object:
    return {
        "size": torch.Size([2, 3]),
        "bytes": bytearray(b"abc"),
        "no bytes": bytearray(),
        "more": [b"abc", {1}, Counter("aab"), 1j, torch.device("cuda", 0), torch.float16],
        "parameter": nn.Parameter(torch.ones(2)),
        "expanded": torch.zeros(1).expand(10**9),
        "quantized": torch.quantize_per_channel(
            torch.ones(2, 3), torch.ones(2), torch.zeros(2), 0, torch.qint8
        ),
        "ordered": OrderedDict(a=torch.ones(1)),
        "sparse": torch.eye(3).to_sparse_csr(),
        "none": torch.ones(0, 3),
    }


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("make", [optimized, shared, of_all_types])
def test_what_people_store_is_read(
    make: Callable[[], object], legacy: bool, tmp_path: Path
) -> None:
    content = make()
    torch.save(content, tmp_path / "a", _use_new_zipfile_serialization=not legacy)
    assert isinstance(content, dict)
    assert load_safely(tmp_path / "a").keys() == content.keys()


@pytest.mark.parametrize("protocol", range(6))
def test_every_protocol_is_followed(protocol: int) -> None:
    circle: list[object] = [
        OrderedDict(a=1),
        {"b": (1, 2.5, None, True)},
        {3},
        frozenset("c"),
        b"d",
    ]
    circle += [circle, Counter("ab"), range(3), 10**30, bytearray(b"e"), "é" * 300, nn.ReLU()]
    follow(pickle.dumps(circle, protocol), 1000)
