"""How long convolutions take in groups, and by which routine, for the processor and a narrower one.

Each way is measured in a process of its own: oneDNN, which computes convolutions for PyTorch on
such processors, asks for its instructions when it starts: all, or AVX2 with registers of 8.
"""

import json
import re
import statistics
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from time import perf_counter

import torch
from torch import nn

from course_utils.analysis.timing import readings_in_turns
from course_utils.teaching.measurements import Row
from garden.experiments import group_script
from garden.experiments.own_process import run_alone
from garden.experiments.recording import told

LAYOUTS = {"NCHW": torch.contiguous_format, "channels-last": torch.channels_last}
SIDE = 56
"""Of the square map."""
CHANNELS = (64, 128, 256)
MIXED = (8, 32, 128)
"""The groups of those layers of 128 channels also measured with a 1×1 convolution behind."""

RUNS, ROUNDS = 3, 41
"""Processes for each layout, and readings of each layer in each of them."""
FREED = 7_500_000
"""Numbers of a tensor that is freed at once: glibc then keeps smaller blocks for reuse."""

WAYS = (
    ("all", "NCHW", "kept"),
    ("all", "NCHW", "anew"),
    ("all", "channels-last", "kept"),
    ("AVX2", "NCHW", "kept"),
)
"""Instructions, layout, and memory: kept, as such a tensor has been freed, or each map's anew."""
ANEW = {"MALLOC_MMAP_THRESHOLD_": "131072"}
"""The bytes with which glibc starts; said so, they never grow, and larger blocks are not kept."""

SPLITS = (1, 3, 4, 6, 12)
"""Groups of 96 channels: 96, 32, 24, 16 or 8 outputs each, and 24 fill no registers of 16."""


def cases() -> Iterator[Row]:
    """Every layer: ``channels`` in and out, ``groups``, ``side``; ``mixed`` if a 1×1 follows."""
    for channels in CHANNELS:
        one = {"channels": channels, "side": SIDE, "mixed": False}
        yield from (one | {"groups": 2**power} for power in range(channels.bit_length()))
        if channels == 128:
            yield from (one | {"groups": groups, "mixed": True} for groups in MIXED)


def measure_here(layout: str, memory: str) -> list[Row]:
    """The milliseconds of every case in this process, ``ROUNDS`` of them."""
    torch.set_num_threads(1)
    if memory == "kept":
        torch.zeros(FREED)
    found = []
    for channels in CHANNELS:
        some = [case for case in cases() if case["channels"] == channels]
        works: list[Callable[[], object]] = []
        for case in some:
            layer, values = _layer_and_map(case, layout)
            works.append(partial(layer, values))
        with torch.inference_mode():
            readings = readings_in_turns(works, rounds=ROUNDS)
        for case, own in zip(some, readings, strict=True):
            found.append({**case, "ms": [1000 * seconds for seconds in own]})
    return found


def _layer_and_map(case: Row, layout: str) -> tuple[nn.Sequential, torch.Tensor]:
    channels, side = case["channels"], case["side"]
    how: Row = {"padding": 1, "groups": case["groups"], "bias": False}
    layers = [nn.Conv2d(channels, channels, 3, **how)]
    if case["mixed"]:
        layers.append(nn.Conv2d(channels, channels, 1, bias=False))
    values = torch.randn(1, channels, side, side)
    to = LAYOUTS[layout]
    return nn.Sequential(*layers).to(memory_format=to), values.to(memory_format=to)


def call_once(layout: str) -> None:
    """Call every case, and say which before: oneDNN prints its routines between these lines."""
    torch.set_num_threads(1)
    for number, case in enumerate(cases()):
        layer, values = _layer_and_map(case, layout)
        print(f"case {number}", flush=True)
        with torch.inference_mode():
            layer(values)


def routines(said: str) -> dict[int, tuple[str, str]]:
    """What oneDNN said → by case, the name of the routine and how the weights lie in memory."""
    found: dict[int, tuple[str, str]] = {}
    number = -1
    for line in said.splitlines():
        if line.startswith("case "):
            number = int(line.split()[1])
        elif ",exec," in line and ",convolution," in line:
            name = line.split(",convolution,")[1].split(",")[0]
            weights = re.search(r"wei:\w+:\w*:blocked:(\w+)", line)
            found.setdefault(number, (name, weights[1] if weights else ""))
    return found


def call_in_turns(layout: str, memory: str) -> None:
    """Call the layers of 128 channels in turns; around each call, say which, and its ms."""
    torch.set_num_threads(1)
    if memory == "kept":
        torch.zeros(FREED)
    plain = [case for case in cases() if case["channels"] == 128 and not case["mixed"]]
    _call([(case["groups"], *_layer_and_map(case, layout)) for case in plain])


