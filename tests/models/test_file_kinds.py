"""A file is known by its content; tests/corpus has more of what people take for weights."""

import io
from pathlib import Path

import pytest
import safetensors.torch
import torch

from course_utils.errors import WeightsError
from course_utils.models.file_kinds import damaged_record, kind_of


def torch_bytes(legacy: bool) -> bytes:
    stream = io.BytesIO()
    torch.save({"a": torch.ones(2)}, stream, _use_new_zipfile_serialization=not legacy)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["a.safetensors", "a.pth", "a.txt", "a"])
def test_the_name_does_not_matter(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(safetensors.torch.save({"a": torch.ones(2)}))
    assert kind_of(path) == "safetensors"
    for legacy in (True, False):
        path.write_bytes(torch_bytes(legacy))
        assert kind_of(path) == "torch"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x93NUMPY\x01\x00", "a NumPy array"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"%PDF-1.7", "a PDF document"),
        (b"GGUF\x03", "a GGUF file"),
        (b"BZh9", "a bzip2 archive: unpack it"),
        (b"m" + bytes(256) + b"ustar\x00", "a tar archive: unpack it"),
        (b"\x1c\x00\x00\x00TFL3", "a TensorFlow Lite network"),
        (b"\x08\x05\x12\x28\x0a\x0c", "a network that was exported, as ONNX or CoreML do"),
        (b"/annex/objects/SHA256E-s9--a.pth", "a git-annex pointer"),
        ("<html><body>x".encode("utf-16"), "a web page, not weights"),
        (b"<head><title>Sign in</title>", 'a web page ("Sign in")'),
        ("<html>café</html>".encode("latin-1"), "a web page"),
        (b'[{"a": 1}]', "JSON"),
        (b"\x00\xff\x12", "damaged, or no weights file (it begins with 00 ff 12)"),
        (b"PK\x03\x04", "damaged or cut off"),
    ],
)
def test_what_is_no_weights_file_is_named(content: bytes, what: str, tmp_path: Path) -> None:
    (tmp_path / "a.pth").write_bytes(content)
    with pytest.raises(WeightsError) as caught:
        kind_of(tmp_path / "a.pth")
    assert f"{tmp_path / 'a.pth'}: is {what}" in str(caught.value)


def test_a_part_of_a_tensorflow_checkpoint_is_known_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "model.ckpt.data-00000-of-00001"
    path.write_bytes(bytes(range(128, 200)))
    with pytest.raises(WeightsError, match="is a part of a TensorFlow checkpoint"):
        kind_of(path)


def test_what_is_quoted_of_a_file_is_one_short_line(tmp_path: Path) -> None:
    (tmp_path / "a.pth").write_text("<html><title>a\nb" + "c" * 100 + "</title>")
    with pytest.raises(WeightsError) as caught:
        kind_of(tmp_path / "a.pth")
    assert '("a b' + "c" * 54 + '...")' in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_a_weights_error(tmp_path: Path) -> None:
    (tmp_path / "a.pth").mkdir()
    with pytest.raises(WeightsError, match="cannot be read"):
        kind_of(tmp_path / "a.pth")


def test_a_record_with_another_checksum_is_named(tmp_path: Path) -> None:
    path, content = tmp_path / "a.pth", bytearray(torch_bytes(legacy=False))
    path.write_bytes(content)
    assert damaged_record(path) == ""
    numbers = torch.ones(2).numpy().tobytes()
    content[content.index(numbers)] ^= 1
    path.write_bytes(content)
    assert damaged_record(path).endswith("data/0")
    path.write_bytes(torch_bytes(legacy=True))
    assert damaged_record(path) == ""


def test_a_list_of_records_that_cannot_be_read_is_damaged_too(tmp_path: Path) -> None:
    content = bytearray(torch_bytes(legacy=False))
    content[content.rindex(b"PK\x01\x02")] ^= 1
    (tmp_path / "a.pth").write_bytes(content)
    assert damaged_record(tmp_path / "a.pth") == "its list of records"
