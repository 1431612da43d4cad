"""The time of a block, layer by layer: narrow, in 32 groups, and as wide as these without groups.

1×64d and 32×4d have nearly the same work, 32×4d and 1×128d the same width. The last block of each
stage of the networks with 50 layers is measured, and the blocks take turns. Which instructions
oneDNN may use is said by the environment, so each set is measured in a process of its own. So is
what the allocator does: with its defaults glibc gives large maps back to the system after some
passes and not after others, and to fetch them again takes longer than a batch norm.
"""

import json
import resource
import time
from collections.abc import Sequence
from itertools import pairwise, product
from statistics import median, quantiles

import torch
from torch import Tensor, nn

from course_utils.models.blocks import Bottleneck
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments.own_process import rows_with_each
from garden.experiments.recording import measure

CHAPTER = "resnext"
KINDS = {"1×64d": (1, 64), "32×4d": (32, 4), "1×128d": (1, 128)}
STAGES = {1: (64, 56), 2: (128, 28), 3: (256, 14), 4: (512, 7)}
"""The channels that a stage of ResNet-50 has in the middle, and the side of its maps."""
PARTS = ("conv1", "conv2", "conv3", "norms", "other")
LAYOUTS = {"NCHW": torch.contiguous_format, "channels-last": torch.channels_last}
KEEPS_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**40)}
"""For glibc: take all memory from the heap, and give none of it back."""
ROUNDS = {1: 51, 8: 15, 16: 9}
"""By the number of pictures."""


def resnext(processor: str) -> list[Measurement]:
    """Measure with all instructions of this processor, and with AVX2 alone."""
    found = rows_with_each("garden.experiments.resnext", KEEPS_MEMORY)
    settings: Row = {
        "processor": processor,
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "threads": 1,
        "rounds": {str(pictures): rounds for pictures, rounds in ROUNDS.items()},
        "allocator": KEEPS_MEMORY,
        "unit": "ms of CPU time for all pictures: medians; whole: the three quartiles; "
        "page faults: the median of a pass",
    }
    return [measure(CHAPTER, "time of each layer", "", settings, found)]


def rows() -> list[Row]:
    """A row for each stage, number of pictures, layout, routine and kind; the kinds take turns."""
    torch.manual_seed(0)
    found = []
    for stage, (channels, side) in STAGES.items():
        blocks = [
            Bottleneck(4 * channels, channels, groups=groups, width_per_group=width).eval()
            for groups, width in KINDS.values()
        ]
        for pictures, layout, one in product(ROUNDS, LAYOUTS, (False, True)):
            maps = torch.randn(pictures, 4 * channels, side, side)
            maps = maps.to(memory_format=LAYOUTS[layout])
            placed = [block.to(memory_format=LAYOUTS[layout]) for block in blocks]
            readings = _readings(placed, maps, ROUNDS[pictures], one)
            setting = {
                "stage": stage,
                "pictures": pictures,
                "layout": layout,
                "routine": "oneDNN" if one else "chosen by PyTorch",
            }
            for kind, own in zip(KINDS, readings, strict=True):
                *columns, faults = zip(*own, strict=True)
                times: Row = {
                    part: _quartiles(column)[1] for part, column in zip(PARTS, columns, strict=True)
                }
                times["whole"] = _quartiles([sum(reading[:-1]) for reading in own])
                row = {**setting, "block": kind, "ms": times, "page_faults": median(faults)}
                found.append(row)
    return found


def _readings(
    blocks: list[Bottleneck], maps: Tensor, rounds: int, one: bool
) -> list[list[tuple[float, ...]]]:
    readings: list[list[tuple[float, ...]]] = [[] for _ in blocks]
    for round_number in range(rounds + 1):
        for block, own in zip(blocks, readings, strict=True):
            before = _page_faults()
            times = _times(block, maps, one)
            if round_number:  # the first does not count
                own.append((*times, _page_faults() - before))
    return readings


def _page_faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def _times(block: Bottleneck, x: Tensor, one: bool) -> tuple[float, ...]:
    """Seconds for each of ``PARTS``, from one pass through the block."""
    clock = [time.process_time()]

    def tick(value: Tensor) -> Tensor:
        clock.append(time.process_time())
        return value

    out = tick(_convolve(block.conv1, x, one))
    out = tick(block.relu(tick(block.bn1(out))))
    out = tick(_convolve(block.conv2, out, one))
    out = tick(block.relu(tick(block.bn2(out))))
    out = tick(_convolve(block.conv3, out, one))
    out = tick(block.bn3(out))
    out += x
    tick(block.relu(out))
    took = [after - before for before, after in pairwise(clock)]
    return took[0], took[3], took[6], sum(took[1:8:3]), sum(took[2:9:3])


def _convolve(layer: nn.Conv2d, x: Tensor, one: bool) -> Tensor:
    """The layer as PyTorch computes it, or by oneDNN, whatever PyTorch would choose.

    With one thread and fewer than 16 pictures PyTorch gives 1×1 convolutions of stride 1, where
    they have no groups, to an older routine; with more threads or pictures to oneDNN.
    """
    if not one:
        result: Tensor = layer(x)
        return result
    padding = [side // 2 for side in layer.kernel_size]
    how = padding, layer.stride, layer.dilation, layer.groups
    return torch.mkldnn_convolution(x, layer.weight, None, *how)


def _quartiles(seconds: Sequence[float]) -> list[float]:
    return [round(1000 * value, 3) for value in quantiles(seconds, n=4, method="inclusive")]


if __name__ == "__main__":
    torch.set_num_threads(1)
    with torch.inference_mode():
        print(json.dumps(rows()))