def call_splits() -> None:
    """The same for the layers of ``SPLITS``."""
    torch.set_num_threads(1)
    torch.zeros(FREED)
    one = {"channels": 96, "side": SIDE, "mixed": False}
    _call([(g, *_layer_and_map(one | {"groups": g}, "NCHW")) for g in SPLITS])


def _call(works: list[tuple[int, nn.Sequential, torch.Tensor]]) -> None:
    with torch.inference_mode():
        for _, (number, layer, values) in product(range(ROUNDS), works):
            print(f"case {number}", flush=True)
            start = perf_counter()
            layer(values)
            print(f"whole,{1000 * (perf_counter() - start):.4f}", flush=True)


PARTS = {
    "whole,": "whole",
    ",exec,cpu,convolution,": "convolution",
    ",exec,cpu,reorder,": "sorting",
}
"""Of a call: by the words of the lines that give its milliseconds."""


def parts(said: str) -> dict[int, dict[str, list[float]]]:
    """What oneDNN said → by groups, part and call: the milliseconds."""
    found: dict[int, dict[str, list[float]]] = {}
    calls: dict[str, list[float]] = {}
    for line in said.splitlines():
        part = next((part for words, part in PARTS.items() if words in line), None)
        if line.startswith("case "):
            empty: dict[str, list[float]] = {part: [] for part in PARTS.values()}
            calls = found.setdefault(int(line.split()[1]), empty)
            for each in calls.values():
                each.append(0)
        elif calls and part:
            calls[part][-1] += float(line.rsplit(",", 1)[1])
    return found


def part_rows() -> list[Row]:
    """The fastest ms of each part, in layers of 128 channels.

    The clock of these parts runs on while another process has the core: it never reads too little.
    """
    found: list[Row] = []
    for used, layout, memory in WAYS:
        runs = [parts(_run("parts", layout, memory, used, verbose=True)) for _ in range(RUNS)]
        for groups in runs[0]:
            row: Row = {"instructions": used, "layout": layout, "memory": memory, "groups": groups}
            found.append(told(row | {part: _least(runs, groups, part) for part in PARTS.values()}))
    return found


def _least(runs: list[dict[int, dict[str, list[float]]]], number: int, part: str) -> float:
    return round(min(ms for run in runs for ms in run[number][part][1:]), 3)


def split_rows() -> list[Row]:
    """The ms of the convolution alone of 96 channels, and how its weights lie in memory."""
    said = [_run("splits", "NCHW", "kept", "all", verbose=True) for _ in range(RUNS)]
    runs, names = [parts(one) for one in said], routines(said[0])
    return [
        told({"groups": g, "ms": _least(runs, g, "convolution"), "weights": names[g][1]})
        for g in SPLITS
    ]


def script_rows() -> list[Row]:
    """What a short script reads, by what it does before."""
    name = "garden.experiments.group_script"
    runs = product(group_script.BEFORE, range(RUNS))
    return [told(json.loads(run_alone(name, before, around={}))) for before, _ in runs]


def rows() -> list[Row]:
    """All cases in all ways: the routine, and the quartiles of all readings in ms."""
    found: list[Row] = []
    numbers = {_key(case): number for number, case in enumerate(cases())}
    for used, layout, memory in WAYS:
        names = routines(_run("call", layout, memory, used, verbose=True))
        runs = [json.loads(_run("measure", layout, memory, used)) for _ in range(RUNS)]
        for same in zip(*runs, strict=True):
            readings = [ms for row in same for ms in row["ms"]]
            quartiles = statistics.quantiles(readings, n=4, method="inclusive")
            name, weights = names.get(numbers[_key(same[0])], ("", ""))
            about = {"instructions": used, "layout": layout, "memory": memory, **same[0]}
            about |= {"ms": [round(ms, 3) for ms in quartiles]}
            found.append(told(about | {"routine": name, "weights": weights}))
    return found


def _key(case: Row) -> tuple[int, ...]:
    return tuple(case[name] for name in ("channels", "groups", "mixed"))


def _run(what: str, layout: str, memory: str, instructions: str, verbose: bool = False) -> str:
    limits = {"ONEDNN_MAX_CPU_ISA": instructions.upper(), "ONEDNN_VERBOSE": str(int(verbose))}
    limits |= ANEW if memory == "anew" else {}
    return run_alone("garden.experiments.group_times", what, layout, memory, around=limits)


if __name__ == "__main__":
    what, layout, memory = sys.argv[1:]
    if what == "call":
        call_once(layout)
    elif what == "parts":
        call_in_turns(layout, memory)
    elif what == "splits":
        call_splits()
    else:
        print(json.dumps(measure_here(layout, memory)))
