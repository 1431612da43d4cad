"""How long a network takes, by layer and by remedy: what the process computes on one thread.

Measured in a process of its own: the compiler asks the environment for its settings.
"""

import json
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor, nn
from torchvision.models import resnet18

from course_utils.analysis.timing import readings_in_turns
from course_utils.inference import prepare_for_inference
from course_utils.inference.folding import fold_batch_norms
from course_utils.models import fcn32s
from course_utils.teaching.measurements import Row

SIDE, BATCH = 224, 4
ROUNDS = 15
CLASSES = (2, 4, 8, 16, 32, 64)
SEGMENTED = (1, 3, 128, 192)
LAST = torch.channels_last
Work = Callable[[], object]


def fresh() -> nn.Module:
    """ResNet-18 in ``eval`` mode, its batch norms with statistics of their own."""
    torch.manual_seed(0)
    network: nn.Module = resnet18()
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.running_mean, 0, 0.1)  # type: ignore[arg-type]
            nn.init.uniform_(layer.running_var, 0.5, 2)  # type: ignore[arg-type]
    return network.eval()


def pictures(count: int = BATCH, side: int = SIDE) -> Tensor:
    """Noise as pictures: ``(count, 3, side, side)``."""
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(0))


def layers(side: int = SIDE, rounds: int = 2 * ROUNDS) -> list[Row]:
    """The least CPU ms of each layer's calls, one picture, by layout."""
    found: list[Row] = []
    for layout, order in (("channels first", torch.contiguous_format), ("channels last", LAST)):
        network = fresh().to(memory_format=order)
        images = pictures(1, side).contiguous(memory_format=order)
        names = {m: name for name, m in network.named_modules() if not list(m.children())}
        readings: dict[str, list[float]] = {name: [] for name in names.values()}
        watch_layers(names, readings)
        with torch.inference_mode():
            for _ in range(rounds):
                network(images)
        found += [
            {"layout": layout, "layer": name, "ms": float(f"{1000 * min(own):.3g}")}
            for name, own in readings.items()
        ]
    return found


def watch_layers(names: dict[nn.Module, str], readings: dict[str, list[float]]) -> None:
    """Let each layer write down the CPU seconds of its calls."""
    begun: list[float] = []

    def begin(*_: object) -> None:
        begun.append(time.process_time())

    def end(layer: nn.Module, *_: object) -> None:
        readings[names[layer]].append(time.process_time() - begun.pop())

    for layer in names:
        layer.register_forward_pre_hook(begin)
        layer.register_forward_hook(end)


def remedies(side: int = SIDE, rounds: int = ROUNDS) -> list[Row]:
    """Each remedy alone and all together: CPU ms for a picture, and times as fast as none."""
    one, batch = pictures(1, side), pictures(BATCH, side)
    one_last, batch_last = (x.contiguous(memory_format=LAST) for x in (one, batch))
    plain, folded = fresh(), fresh()
    fold_batch_norms(folded, side)
    prepared = prepare_for_inference(plain, size=side)
    compiled, seconds = compiled_in(plain, one)
    both, both_seconds = compiled_in(prepared, batch_last)
    engine = exported(plain)
    works: list[tuple[str, Callable[[Tensor], object], Tensor]] = [
        ("none", plain, one),
        ("batch", plain, batch),
        ("channels last", fresh().to(memory_format=LAST), one_last),
        ("folded", folded, one),
        ("bfloat16", fresh().bfloat16(), one.bfloat16()),
        ("compiled", compiled, one),
        ("engine", engine, one),
        ("batch, channels last, folded", prepared, batch_last),
        ("batch, channels last, folded, compiled", both, batch_last),
        ("batch, engine", engine, batch),
    ]
    with torch.inference_mode():
        readings = readings_in_turns([partial(work, x) for _, work, x in works], rounds=rounds)
    found = [
        compared(name, len(x), readings[0], own)
        for (name, _, x), own in zip(works, readings, strict=True)
    ]
    for row in found:
        if "compiled" in row["remedy"]:
            row["seconds_to_compile"] = seconds if row["remedy"] == "compiled" else both_seconds
    return found


def compared(name: str, count: int, plain: Sequence[float], own: Sequence[float]) -> Row:
    """A row: ms for a picture, and how many times as fast, each as three quartiles."""
    return {
        "remedy": name,
        "pictures": count,
        "ms": quartiles([1000 * seconds / count for seconds in own]),
        "times": quartiles([count * a / b for a, b in zip(plain, own, strict=True)]),
    }


def quartiles(values: Sequence[float]) -> list[float]:
    """Three, with three digits each."""
    return [float(f"{x:.3g}") for x in statistics.quantiles(values, n=4, method="inclusive")]


def compiled_in(network: nn.Module, images: Tensor) -> tuple[Callable[[Tensor], object], float]:
    """The compiled network, and the CPU seconds of its first call, with the compiler's own."""
    compiled: Callable[[Tensor], object] = torch.compile(deepcopy(network))
    with torch.inference_mode():
        before = sum(os.times()[:4])
        compiled(images)
        return compiled, round(sum(os.times()[:4]) - before, 1)


def exported(network: nn.Module) -> Callable[[Tensor], object]:
    """The network as onnxruntime runs it, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    names: Row = {"input_names": ["images"], "dynamic_axes": {"images": {0: "n"}}}
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder, "network.onnx")
        torch.onnx.export(network, (pictures(1),), path, dynamo=False, **names)
        session = onnxruntime.InferenceSession(path.read_bytes(), options)
    return lambda images: session.run(None, {"images": images.numpy()})


def threads(side: int = SIDE, rounds: int = 4 * ROUNDS) -> list[Row]:
    """One thread and two, by the clock on the wall, and what they compute: the least ms of each.

    Other programs only add to these clocks, so the least readings are the truest.
    """
    network, images = fresh(), pictures(1, side)
    readings: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    load = round(os.getloadavg()[0], 1)  # programs that wanted a core before
    with torch.inference_mode():
        for count, own in [*readings.items()] * rounds:
            torch.set_num_threads(count)
            network(images)
            start = time.perf_counter(), time.process_time()
            network(images)
            end = time.perf_counter(), time.process_time()
            own.append((1000 * (end[0] - start[0]), 1000 * (end[1] - start[1])))
    torch.set_num_threads(1)
    found: list[Row] = []
    for count, own in readings.items():
        wall, computed = (float(f"{min(clock):.3g}") for clock in zip(*own, strict=True))
        found.append({"threads": count, "wall_ms": wall, "cpu_ms": computed, "load": load})
    return found


def classes(shape: tuple[int, ...] = SEGMENTED, rounds: int = ROUNDS) -> list[Row]:
    """FCN-32s by its number of classes, with both kinds of enlarging: ms for one picture."""
    images = pictures(1, shape[-1])[..., : shape[-2], :].contiguous(memory_format=LAST)
    cases = [(kind, count) for count in CLASSES for kind in ("depthwise", "dense")]
    works: list[Work] = []
    for kind, count in cases:
        network = fcn32s(fresh(), count, depthwise=kind == "depthwise").eval()
        works.append(partial(prepare_for_inference(network, size=shape[-2]), images))
    with torch.inference_mode():
        readings = readings_in_turns(works, rounds=rounds)
    return [
        {"kind": kind, "classes": count, "ms": quartiles([1000 * s for s in own])}
        for (kind, count), own in zip(cases, readings, strict=True)
    ]


PARTS: dict[str, Callable[[], list[Row]]] = {
    "layers": layers,
    "remedies": remedies,
    "threads": threads,
    "classes": classes,
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    print(json.dumps(PARTS[sys.argv[1]]()))
