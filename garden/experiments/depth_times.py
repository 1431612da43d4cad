"""The time of the five depths for each multiply–add, with one picture less than 16 and with 16.

With one thread and fewer than 16 pictures PyTorch gives 1×1 convolutions without a stride to
another routine, whose matrix product is MKL's. Which instructions may be used is said by the
environment, so each set is measured in a process of its own. On an AMD EPYC the limit slows, of
the two, oneDNN alone: MKL's product is as fast with AVX2 as without a limit.
"""

import json
from functools import partial
from itertools import product
from statistics import quantiles

import torch

from course_utils.analysis import count_multiply_adds
from course_utils.analysis.timing import readings_in_turns
from course_utils.models.resnet import resnet_of_depth
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments.own_process import rows_with_each
from garden.experiments.recording import measure

DEPTHS = (18, 34, 50, 101, 152)
PICTURES = (15, 16)
ROUNDS, SIDE = 7, 112


def depth_times(chapter: str, processor: str) -> Measurement:
    """Measure with all instructions of this processor, and with AVX2 alone."""
    found = rows_with_each("garden.experiments.depth_times", {})
    settings: Row = {
        "processor": processor,
        "threads": 1,
        "side": SIDE,
        "rounds": ROUNDS,
        "unit": "ms of CPU time for 10⁹ multiply–adds: first quartile, median, third quartile",
    }
    return measure(chapter, "time of each depth", "", settings, found)


def rows() -> list[Row]:
    """A row for each depth and number of pictures; all take turns."""
    torch.manual_seed(0)
    models = {depth: resnet_of_depth(depth).eval() for depth in DEPTHS}
    work = {d: count_multiply_adds(m, (1, 3, SIDE, SIDE)) / 1e9 for d, m in models.items()}
    cases = list(product(DEPTHS, PICTURES))
    calls = [partial(models[d], torch.rand(pictures, 3, SIDE, SIDE)) for d, pictures in cases]
    with torch.inference_mode():
        readings = readings_in_turns(calls, rounds=ROUNDS)
    return [
        {"depth": depth, "pictures": pictures, "ms": _quartiles(own, pictures * work[depth])}
        for (depth, pictures), own in zip(cases, readings, strict=True)
    ]


def _quartiles(readings: list[float], work: float) -> list[float]:
    parts = quantiles(readings, n=4, method="inclusive")
    return [float(f"{1000 * part / work:.3g}") for part in parts]


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(json.dumps(rows()))
