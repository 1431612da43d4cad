"""Compares what the garden renders now with the files that are committed.

On another machine a few pixels may differ by rounding, so the bytes of a picture need not agree.
"""

import io
import json
from pathlib import Path

import numpy as np
from PIL import Image


def assert_same_files(rendered: dict[str, bytes], data: Path) -> None:
    """All files of a picture: the pictures to a few pixels, the boxes to two, the lists exactly."""
    for name, content in rendered.items():
        if name.endswith(".json"):
            assert_same_truth(json.loads(content), json.loads((data / name).read_text()))
        elif name.endswith(".txt"):
            assert content == (data / name).read_bytes(), name
        else:
            assert_same_picture(content, data / name)


def assert_same_picture(rendered: bytes, committed: Path) -> None:
    """The same size, and nearly the same pixels."""
    with Image.open(io.BytesIO(rendered)) as first, Image.open(committed) as second:
        assert (first.format, first.mode, first.size) == (second.format, second.mode, second.size)
        difference = np.abs(np.asarray(first, np.int16) - np.asarray(second, np.int16))
    if difference.ndim == 2:  # a mask holds indices, which have no distance
        assert (difference > 0).mean() <= 0.01
    else:
        assert difference.mean() <= 1
        assert (difference.max(axis=-1) > 8).mean() <= 0.01


def assert_same_truth(rendered: object, committed: object) -> None:
    """The same facts; numbers, which may be edges of boxes, to two pixels."""
    if isinstance(rendered, dict) and isinstance(committed, dict):
        assert rendered.keys() == committed.keys()
        for name in rendered:
            assert_same_truth(rendered[name], committed[name])
    elif isinstance(rendered, list) and isinstance(committed, list):
        assert len(rendered) == len(committed)
        for first, second in zip(rendered, committed, strict=True):
            assert_same_truth(first, second)
    elif isinstance(rendered, int) and isinstance(committed, int):
        assert abs(rendered - committed) <= 2
    else:
        assert rendered == committed
