"""Checks of the exercises of part I, the classification pipeline."""

import itertools
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from course_utils.teaching.checks import exercise, require_equal


def _require_close(call: str, found: object, expected: Tensor) -> None:
    assert isinstance(found, Tensor), f"{call} gives {type(found).__name__}, not a tensor"
    shapes = f"{tuple(found.shape)}, not {tuple(expected.shape)}"
    assert found.shape == expected.shape, f"{call} has the shape {shapes}"
    assert not found.isnan().any(), f"{call} holds nan: exp() of a large number overflows"
    message = f"{call} gives {found.tolist()}, not {expected.tolist()}"
    small = message if found.numel() <= 8 else f"{call} has the right shape but other values"
    assert torch.allclose(found.double(), expected.double(), atol=1e-5), small


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
    _require_close("to_batch(a picture 3 wide and 2 high)", batch, expected)
    assert batch.dtype == torch.float32, f"the batch holds {batch.dtype}, not torch.float32"


@exercise("softmax")
def softmax(answer: Callable[[Tensor], Tensor]) -> None:
    """Logits ``(N, K)`` → probabilities, for small and for huge logits."""
    for rows in ([[2.0, 0.0]], [[0.0, 0.0, 0.0], [3.0, 2.0, 1.0]], [[1000.0, 0.0], [0.0, 1.0]]):
        logits = torch.tensor(rows)
        _require_close(f"softmax({rows})", answer(logits), logits.softmax(dim=1))


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


@exercise("batches")
def batches(answer: Callable[[list[str], int], Any]) -> None:
    """Cut a list into batches; the last may be smaller."""
    for count, size in ((6, 3), (7, 3), (2, 8), (0, 4)):
        paths = [f"{number}.jpg" for number in range(count)]
        found = answer(paths, size)
        call = f"batches({count} paths, {size})"
        assert found is not None, f"{call} gives None: does the function return something?"
        found = [list(batch) for batch in found]
        kept = list(itertools.chain.from_iterable(found))
        assert kept == paths, f"{call} keeps {len(kept)} of {count} paths"
        expected = [min(size, count - start) for start in range(0, count, size)]
        require_equal(f"the batch sizes of {call}", [len(batch) for batch in found], expected)


@exercise("normalise")
def normalise(answer: Callable[[Tensor, list[float], list[float]], Tensor]) -> None:
    """``(N, 3, H, W)``: subtract the mean of each channel, divide by its standard deviation."""
    images = torch.arange(2 * 3 * 3 * 3, dtype=torch.float32).reshape(2, 3, 3, 3) / 54
    mean, std = [0.5, 0.4, 0.3], [0.2, 0.1, 0.5]
    columns = [(images[:, c] - mean[c]) / std[c] for c in range(3)]
    found = answer(images, mean, std)
    _require_close("normalise(images of 3×3, mean, std)", found, torch.stack(columns, dim=1))


@exercise("swap red and blue")
def swap_red_and_blue(answer: Callable[[Any], Any]) -> None:
    """A BGR array ``(H, W, 3)`` → RGB."""
    bgr = np.array([[[255, 0, 0], [0, 128, 7]], [[1, 2, 3], [9, 8, 7]]], dtype=np.uint8)
    found = answer(bgr.copy())
    assert isinstance(found, np.ndarray), f"it gives {type(found).__name__}, not an array"
    assert found.shape == bgr.shape, f"the shape is {found.shape}, not {bgr.shape}"
    require_equal("the first pixel of a blue picture", found[0, 0].tolist(), [0, 0, 255])
    require_equal("the last pixel", found[1, 1].tolist(), [7, 8, 9])


@exercise("careful prediction")
def careful_prediction(answer: Callable[[nn.Module, Tensor], Tensor]) -> None:
    """Predict in eval mode without gradients, and leave the network as it was."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(64, 2))
    images = torch.rand(2, 3, 6, 6)
    with torch.inference_mode():
        expected = model.eval()(images)
    for training, norm_training in ((True, True), (False, False), (True, False)):
        model.train(training)
        model[1].train(norm_training)
        modes = [part.training for part in model.modules()]
        before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        found = answer(model, images)
        _require_close("predict(model, images)", found, expected)
        assert not found.requires_grad, "the result still carries its gradients' graph"
        after = [part.training for part in model.modules()]
        assert after == modes, "not every part of the network is back in the mode it was in"
        same = all(torch.equal(model.state_dict()[name], old) for name, old in before.items())
        assert same, "the running statistics of batch norm have changed"


@exercise("mean and median")
def mean_and_median(answer: Callable[[list[float]], tuple[float, float]]) -> None:
    """Mean and median of the readings after the first, which is the warm-up."""
    for readings in ([9.0, 1.0, 5.0, 2.0], [8.0, 4.0], [7.0, 4.0, 1.0, 3.0, 2.0]):
        counted = readings[1:]
        expected = statistics.mean(counted), statistics.median(counted)
        found = answer(list(readings))
        rounded = None if found is None else tuple(round(float(value), 6) for value in found)
        wanted = tuple(round(value, 6) for value in expected)
        require_equal(f"summarise({readings})", rounded, wanted)
