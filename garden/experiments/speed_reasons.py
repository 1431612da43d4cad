"""Why two layers are slow: what oneDNN sorts before it computes, and what a max-pool is given.

Run as a module it computes one of the works, and oneDNN tells of each of its steps.
"""

import sys
from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor, nn

from course_utils.analysis.timing import readings_in_turns
from course_utils.teaching.measurements import Row
from garden.experiments.own_process import run_alone
from garden.experiments.speed_times import LAST, ROUNDS

Layer = nn.Conv2d | nn.ConvTranspose2d
CALLS = 200
TELLING = {"ONEDNN_VERBOSE": "1"}
"""oneDNN prints a line for each step that it has computed, with its milliseconds at the end."""


def same(channels: int) -> Layer:
    """A 3x3 convolution that keeps size and channels."""
    return nn.Conv2d(channels, channels, 3, padding=1, bias=False)


def enlarging(channels: int) -> Layer:
    """The dense transposed convolution of an FCN-32s."""
    return nn.ConvTranspose2d(channels, channels, 64, stride=32, padding=16, bias=False)


WORKS: dict[str, tuple[Callable[[], Layer], tuple[int, ...]]] = {
    "first stage": (partial(same, 64), (1, 64, 56, 56)),
    "last stage": (partial(same, 512), (1, 512, 7, 7)),
    "last stage, a batch of 4": (partial(same, 512), (4, 512, 7, 7)),
    "dense, 64 classes": (partial(enlarging, 64), (1, 64, 4, 6)),
}
"""By name: the layer, and the shape of its picture, channels first."""


def sorting(around: Mapping[str, str], calls: int = CALLS) -> list[Row]:
    """What oneDNN needs for a call of each work: ms to compute, to sort weights and pictures."""
    found = []
    for work in WORKS:
        said = run_alone(__name__, work, str(calls), around={**around, **TELLING})
        weights = WORKS[work][0]().weight
        found.append({"work": work, **steps(said, "x".join(map(str, weights.shape)), calls)})
    return found


def steps(said: str, weights: str, calls: int) -> Row:
    """The ms of a call by kind of step: the least of each step, summed.

    Other programs only add to a clock, so the least reading is the truest.

    Args:
        said: What oneDNN prints, a line for a step.
        weights: Their shape, as it writes it: what is sorted is told apart by it.
        calls: So many were made.
    """
    readings: dict[tuple[str, str], list[float]] = {}
    for line in said.splitlines():
        if not line.startswith("onednn_verbose") or ",exec," not in line:
            continue
        words = line.split(",")
        kind, shape = words[5], words[-2]
        if kind == "reorder":
            kind = "weights_ms" if shape == weights else "pictures_ms"
        else:
            kind = "compute_ms"
        readings.setdefault((kind, words[8]), []).append(float(words[-1]))
    row = dict.fromkeys(("compute_ms", "weights_ms", "pictures_ms"), 0.0)
    for (kind, _), own in readings.items():
        row[kind] += min(own) * len(own) / calls
    return {kind: float(f"{ms:.3g}") for kind, ms in row.items()}


def compute(work: str, calls: int) -> None:
    """Call a layer so many times."""
    make, shape = WORKS[work]
    layer, images = make().eval(), torch.rand(shape)
    with torch.inference_mode():
        for _ in range(calls):
            layer(images)


def values(side: int = 112, rounds: int = 2 * ROUNDS) -> list[Row]:
    """The least CPU ms of ResNet-18's max-pool by what it is given, in turns."""
    noise = torch.randn(1, 64, side, side, generator=torch.Generator().manual_seed(0))
    given: dict[str, Tensor] = {
        "noise": noise,
        "a constant": torch.zeros_like(noise),
        "ascending numbers": torch.arange(float(noise.numel())).view_as(noise),
        "noise, channels last": noise.contiguous(memory_format=LAST),
    }
    pool = nn.MaxPool2d(3, 2, 1)
    with torch.inference_mode():
        calls = [partial(pool, images) for images in given.values()]
        readings = readings_in_turns(calls, rounds=rounds)
    return [
        {"values": name, "ms": float(f"{1000 * min(own):.3g}")}
        for name, own in zip(given, readings, strict=True)
    ]


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(0)
    compute(sys.argv[1], int(sys.argv[2]))
