"""Answers to the exercises of the chapter ``convolution``: wrong ones, and right ones."""

import torch
from torch.nn import functional as F

from notebook_exercises import RightAnswers, WrongAnswers


def _shares(left: list[float], right: list[float]) -> torch.Tensor:
    """Of five trainings, where three are given: (5, 2)."""
    return torch.tensor([left + left[:2], right + right[:2]]).T


WRONG: WrongAnswers = {
    "how much work": {
        "rounded up": 600 * 256,
        "without the last place": 600 * 196,
        "stride 1": 600 * 900,
        "one direction": 600 * 15,
        "as many cells as pixels": 600 * 1024,
        "one kernel": 75 * 225,
        "one channel": 200 * 225,
        "with biases": 608 * 225,
        "weights": 600,
        "weights and biases": 608,
        "answers": 1_800,
        "fully connected": 3 * 1024 * 1_800,
        "without the zeros of the border": 8 * 3 * 74**2,
        "one too many": 135_001,
    },
    "the whole convolution": {
        "turned by 180°": {"(kernels * window)": "(kernels.flip(-1, -2) * window)"},
        "rows and columns exchanged": {
            "(kernels * window)": "(kernels.transpose(-1, -2) * window)",
        },
        "always stride 1": {"row * stride, column * stride": "row, column"},
        "stride for the rows only": {"column * stride": "column"},
        "without the last place": {
            "(height + 2 * padding - tall) // stride + 1": "(height + 2 * padding - tall) // stride"
        },
        "rounded up": {
            "(width + 2 * padding - wide) // stride + 1": "-(-(width + 2 * padding"
            " - wide) // stride) + 1"
        },
        "padding on one side": {
            "padded[:, padding : padding + height, padding : padding + width]": "padded[:, :height,"
            " :width]"
        },
        "padding with ones": {"padded = torch.zeros": "padded = torch.ones"},
        "whole numbers only": {
            "2 * padding)\n    padded[": "2 * padding, dtype=torch.int)\n    padded[",
            "(out, rows, columns)\n": "(out, rows, columns, dtype=torch.int)\n",
        },
        "maps of whole numbers": {
            "(out, rows, columns)\n": "(out, rows, columns, dtype=torch.int)\n",
        },
        "padding left out": {
            "padded = torch.zeros(channels, height + 2 * padding, width + 2 * padding)": "padding ="
            " 0\n    padded = torch.zeros(channels, height, width)",
        },
        "the first channel only": {
            "(kernels * window).sum(dim=(1, 2, 3))": "(kernels * window)[:, 0].sum(dim=(1, 2))",
        },
        "the first kernel only": {"(kernels * window)": "(kernels[:1] * window)"},
        "a mean": {".sum(dim=(1, 2, 3))": ".mean(dim=(1, 2, 3))"},
        "all kernels added": {".sum(dim=(1, 2, 3))": ".sum()"},
        "square windows only": {"left : left + wide": "left : left + tall"},
        "with the batch axis": lambda picture, kernels, stride, padding: F.conv2d(
            picture[None], kernels, stride=stride, padding=padding
        ),
        "changes what it gets": {"    return maps": "    picture *= 0\n    return maps"},
        "without stride": lambda picture, kernels, stride, padding: F.conv2d(
            picture[None], kernels, padding=padding
        )[0],
    },
    "without the average": {
        "a number": 0.52,
        "a mean": torch.tensor([1.0, 0.52]),
        "a guess": torch.tensor([[1.0, 0.5]] * 5),
        "with the average": _shares([0.95, 0.97, 0.99], [0.94, 0.97, 0.99]),
        "trained on both halves": _shares([0.99, 1.0, 1.0], [0.99, 0.99, 1.0]),
        "trained on the right": _shares([0.5, 0.48, 0.55], [1.0, 0.99, 1.0]),
        "in percent": 100 * _shares([1.0, 0.99, 1.0], [0.5, 0.48, 0.55]),
        "never trained": _shares([0.5, 0.48, 0.52], [0.5, 0.49, 0.51]),
        "of the connected network": _shares([0.98, 0.98, 0.98], [0.48, 0.47, 0.49]),
        "the wrong labels on the right": _shares([1.0, 0.99, 1.0], [0.1, 0.0, 0.2]),
    },
    "a classifier that nobody trained": {
        "no ReLU": {".relu()": ""},
        "exchanged": {"upright.T, upright": "upright, upright.T"},
        "two columns apart": {"[-1.0, 2, -1]": "[-1.0, 0, 1]"},
        "padding": {"conv2d(pictures, kernels)": "conv2d(pictures, kernels, padding=1)"},
        "not adding up to 0": {"[-1.0, 2, -1]": "[-1.0, 3, -1]"},
        "the largest answer": {"mean(dim=(2, 3))": "amax(dim=(2, 3)).round()"},
        "always horizontal": lambda pictures: torch.zeros(len(pictures)),
        "one answer for all": {".argmax(dim=1)": ".mean(dim=0).argmax()"},
        "two numbers a picture": {".argmax(dim=1)": ""},
        "in the middle only": {"maps.mean(dim": "maps[:, :, 8:12, 8:12].mean(dim"},
    },
}


def _by_unfold(
    picture: torch.Tensor, kernels: torch.Tensor, stride: int = 1, padding: int = 0
) -> torch.Tensor:
    channels, height, width = picture.shape
    tall, wide = kernels.shape[2:]
    padded = torch.zeros(channels, height + 2 * padding, width + 2 * padding)
    padded[:, padding : padding + height, padding : padding + width] = picture
    windows = padded.unfold(1, tall, stride).unfold(2, wide, stride)  # (C, H', W', h, w)
    return torch.einsum("crsij,kcij->krs", windows, kernels)


def _built_in(
    picture: torch.Tensor, kernels: torch.Tensor, stride: int = 1, padding: int = 0
) -> torch.Tensor:
    return F.conv2d(picture.unsqueeze(0), kernels, None, stride, padding).squeeze(0)


def _in_float64(
    picture: torch.Tensor, kernels: torch.Tensor, stride: int = 1, padding: int = 0
) -> torch.Tensor:
    return _by_unfold(picture, kernels, stride, padding).double()


def _by_differences(pictures: torch.Tensor) -> torch.Tensor:
    """A kernel of two weights, and twice a ReLU: what falls counts, too."""
    across, down = (pictures.diff(dim=dim).abs().mean(dim=(1, 2, 3)) for dim in (3, 2))
    return (across > down).long()


def _by_squares(pictures: torch.Tensor) -> torch.Tensor:
    upright = torch.tensor([[-1.0, 2, -1]] * 3)[None, None]
    energies = [F.conv2d(pictures, k).square().mean(dim=(1, 2, 3)) for k in (upright.mT, upright)]
    return torch.stack(energies, dim=1).argmax(dim=1)


RIGHT: RightAnswers = {
    "how much work": {"a product": 8 * 75 * 15 * 15, "a tensor": torch.tensor(135_000)},
    "the whole convolution": {
        "by unfold": _by_unfold,
        "built in": _built_in,
        "in float64": _in_float64,
    },
    "without the average": {
        "measured": _shares([1.0, 0.99, 1.0], [0.5, 0.48, 0.58]),
        "in float64": _shares([0.99, 0.98, 0.99], [0.47, 0.55, 0.52]).double(),
    },
    "a classifier that nobody trained": {"differences": _by_differences, "squares": _by_squares},
}
