"""How long convolutions take in groups, and by which routine, for the processor and a narrower one.

Each layout and each set of instructions is measured in a process of its own: oneDNN, which computes
convolutions for PyTorch on such processors, asks for both when it starts.
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
from garden.experiments.own_process import run_alone
from garden.experiments.recording import told

LAYOUTS = {"NCHW": torch.contiguous_format, "channels-last": torch.channels_last}
INSTRUCTIONS = ("all", "AVX2")
"""What oneDNN may use: registers of 8 numbers with AVX2, of 16 where there is AVX-512."""

SIDES = {64: 56, 128: 56, 256: 28}
"""Of the square map, by its channels."""

RUNS, ROUNDS = 3, 41
"""Processes for each layout, and readings of each layer in each of them."""
FREED = 7_500_000
"""Numbers of a tensor that is freed at once: glibc then keeps smaller blocks for reuse."""


def cases() -> Iterator[Row]:
    """Every layer: ``channels`` in and out, ``groups``, ``side`` of the map, pictures at once."""
    for channels, side in SIDES.items():
        one = {"channels": channels, "side": side, "pictures": 1, "kernel": 3}
        yield from (one | {"groups": 2**power} for power in range(channels.bit_length()))
        if channels == 128:
            yield from (one | {"groups": groups, "kernel": 5} for groups in (8, 32))
    yield {"channels": 16, "side": 56, "pictures": 8, "kernel": 3, "groups": 1}


def measure_here(layout: str) -> list[Row]:
    """The milliseconds of every case in this process, ``ROUNDS`` of them."""
    torch.set_num_threads(1)
    torch.zeros(FREED)
    found = []
    kept = list(cases())
    for channels in sorted({case["channels"] for case in kept}):
        some = [case for case in kept if case["channels"] == channels]
        works: list[Callable[[], object]] = []
        for case in some:
            layer, values = _layer_and_map(case, layout)
            works.append(partial(layer, values))
        if channels == 128:
            works.append(values.clone)
            some.append(some[0] | {"groups": 0})  # only a copy of the map
        with torch.inference_mode():
            readings = readings_in_turns(works, rounds=ROUNDS)
        for case, own in zip(some, readings, strict=True):
            found.append({**case, "ms": [1000 * seconds for seconds in own]})
    return found


def _layer_and_map(case: Row, layout: str) -> tuple[nn.Conv2d, torch.Tensor]:
    channels, side, kernel = case["channels"], case["side"], case["kernel"]
    how: Row = {"padding": kernel // 2, "groups": case["groups"], "bias": False}
    layer = nn.Conv2d(channels, channels, kernel, **how)
    values = torch.randn(case["pictures"], channels, side, side)
    to = LAYOUTS[layout]
    return layer.to(memory_format=to), values.to(memory_format=to)


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
    found, number = {}, -1
    for line in said.splitlines():
        if line.startswith("case "):
            number = int(line.split()[1])
        elif ",exec," in line and ",convolution," in line:
            name = line.split(",convolution,")[1].split(",")[0]
            weights = re.search(r"wei:\w+:\w*:blocked:(\w+)", line)
            found[number] = name, weights[1] if weights else ""
    return found


def call_in_turns(layout: str) -> None:
    """Call the layers of 128 channels in turns; around each call, say which, and its ms."""
    torch.set_num_threads(1)
    torch.zeros(FREED)
    works = [(case["groups"], *_layer_and_map(case, layout)) for case in cases() if _is_plain(case)]
    with torch.inference_mode():
        for _, (groups, layer, values) in product(range(ROUNDS), works):
            print(f"case {groups}", flush=True)
            start = perf_counter()
            layer(values)
            print(f"whole,{1000 * (perf_counter() - start):.4f}", flush=True)


def _is_plain(case: Row) -> bool:
    return (case["channels"], case["kernel"]) == (128, 3)


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
    found = []
    for used, layout in product(INSTRUCTIONS, LAYOUTS):
        runs = [parts(_run("parts", layout, used, verbose=True)) for _ in range(RUNS)]
        for groups in runs[0]:
            row: Row = {"instructions": used, "layout": layout, "groups": groups}
            for part in PARTS.values():
                row[part] = round(min(ms for run in runs for ms in run[groups][part][1:]), 3)
            found.append(told(row))
    return found


def rows() -> list[Row]:
    """All cases, layouts and instructions: the routine, and the quartiles of all readings in ms."""
    found = []
    for used, layout in product(INSTRUCTIONS, LAYOUTS):
        names = routines(_run("call", layout, used, verbose=True))
        numbers = {_key(case): number for number, case in enumerate(cases())}
        runs = [json.loads(_run("measure", layout, used)) for _ in range(RUNS)]
        for same in zip(*runs, strict=True):
            readings = [ms for row in same for ms in row["ms"]]
            quartiles = statistics.quantiles(readings, n=4, method="inclusive")
            name, weights = names.get(numbers.get(_key(same[0]), -1), ("", ""))
            about = {"instructions": used, "layout": layout, **same[0]}
            about |= {"ms": [round(ms, 3) for ms in quartiles]}
            found.append(about | {"routine": name, "weights": weights})
    return found


def _key(case: Row) -> tuple[int, ...]:
    return tuple(case[name] for name in ("channels", "groups", "kernel", "pictures"))


def _run(what: str, layout: str, instructions: str, verbose: bool = False) -> str:
    limits = {"ONEDNN_MAX_CPU_ISA": instructions.upper(), "ONEDNN_VERBOSE": str(int(verbose))}
    return run_alone("garden.experiments.group_times", what, layout, around=limits)


if __name__ == "__main__":
    if sys.argv[1] == "call":
        call_once(sys.argv[2])
    elif sys.argv[1] == "parts":
        call_in_turns(sys.argv[2])
    else:
        print(json.dumps(measure_here(sys.argv[2])))
