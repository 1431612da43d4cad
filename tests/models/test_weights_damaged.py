"""Weights files that are damaged, changed, or that much would be made of."""

import json
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from course_utils.errors import WeightsError
from course_utils.models.weights import (
    METADATA_KEY,
    read_description,
    read_weights,
    save_weights,
)
from weight_files import INSECTS

STATE = {"fc.weight": torch.ones(4, 3), "fc.bias": torch.zeros(4)}


def rewritten(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change fields of a description; the tensors, and the checksum, stay as they were."""
    with safetensors.safe_open(path, framework="pt") as file:
        fields = json.loads(file.metadata()[METADATA_KEY])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    change(fields)
    path.write_bytes(safetensors.torch.save(tensors, {METADATA_KEY: json.dumps(fields)}))


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path, draw = tmp_path / "a.safetensors", random.Random(0)
    save_weights(path, {"a.weight": torch.rand(40, 20), "b": torch.tensor(7)}, INSECTS)
    content = path.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    for _ in range(60):
        damaged = bytearray(content)
        damaged[draw.randrange(begin, len(content))] ^= 1 << draw.randrange(8)
        path.write_bytes(damaged)
        with pytest.raises(WeightsError, match=r"a\.safetensors: is damaged, or was changed \(its"):
            read_weights(path)


def test_names_and_descriptions_are_looked_at_too(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_weights(path, {"a.weight": torch.rand(4)}, INSECTS)
    content = path.read_bytes()
    for old, new in ((b"ants", b"aunt"), (b"a.weight", b"a.height")):
        path.write_bytes(content.replace(old, new, 1))
        with pytest.raises(WeightsError, match="was changed"):
            read_weights(path)
    path.write_bytes(content)
    rewritten(path, lambda fields: fields["preprocessing"].update(resize=41))
    with pytest.raises(WeightsError, match="was changed"):
        read_weights(path)


def test_a_file_without_a_checksum_is_read_as_before(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_weights(path, STATE, INSECTS)
    rewritten(path, lambda fields: fields.pop("crc32"))
    assert read_weights(path)[1] == INSECTS


def test_a_file_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in "ab":
        save_weights(tmp_path / name, dict(sorted(STATE.items(), reverse=name == "b")), INSECTS)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_wrong_field_is_named_with_the_file_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_weights(path, STATE, INSECTS)
    rewritten(path, lambda fields: fields["preprocessing"].update(std=[0, 0, 0]))
    for read in (read_weights, read_description):
        with pytest.raises(WeightsError) as caught:
            read(path)
        assert str(caught.value) == (
            f"{path}: its description cannot be read (std=(0.0, 0.0, 0.0): must lie between 0.001 "
            "and 10): fetch it again, or ask who made it"
        )


SMALL_FILES: dict[str, Callable[[Path], object]] = {
    "expanded": lambda path: torch.save({"w": torch.zeros(1).expand(900_000_000)}, path),
    "expanded along one side": lambda path: torch.save(
        {"w": torch.zeros(1000, 1).expand(1000, 10**6)}, path
    ),
    "sparse": lambda path: torch.save(
        {"w": torch.sparse_coo_tensor([[0], [1]], [1.0], (30_000, 30_000))}, path
    ),
    "in many": lambda path: torch.save(
        {f"w{i}": torch.zeros(1).expand(10**7) for i in range(90)}, path
    ),
    "whole numbers": lambda path: torch.save(
        {"w": torch.ones(1), "n": torch.zeros(1).long().expand(10**9)}, path
    ),
}


@pytest.mark.parametrize("name", SMALL_FILES)
def test_a_small_file_of_which_much_would_be_made_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.pth"
    SMALL_FILES[name](path)
    assert path.stat().st_size < 50_000
    with pytest.raises(WeightsError, match=r"a\.pth: \w+ would fill .* GB, and the file has 0\.0"):
        read_weights(path)


def test_views_of_one_storage_are_no_small_file(tmp_path: Path) -> None:
    whole = torch.rand(3000, 1000)
    torch.save({"a": whole, "b": whole.t(), "c": torch.ones(1).expand(64)}, tmp_path / "a.pth")
    assert torch.equal(read_weights(tmp_path / "a.pth")[0]["b"], whole.t())


def test_records_that_were_packed_are_not_unpacked(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(10**6)}, tmp_path / "a.pth")
    packed = zipfile.ZipFile(tmp_path / "b.pth", "w", zipfile.ZIP_DEFLATED)
    with packed, zipfile.ZipFile(tmp_path / "a.pth") as whole:
        for record in whole.infolist():
            packed.writestr(record.filename, whole.read(record))
    with pytest.raises(WeightsError, match=r"b\.pth: is damaged \(its list of records"):
        read_weights(tmp_path / "b.pth")


def test_a_shape_that_no_tensor_can_have_is_refused_or_holds_nothing(tmp_path: Path) -> None:
    for number, shape in enumerate(([0, 2**62, 2**62], [2**62, 4], [0, 2**63 - 1])):
        header = json.dumps(
            {"a": {"dtype": "F32", "shape": shape, "data_offsets": [0, 0]}}
        ).encode()
        path = tmp_path / f"{number}.safetensors"
        path.write_bytes(len(header).to_bytes(8, "little") + header)
        try:
            assert read_weights(path)[0]["a"].numel() == 0
        except WeightsError as error:
            assert "is damaged or no safetensors file" in str(error)


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["m." * 40_000 + "1"], "a name of 80,001 letters"),
        ([f"a{i}" for i in range(20_001)], "more than 20,000 tensors"),
    ],
)
def test_names_that_would_fill_the_memory_are_refused(
    names: list[str], why: str, tmp_path: Path
) -> None:
    """Before all that may stand before them is put together, which grows with the square."""
    empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    header = json.dumps(dict.fromkeys(names, empty)).encode()
    (tmp_path / "a.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    torch.save(dict.fromkeys(names, torch.ones(1)), tmp_path / "a.pth")
    for name in ("a.safetensors", "a.pth"):
        with pytest.raises(WeightsError, match=rf"{name}: holds {why}"):
            read_weights(tmp_path / name)
