"""Checks of the exercises on inference."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    positive_numbers,
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
    slips = _joined(
        (measured["before"], "before any look, or after looks at everything"),
        (measured["left in train mode"], "in train mode: call eval() before you measure"),
        (measured["one look"], "after a single look"),
        (measured["bees"], "after looks at the bees"),
        (100 * measured["right"], "in percent: give a share, from 0 to 1"),
        (1 - measured["right"], "of the wrong answers: count the right ones"),
    )
    within = 1.01 * measured["one picture"]
    require_number(accuracy, measured["right"], absolute=within, slips=slips)


def _joined(*slips: tuple[float, str]) -> dict[float, str]:
    """A hint for each number; it names all slips that lead there, for two may give the same."""
    ways: dict[float, list[str]] = {}
    for number, way in slips:
        ways.setdefault(round(number, 4), []).append(way)
    return {number: f"that is the share {'; or '.join(found)}" for number, found in ways.items()}


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
    """Predict in eval mode without gradients, and leave everything as it was.

    Whatever a wrong answer leaves behind is gone when this returns: each trial has a model of its
    own, and whether gradients are on is put back.
    """
    for training in (True, False):
        for norm_training in (True, False):
            for gradients in (True, False):
                model = _nested_model(training, norm_training)
                with torch.set_grad_enabled(gradients):
                    _try_carefully(answer, model, gradients)
                    _try_with_an_error(answer, model, gradients)
                    _try_with_another_error(answer, model, gradients)


def _nested_model(training: bool, norm_training: bool) -> nn.Module:
    """A part in a part keeps a mode of its own, and another one is frozen."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        inner = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout(0.5))
        model = nn.Sequential(inner, nn.Flatten(), nn.Linear(64, 2))
    inner[0].requires_grad_(False)
    model.train(training)
    inner[1].train(norm_training)
    return model


def _pictures(channels: int) -> Tensor:
    return positive_numbers(2, channels, 6, 6).float()


def _try_carefully(
    answer: Callable[[nn.Module, Tensor], Tensor], model: nn.Module, gradients: bool
) -> None:
    call = f"{name_of(answer)}(model, images)"
    wanted = _answer_in_eval_mode(model)
    before = _state(model)
    inside: list[bool] = []
    with _at_each_call(model, lambda: inside.append(torch.is_grad_enabled())):
        found = answer(model, _pictures(3))
    on = torch.is_grad_enabled()
    require_close(call, found, wanted)
    assert not any(inside), f"in {call} gradients are on while the model is called"
    assert not found.requires_grad, f"the result of {call} carries the graph of its gradients"
    _require_no_trace(call, model, before, on, gradients)


def _answer_in_eval_mode(model: nn.Module) -> Tensor:
    with torch.no_grad():
        logits: Tensor = copy.deepcopy(model).eval()(_pictures(3))
    return logits


def _try_with_an_error(
    answer: Callable[[nn.Module, Tensor], Tensor], model: nn.Module, gradients: bool
) -> None:
    """Pictures of five channels make the network raise an error."""
    call = f"{name_of(answer)}(model, images of 5 channels)"
    _require_the_error(RuntimeError, call, lambda: answer(model, _pictures(5)), model, gradients)


class _OrderedError(Exception):
    """Of a kind that no answer can name."""


def _try_with_another_error(
    answer: Callable[[nn.Module, Tensor], Tensor], model: nn.Module, gradients: bool
) -> None:
    """Something else than PyTorch may fail, with an error of another kind."""

    def fail() -> None:
        raise _OrderedError

    call = f"{name_of(answer)}(a model that raises an error of its own, images)"
    with _at_each_call(model, fail):
        _require_the_error(
            _OrderedError, call, lambda: answer(model, _pictures(3)), model, gradients
        )


@contextmanager
def _at_each_call(model: nn.Module, act: Callable[[], None]) -> Iterator[None]:
    """Act inside of the model, and of each copy of it, whenever it is called."""
    handle = model[0][0].register_forward_pre_hook(lambda part, images: act())  # type: ignore[index]
    try:
        yield
    finally:
        handle.remove()


def _require_the_error(
    kind: type[Exception],
    call: str,
    make: Callable[[], object],
    model: nn.Module,
    gradients: bool,
) -> None:
    before = _state(model)
    try:
        make()
    except kind:
        on = torch.is_grad_enabled()
        _require_no_trace(f"the error of {call}", model, before, on, gradients)
    else:
        raise AssertionError(f"{call} hides the error that the model raises")


_State = tuple[list[bool], list[bool], dict[str, Tensor]]


def _state(model: nn.Module) -> _State:
    """Each part's mode, which weights can be trained, and all numbers."""
    modes = [part.training for part in model.modules()]
    trained = [parameter.requires_grad for parameter in model.parameters()]
    return modes, trained, {name: old.clone() for name, old in model.state_dict().items()}


def _require_no_trace(
    call: str, model: nn.Module, before: _State, on: bool, gradients: bool
) -> None:
    modes, trained, numbers = _state(model)
    switched = "on" if on else "off"
    assert on == gradients, f"after {call} gradients are {switched}, for good; they were not"
    assert trained == before[1], f"after {call} other weights can be trained than before"
    assert modes == before[0], f"after {call} not every part is in the mode it was in"
    same = all(torch.equal(numbers[name], old) for name, old in before[2].items())
    assert same, f"{call} changes what batch norm remembers, or the weights"
