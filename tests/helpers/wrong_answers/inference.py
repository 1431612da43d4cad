"""Answers to the exercises of the chapter ``inference``: wrong ones, and right ones."""

import copy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torchvision.transforms.v2.functional import normalize

from notebook_exercises import RightAnswers, WrongAnswers


def _in_train_mode_for_good(model: nn.Module, images: Tensor) -> Tensor:
    model.eval()
    torch.set_grad_enabled(False)
    return model(images)


def _frozen(model: nn.Module, images: Tensor) -> Tensor:
    careful = copy.deepcopy(model).eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    with torch.no_grad():
        return careful(images)


def _thaws(model: nn.Module, images: Tensor) -> Tensor:
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    try:
        return copy.deepcopy(model).eval()(images)
    finally:
        for parameter in model.parameters():
            parameter.requires_grad_(True)


def _one_mode_after_an_error(model: nn.Module, images: Tensor) -> Tensor:
    modes, training = [part.training for part in model.modules()], model.training
    try:
        with torch.no_grad():
            found: Tensor = model.eval()(images)
    except RuntimeError:
        model.train(training)
        raise
    for part, mode in zip(model.modules(), modes, strict=True):
        part.training = mode
    return found


def _children_alone(model: nn.Module, images: Tensor) -> Tensor:
    modes, training = {part: part.training for part in model.children()}, model.training
    try:
        with torch.no_grad():
            return model.eval()(images)
    finally:
        model.training = training
        for part, mode in modes.items():
            part.train(mode)


def _off_after_an_error(model: nn.Module, images: Tensor) -> Tensor:
    on = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    found: Tensor = copy.deepcopy(model).eval()(images)
    torch.set_grad_enabled(on)
    return found


def _always_on_afterwards(model: nn.Module, images: Tensor) -> Tensor:
    torch.set_grad_enabled(False)
    try:
        return copy.deepcopy(model).eval()(images)
    finally:
        torch.set_grad_enabled(True)


def _detached(model: nn.Module, images: Tensor) -> Tensor:
    return copy.deepcopy(model).eval()(images).detach()


def _after_runtime_errors(model: nn.Module, images: Tensor) -> Tensor:
    modes = [part.training for part in model.modules()]

    def put_back() -> None:
        for part, mode in zip(model.modules(), modes, strict=True):
            part.training = mode

    try:
        with torch.no_grad():
            found: Tensor = model.eval()(images)
    except RuntimeError:
        put_back()
        raise
    put_back()
    return found


WRONG: WrongAnswers = {
    "in strange company": {
        "as in eval mode": 2 / 3,
        "the remembered standard deviation": -2 / 3,
        "one less": -1.0,
        "by the variance": -0.75,
        "the remembered mean": 2 / (8 / 3) ** 0.5,
        "not divided": -2.0,
        "without itself": -3.0,
        "one digit": -1.2,
    },
    "from OpenCV to the network": {
        "without the copy": {".copy()": ""},
        "red stays blue": {"[:, :, ::-1]": ""},
        "left and right exchanged": {"[:, :, ::-1]": "[:, ::-1]"},
        "channels turned": {"[:, :, ::-1]": "[:, :, [1, 2, 0]]"},
        "by its own maximum": {"/ 255": "/ bgr.max()"},
        "by its own maximum, or 1": {"/ 255": "/ max(1, int(bgr.max()))"},
        "by 256": {"/ 255": "/ 256"},
        "not divided": {" / 255": ".float()"},
        "reshaped": {".permute(2, 0, 1)": ".reshape(3, *bgr.shape[:2])"},
        "on its side": {".permute(2, 0, 1)": ".permute(2, 1, 0)"},
        "the last axis": {"view(3, 1, 1)": "view(1, 1, 3)"},
        "times std": {"/ std": "* std"},
        "divided before": {"(tensor - mean) / std": "tensor / std - mean"},
        "in double precision": {" / 255": ".double() / 255"},
        "the mean of blue from red": {"in (mean, std)": "in (mean[::-1], std[::-1])"},
        "ImageNet's mean": {"in (mean, std)": "in ([0.485, 0.456, 0.406], std)"},
        "changes what it gets": {
            "rgb = bgr[:, :, ::-1].copy()": "bgr[:, :, [0, 2]] = bgr[:, :, [2, 0]]\n    rgb = bgr"
        },
    },
    "ten looks at ants": {
        "before": 0.94,
        "one look": 0.927,
        "at bees": 0.887,
        "in percent": 83.3,
        "wrong ones": 0.167,
    },
    "careful prediction": {
        "predict in train mode": {"model.eval()": "pass"},
        "predict with gradients": {"torch.no_grad()": "torch.enable_grad()"},
        "leave the network in eval mode": {"part.training = training": "pass"},
        "always return to train mode": {"part.training = training": "part.training = True"},
        "return to one mode for all parts": {"= training": "= modes[model]"},
        "probabilities instead of logits": {"model(images)": "model(images).softmax(dim=1)"},
        "no gradients any more": _in_train_mode_for_good,
        "freezes the weights": _frozen,
        "thaws frozen weights": _thaws,
        "one mode for all after an error": _one_mode_after_an_error,
        "remembers the children alone": _children_alone,
        "gradients off after an error": _off_after_an_error,
        "gradients on although they were off": _always_on_afterwards,
        "detaches, with gradients on": _detached,
        "after a RuntimeError alone": _after_runtime_errors,
        "only if all goes well": {"    finally:": "    except ZeroDivisionError:"},
        "hides the error": {
            "    finally:": "    except RuntimeError:\n        return None\n    finally:"
        },
    },
}


def _by_indices(bgr: Any, mean: list[float], std: list[float]) -> Tensor:
    tensor = torch.tensor(bgr)[:, :, [2, 1, 0]].permute(2, 0, 1).float() / 255
    return (tensor - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]


def _by_torchvision(bgr: Any, mean: list[float], std: list[float]) -> Tensor:
    return normalize(torch.tensor(bgr).flip(2).movedim(2, 0) / 255, mean, std)


def _by_numpy(bgr: Any, mean: list[float], std: list[float]) -> Tensor:
    rgb = (np.flip(bgr, 2) / 255 - mean) / std
    return torch.tensor(np.moveaxis(rgb, 2, 0), dtype=torch.float32)


def _on_a_copy(model: nn.Module, images: Tensor) -> Tensor:
    with torch.no_grad():
        return copy.deepcopy(model).eval()(images)


def _by_a_list(model: nn.Module, images: Tensor) -> Tensor:
    training = [part for part in model.modules() if part.training]
    try:
        with torch.inference_mode():
            return model.eval()(images)
    finally:
        for part in training:
            part.training = True


def _by_switching(model: nn.Module, images: Tensor) -> Tensor:
    on, modes = torch.is_grad_enabled(), [part.training for part in model.modules()]
    torch.set_grad_enabled(False)
    try:
        return model.eval()(images)
    finally:
        torch.set_grad_enabled(on)
        for part, mode in zip(model.modules(), modes, strict=True):
            part.training = mode


RIGHT: RightAnswers = {
    "in strange company": {"rounded": -1.22, "not rounded": -(1.5**0.5), "minus": -1.225},
    "from OpenCV to the network": {
        "by indices": _by_indices,
        "by torchvision": _by_torchvision,
        "by numpy": _by_numpy,
    },
    "ten looks at ants": {
        "rounded": 0.83,
        "not rounded": 125 / 150,
        "a tensor": torch.tensor(0.833),
    },
    "careful prediction": {
        "on a copy": _on_a_copy,
        "by a list": _by_a_list,
        "by switching": _by_switching,
    },
}
