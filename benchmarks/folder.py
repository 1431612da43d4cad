"""A folder of pictures → labels, against the published loop, by PyTorch and by other engines."""

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from benchmarks.engines import ENGINES, by_engine, why_not
from benchmarks.networks import torchvision_resnet18
from benchmarks.pictures import photographs
from benchmarks.published import one_at_a_time
from benchmarks.row import ROUNDS, Row, compared, skipped
from course_utils.data.loading import Batches
from course_utils.inference import Classifier, prepare_for_inference
from course_utils.inference.predictors import refuse
from course_utils.runtime import computes_in_bfloat16

BATCH = 8
NAMES = tuple(map(str, range(1000)))
NO_BFLOAT16 = "this processor has no instructions for bfloat16"


def rows(count: int = 12, rounds: int = ROUNDS) -> list[Row]:
    """All rows about predicting the pictures of a folder."""
    paths, which = photographs(count)
    model, images = torchvision_resnet18(), torch.rand(BATCH, 3, 224, 224)
    return [
        folder_row(model, paths, "fp32", which, rounds),
        folder_row(model, paths, "bf16", which, rounds),
        *(engine_row(engine, model, paths, "fp32", which, rounds) for engine in ENGINES),
        engine_row("openvino", model, paths, "bf16", which, rounds),
        network_row(model, images, rounds),
        *(network_engine_row(engine, model, images, rounds) for engine in ENGINES),
    ]


def folder_row(
    model: nn.Module, paths: Sequence[Path], precision: str, which: str, rounds: int
) -> Row:
    """``predict`` against the published loop."""
    name, what = f"folder {precision}", f"predict a folder, ResNet-18, {precision}: published loop"
    if precision == "bf16" and not computes_in_bfloat16("cpu"):
        return skipped(name, what, NO_BFLOAT16)
    classifier = Classifier(model, NAMES, precision=precision)

    def ours() -> list[int]:
        return [found.index for found in classifier.predict(paths, BATCH)]

    expected, found = one_at_a_time(model, paths), ours()
    same = sum(a == b for a, b in zip(expected, found, strict=True))
    note = f"{which}; the same class for {same} of {len(paths)}"
    return compared(name, what, lambda: one_at_a_time(model, paths), ours, rounds, note)


def engine_row(
    engine: str, model: nn.Module, paths: Sequence[Path], precision: str, which: str, rounds: int
) -> Row:
    """The same pictures through another engine: ``predict --engine``, or what could be had."""
    name = f"folder {engine}" + " bf16" * (precision == "bf16")
    what = f"predict a folder, ResNet-18, {precision}, by {engine}: published loop"
    if reason := why_not(engine, precision):
        return skipped(name, what, reason)
    network = by_engine(engine, model, precision, any_size=False)

    @torch.inference_mode()
    def ours() -> list[int]:
        batches = Batches.of_files(paths, BATCH, refuse, "cpu")
        return [index for images, _ in batches for index in network(images).argmax(dim=1).tolist()]

    expected, found = one_at_a_time(model, paths), ours()
    same = sum(a == b for a, b in zip(expected, found, strict=True))
    note = f"{which}; the same class for {same} of {len(paths)}"
    return compared(name, what, lambda: one_at_a_time(model, paths), ours, rounds, note)


def network_row(model: nn.Module, images: Tensor, rounds: int) -> Row:
    """The network alone: prepared against as it is, both in batches."""
    prepared = prepare_for_inference(model)

    def run(network: nn.Module) -> Callable[[], object]:
        return torch.inference_mode()(lambda: network(images))

    what = f"ResNet-18 alone, batch of {len(images)}, fp32: torchvision eager"
    return compared("network fp32", what, run(model), run(prepared), rounds)


def network_engine_row(engine: str, model: nn.Module, images: Tensor, rounds: int) -> Row:
    """The network alone, by another engine."""
    name = f"network {engine}"
    what = f"ResNet-18 alone, batch of {len(images)}, fp32, by {engine}: torchvision eager"
    if reason := why_not(engine):
        return skipped(name, what, reason)
    network = by_engine(engine, model, size=images.shape[-1], any_size=False)

    def run(network: nn.Module) -> Callable[[], object]:
        return torch.inference_mode()(lambda: network(images))

    return compared(name, what, run(model), run(network), rounds)
