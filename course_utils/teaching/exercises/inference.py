"""Checks of the exercises on inference."""

import itertools
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.teaching.exercises.checks import exercise, require_close, require_equal


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
    require_close("normalise(images of 3×3, mean, std)", found, torch.stack(columns, dim=1))


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
        require_close("predict(model, images)", found, expected)
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
