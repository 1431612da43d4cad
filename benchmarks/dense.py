"""A map of a large picture, in one pass, against window after window."""

import torch
from torch import nn

from benchmarks.engines import by_engine, why_not
from benchmarks.folder import NO_BFLOAT16
from benchmarks.networks import torchvision_resnet18
from benchmarks.row import ROUNDS, Row, compared, skipped
from course_utils.inference import prepare_for_inference, response_map, sliding_windows
from course_utils.models import to_fully_convolutional
from course_utils.runtime import computes_in_bfloat16

PICTURE = (387, 1024)
"""Height and width, as in the chapter *Where is it?*."""

STRIDE = 32


def rows(rounds: int = ROUNDS) -> list[Row]:
    """The dense map in both precisions."""
    model = torchvision_resnet18()
    ours = [dense_row(model, precision, PICTURE, rounds) for precision in ("fp32", "bf16")]
    others = [("onnxruntime", "fp32"), ("openvino", "fp32"), ("openvino", "bf16")]
    return ours + [dense_row(model, how, PICTURE, rounds, engine) for engine, how in others]


def dense_row(
    model: nn.Module, precision: str, size: tuple[int, int], rounds: int, engine: str = ""
) -> Row:
    """One pass over the picture against a pass for each window that lies wholly inside."""
    name = f"dense map {engine or precision}" + " bf16" * bool(engine and precision == "bf16")
    by = f"{precision}, by {engine}" if engine else precision
    what = f"map of {size[0]}×{size[1]} pixels, ResNet-18, {by}: window by window"
    if reason := why_not(engine, precision) if engine else _why_not(precision):
        return skipped(name, what, reason)
    image = torch.rand(3, *size, generator=torch.Generator().manual_seed(0))
    whole = to_fully_convolutional(model)
    if engine:
        dense = by_engine(engine, whole, precision, any_size=True)
    else:
        dense = prepare_for_inference(whole, precision)
    across, down = ((side - 224) // STRIDE + 1 for side in size)
    note = f"{across * down} windows; windows see zeros beyond their edge, the map sees the picture"
    return compared(
        name,
        what,
        lambda: sliding_windows(model, image, 224, STRIDE),
        lambda: response_map(dense, image),
        rounds,
        note,
    )


def _why_not(precision: str) -> str:
    missing = precision == "bf16" and not computes_in_bfloat16("cpu")
    return NO_BFLOAT16 if missing else ""
