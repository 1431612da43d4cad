"""Pickles that are made to cost time or memory."""

import argparse
import pickletools
import time
import tracemalloc
from collections import Counter, OrderedDict
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import torch
from torch import nn

from course_utils.errors import WeightsError
from course_utils.models.weights import load_safely


def sentence_about(path: Path) -> str:
    with pytest.raises(WeightsError) as caught:
        load_safely(path)
    return str(caught.value)


def test_a_number_that_no_thing_can_have_is_damage(tmp_path: Path) -> None:
    """Python's reader would make a table of gigabytes for it."""
    path = tmp_path / "m.pth"
    torch.save(argparse.Namespace(), path, _use_new_zipfile_serialization=False)
    content = path.read_bytes()
    numbered = b"cargparse\nNamespace\nq\x00"
    assert content.count(numbered) == 1
    path.write_bytes(content.replace(numbered, numbered[:-2] + b"r\xff\xff\xff\x07"))
    assert "is damaged or cut off" in sentence_about(path)


@pytest.mark.parametrize("forbidden", [True, False])
def test_a_text_longer_than_the_file_is_damage(forbidden: bool, tmp_path: Path) -> None:
    """Python would take the memory for it before it reads."""
    path = tmp_path / "m.pth"
    content = {"a" * 9: argparse.Namespace() if forbidden else torch.ones(2)}
    torch.save(content, path, _use_new_zipfile_serialization=False)
    path.write_bytes(path.read_bytes().replace(b"X\x09\0\0\0aaa", b"X\xff\xff\xff\x0faaa"))
    tracemalloc.start()
    assert "is damaged or cut off" in sentence_about(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 26


@pytest.mark.parametrize(
    "pickled",
    [
        b"\x80\x02c" + b"GLOBAL" * 9000 + b"\nx\n.",
        b"\x80\x02X\x50\xc3\0\0" + b"a" * 50_000 + b")\x81.",
        b"\x80\x02X\x50\xc3\0\0" + b"a" * 50_000 + b")R.",
        b"\x80\x02X\x50\xc3\0\0" + b"a" * 50_000 + b")R\xff",
    ],
)
@pytest.mark.parametrize("place", [0, 3, 4, -1])
def test_a_long_text_in_the_place_of_a_class_costs_no_time(
    pickled: bytes, place: int, tmp_path: Path
) -> None:
    """PyTorch searches in its error for a name, in the square of the letters."""
    path = tmp_path / "m.pth"
    if place < 0:
        with ZipFile(path, "w") as archive:
            archive.writestr("m/data.pkl", pickled)
            archive.writestr("m/version", "3\n")
    else:
        torch.save({"a": torch.ones(2)}, path, _use_new_zipfile_serialization=False)
        path.write_bytes(_with_pickle(path.read_bytes(), place, pickled))
    start = time.thread_time()
    assert "is damaged" in sentence_about(path)
    assert time.thread_time() - start < 1


def _with_pickle(content: bytes, place: int, pickled: bytes) -> bytes:
    """A file of the old form, with another pickle in a place."""
    stream = BytesIO(content)
    ends = [0]
    for _ in range(5):
        list(pickletools.genops(stream))
        ends.append(stream.tell())
    return content[: ends[place]] + pickled + content[ends[place + 1] :]


def test_long_texts_beside_weights_are_read(tmp_path: Path) -> None:
    path = tmp_path / "m.pth"
    content = {
        "logo": "x" * 100_000,
        "w": OrderedDict(a=torch.ones(2), b=nn.Parameter(torch.ones(1))),
        "more": [
            torch.Size([2]),
            torch.float16,
            {1, 2},
            bytearray(b"a" * 5000),
            1j,
            Counter("aab"),
        ],
        "sparse": torch.eye(3).to_sparse(),
        "quantized": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
        "view": torch.ones(4, 4)[:2].t(),
    }
    for legacy in (True, False):
        torch.save(content, path, _use_new_zipfile_serialization=not legacy)
        assert load_safely(path)["logo"] == content["logo"]
