"""A script as a reader would write it: it times two layers, and imports little more than torch.

Its argument says what it does before: what a process has freed decides what memory it keeps.
"""

import json
import resource
import statistics
import sys
from time import process_time

import torch
from torch import nn

ROUNDS = 41
BEFORE = ("", "import torchvision", "torch.zeros(7_500_000)", "torch.zeros(9_000_000)")


def main(before: str) -> None:
    """Print the ms of a convolution without groups and in 32, and how many pages were fetched."""
    torch.set_num_threads(1)
    exec(before)
    x = torch.randn(1, 128, 56, 56)
    layers = [nn.Conv2d(128, 128, 3, padding=1, groups=g, bias=False) for g in (1, 32)]
    readings: list[list[float]] = [[], []]
    with torch.inference_mode():
        for layer in layers:
            layer(x)
        fetched = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(ROUNDS):
            for layer, own in zip(layers, readings, strict=True):
                start = process_time()
                layer(x)
                own.append(1000 * (process_time() - start))
    fetched = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - fetched
    medians = [round(statistics.median(own), 3) for own in readings]
    pages = round(fetched / ROUNDS / len(layers))
    print(json.dumps({"before": before, "ms": medians, "pages": pages}))


if __name__ == "__main__":
    main(sys.argv[1])
