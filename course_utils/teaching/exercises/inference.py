"""Checks of the exercises on inference."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.data import dataset_path, find_images, load_image
from course_utils.inference import Classifier
from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_close,
    require_number,
)


@exercise("in strange company")
def in_strange_company(number: float) -> None:
    """What batch norm in train mode makes of a 6 beside an 8 and a 10; it remembers 4 and 3."""
    slips = {
        2 / 3: "that is what eval mode gives",
        -2 / 3: "the standard deviation is that of the batch, too, not the remembered one",
        -1.0: "batch norm divides by the number of values, 3, not by one less",
        -0.75: "that divides by the variance; its root is the standard deviation",
        1.5**0.5: "the mean is that of the batch, and 6 lies below it",
        -2.0: "and now divide by the standard deviation of the batch",
        -3.0: "the picture itself belongs to the batch, too",
    }
    require_number(number, -(1.5**0.5), slips=slips)


@exercise("from OpenCV to the network")
def from_opencv(answer: Callable[[Any, list[float], list[float]], Tensor]) -> None:
    """A BGR array ``(H, W, 3)`` of bytes → a normalized RGB tensor ``(3, H, W)``."""
    random = np.random.default_rng(0)
    mean, std = [0.5, 0.4, 0.3], [0.2, 0.1, 0.5]
    for what, height, width, brightest in (
        ("a picture", 2, 4, 256),
        ("a square picture", 3, 3, 256),
        ("a dark picture", 4, 2, 60),
        ("a black picture", 1, 2, 1),
    ):
        bgr = random.integers(0, brightest, (height, width, 3), dtype=np.uint8)
        _try_opencv(answer, what, bgr, mean, std)
    part = random.integers(0, 256, (6, 8, 3), dtype=np.uint8)[1:4, ::2]
    _try_opencv(answer, "a part of a picture", part, mean[::-1], std[::-1])


def _try_opencv(
    answer: Callable[[Any, list[float], list[float]], Tensor],
    what: str,
    bgr: np.ndarray[Any, np.dtype[np.uint8]],
    mean: list[float],
    std: list[float],
) -> None:
    given, numbers = bgr.copy(), (list(mean), list(std))
    call = f"{name_of(answer)} of {what} of {bgr.shape[0]}×{bgr.shape[1]}"
    found = answer(bgr, *numbers)
    assert np.array_equal(bgr, given), f"{call} changes the array that it gets"
    channels = [(given[:, :, 2 - c] / 255 - mean[c]) / std[c] for c in range(3)]
    expected = torch.from_numpy(np.stack(channels))
    if isinstance(found, Tensor):
        assert found.dtype == torch.float32, f"{call} gives {found.dtype}, not torch.float32"
    require_close(call, found, expected)


@exercise("ten looks at ants")
def ten_looks_at_ants(accuracy: float) -> None:
    """The accuracy in eval mode after ten looks in train mode at all ants."""
    measured = _measured_looks()
    slips = {
        measured["before"]: "that is the accuracy before, and after looks at everything; show "
        "the network the ants alone, put it back into eval mode, and measure then",
        measured["one look"]: "that is after a single look",
        measured["bees"]: "that is after looks at the bees",
        measured["left in train mode"]: "put the network back into eval mode before you measure",
        100 * measured["right"]: "give it as a share, from 0 to 1",
        1 - measured["right"]: "that is the share of wrong answers",
    }
    within = 1.01 * measured["one picture"]
    require_number(accuracy, measured["right"], absolute=within, slips=slips)


@cache
def _measured_looks() -> dict[str, float]:
    """What can be measured after some looks, right or by a slip."""
    classifier = Classifier.from_checkpoint("insects-resnet18", device="cpu")
    model, paths = classifier.model, list(find_images([dataset_path("insects") / "val"]))
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    names = list(classifier.class_names)
    truth = torch.tensor([names.index(path.parent.name) for path in paths])
    inputs = torch.stack([classifier.transform(load_image(path)) for path in paths])

    @torch.no_grad()
    def after(looks: int, chosen: Tensor, training: bool = False) -> float:
        model.load_state_dict(kept)
        model.train()
        for _ in range(looks):
            model(inputs[chosen])
        model.train(training)
        return float((model(inputs).argmax(dim=1) == truth).float().mean())

    ants = truth == 0
    return {
        "right": after(10, ants),
        "before": after(0, ants),
        "one look": after(1, ants),
        "bees": after(10, ~ants),
        "left in train mode": after(10, ants, training=True),
        "one picture": 1 / len(paths),
    }


@exercise("careful prediction")
def careful_prediction(answer: Callable[[nn.Module, Tensor], Tensor]) -> None:
    """Predict in eval mode without gradients, and leave the network as it was."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = nn.Sequential(
            nn.Conv2d(3, 4, 3),
            nn.BatchNorm2d(4),
            nn.Dropout(0.5),
            nn.Flatten(),
            nn.Linear(64, 2),
        )
        images = torch.rand(2, 3, 6, 6)
    with torch.no_grad():
        expected = model.eval()(images)
    for training, norm_training in ((True, True), (False, False), (True, False), (False, True)):
        model.train(training)
        model[1].train(norm_training)
        _try_carefully(answer, model, images, expected)
    _try_with_an_error(answer, model.train())


def _try_carefully(
    answer: Callable[[nn.Module, Tensor], Tensor], model: nn.Module, images: Tensor, wanted: Tensor
) -> None:
    call = f"{name_of(answer)}(model, images)"
    modes = [part.training for part in model.modules()]
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    found = answer(model, images)
    on = torch.is_grad_enabled()
    torch.set_grad_enabled(True)
    assert on, f"{call} switches gradients off for good"
    require_close(call, found, wanted)
    assert not found.requires_grad, f"the result of {call} carries the graph of its gradients"
    trained = all(parameter.requires_grad for parameter in model.parameters())
    assert trained, f"after {call} some weights can no longer be trained"
    after = [part.training for part in model.modules()]
    assert after == modes, f"after {call} not every part of the model is in the mode it was in"
    same = all(torch.equal(model.state_dict()[name], old) for name, old in before.items())
    assert same, f"{call} changes what batch norm remembers"


def _try_with_an_error(answer: Callable[[nn.Module, Tensor], Tensor], model: nn.Module) -> None:
    """Pictures of five channels make the network raise an error."""
    call = f"{name_of(answer)}(model, images of 5 channels)"
    try:
        answer(model, torch.rand(2, 5, 6, 6))
    except RuntimeError:
        after = [part.training for part in model.modules()]
        assert all(after), f"{call} raises, as it should, but leaves the model in eval mode"
    else:
        raise AssertionError(f"{call} hides the error that the model raises")
