"""Checks of the exercises on what a classifier computes."""

from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from course_utils.teaching.exercises.checks import exercise, require_close, require_equal


@exercise("invert a mapping")
def invert_mapping(invert: Callable[[dict[str, int]], dict[int, str]]) -> None:
    """``{"ants": 0, "bees": 1}`` → ``{0: "ants", 1: "bees"}``, in whatever order it stands."""
    for mapping in ({"ants": 0, "bees": 1}, {"tulips": 2, "daisy": 0, "roses": 1}):
        expected = {index: name for name, index in mapping.items()}
        require_equal(f"invert({mapping})", invert(mapping), expected)


@exercise("picture to batch")
def picture_to_batch(to_batch: Callable[[Image.Image], Tensor]) -> None:
    """RGB picture → ``(1, 3, H, W)`` float32 between 0 and 1."""
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3) * 15
    batch = to_batch(Image.fromarray(pixels))
    expected = torch.from_numpy(pixels).permute(2, 0, 1).unsqueeze(0) / 255
    require_close("to_batch(a picture 3 wide and 2 high)", batch, expected)
    assert batch.dtype == torch.float32, f"the batch holds {batch.dtype}, not torch.float32"


@exercise("softmax")
def softmax(answer: Callable[[Tensor], Tensor]) -> None:
    """Logits ``(N, K)`` → probabilities, for small and for huge logits."""
    for rows in ([[2.0, 0.0]], [[0.0, 0.0, 0.0], [3.0, 2.0, 1.0]], [[1000.0, 0.0], [0.0, 1.0]]):
        logits = torch.tensor(rows)
        require_close(f"softmax({rows})", answer(logits), logits.softmax(dim=1))


@exercise("top k")
def top_k(answer: Callable[[list[float], list[str], int], list[str]]) -> None:
    """The names of the k most probable classes, best first."""
    names = ["ant", "bee", "daisy", "rose"]
    for values, k, expected in (
        ([0.1, 0.6, 0.05, 0.25], 2, ["bee", "rose"]),
        ([0.3, 0.4, 0.1, 0.2], 3, ["bee", "ant", "rose"]),
    ):
        require_equal(f"top_k({values}, names, {k})", answer(values, names, k), expected)


@exercise("accuracy")
def accuracy(answer: Callable[[Tensor, Tensor], float]) -> None:
    """Share of rows whose largest logit stands at the label."""
    logits = torch.tensor([[2.0, 1.0, 0.0], [0.0, 0.1, 0.3], [5.0, 9.0, 8.0], [-1.0, -2.0, -3.0]])
    for labels, expected in (([0, 2, 1, 0], 1.0), ([0, 2, 2, 1], 0.5), ([1, 1, 0, 2], 0.0)):
        found = answer(logits, torch.tensor(labels))
        found = None if found is None else round(float(found), 6)
        require_equal(f"accuracy_of(logits, {labels})", found, expected)
