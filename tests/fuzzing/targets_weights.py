"""Weights, with the lengths of their headers as they should be, and checkpoints."""

import io
import json
import pickle
import re
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from course_utils.models.checksums import checksum
from course_utils.models.pretrained import load_classifier
from course_utils.models.weight_sources import find_description, find_weights
from course_utils.models.weights import CHECKSUM, METADATA_KEY, load_safely
from course_utils.training.checkpoint import load_checkpoint, save_checkpoint
from target import Target, refusals
from weight_files import write_segmenter, write_small_weights


def read_weights(content: bytes) -> None:
    """As a file that is given to a command, whatever it is called."""
    path = Path("weights.bin")
    path.write_bytes(content)
    for read in (find_description, find_weights, load_classifier):
        with refusals():
            read(path)


def weights() -> list[bytes]:
    """safetensors of two kinds, and what ``torch.save`` writes."""
    small, pixels = Path("small.safetensors"), Path("pixels.safetensors")
    write_small_weights(small)
    write_segmenter(pixels)
    tensors = {"fc.weight": torch.ones(2, 3), "fc.bias": torch.zeros(2)}
    kinds: list[object] = [tensors, {"state_dict": tensors, "epoch": 3}]
    saved = [_saved(content) for content in kinds]
    old = io.BytesIO()
    torch.save(tensors, old, _use_new_zipfile_serialization=False)
    return [_taken(small), _taken(pixels), *saved, old.getvalue()]


def _taken(path: Path) -> bytes:
    """The content of a file that is not needed any more."""
    content = path.read_bytes()
    path.unlink()
    return content


def _saved(content: object) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def repaired(content: bytes) -> bytes:
    """With the length of the header of safetensors and no checksum of ours in it; or with the
    checksums of a zip archive, and that of a checkpoint."""
    if content[8:9] == b"{":
        try:
            text = content[8:].decode(errors="surrogateescape")
            header, end = json.JSONDecoder().raw_decode(text)
            numbers = text[end:].encode(errors="surrogateescape")
            start = next((place for place in range(7) if numbers[place : place + 1] != b" "), 7)
            head = _without_checksum(header).encode()
            return struct.pack("<Q", len(head)) + head + numbers[start:]
        except (ValueError, RecursionError):
            return content
    return _with_checksum(_stored_again(content)) if content[:2] == b"PK" else content


def _without_checksum(header: dict[str, Any]) -> str:
    """The header with a description as older files have it."""
    described = header.get("__metadata__")
    text = described.get(METADATA_KEY) if isinstance(described, dict) else None
    if isinstance(text, str) and CHECKSUM in text:
        described[METADATA_KEY] = re.sub(rf', "{CHECKSUM}": "\w*"', "", text)
    return json.dumps(header)


def _with_checksum(content: bytes) -> bytes:
    """A checkpoint with the number that belongs to what it now holds."""
    try:
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            found = load_safely(Path(file.name))
        old = found.pop(CHECKSUM)
        numbers = [pickle.dumps(number, 2)[2:-1] for number in (old, checksum(found))]
    except Exception:  # what cannot be read has none
        return content
    return _stored_again(content, lambda record: record.replace(*numbers))


def _stored_again(content: bytes, change: Callable[[bytes], bytes] = bytes) -> bytes:
    stream = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
            for member in old.infolist():
                start = member.header_offset + 30 + len(member.filename)
                start += int.from_bytes(content[start - 2 - len(member.filename) :][:2], "little")
                record = content[start : start + member.file_size]
                new.writestr(member.filename, change(record))
    except Exception:  # the archive is beyond repair, and stays as it is
        return content
    return stream.getvalue()


def read_checkpoint(content: bytes) -> None:
    """As ``--resume`` reads it."""
    path = Path("checkpoint.pt")
    path.write_bytes(content)
    with refusals():
        load_checkpoint(path, {"model": "resnet18"})


def checkpoints() -> list[bytes]:
    path = Path("checkpoint.pt")
    save_checkpoint(path, {"epoch": 1, "model": {"w": torch.ones(3)}}, {"model": "resnet18"})
    content = path.read_bytes()
    path.unlink()
    return [content]


WEIGHTS = Target(read_weights, weights, repaired)
CHECKPOINTS = Target(read_checkpoint, checkpoints, repaired)
