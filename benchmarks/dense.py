"""A map of a large picture, in one pass, against window after window."""

import torch
from torch import nn

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
    return [dense_row(model, precision, PICTURE, rounds) for precision in ("fp32", "bf16")]


def dense_row(model: nn.Module, precision: str, size: tuple[int, int], rounds: int) -> Row:
    """One pass over the picture against a pass for each window that lies wholly inside."""
    name = f"dense map {precision}"
    what = f"map of {size[0]}×{size[1]} pixels, ResNet-18, {precision}: window by window"
    if precision == "bf16" and not computes_in_bfloat16("cpu"):
        return skipped(name, what, NO_BFLOAT16)
    image = torch.rand(3, *size, generator=torch.Generator().manual_seed(0))
    dense = prepare_for_inference(to_fully_convolutional(model), precision)
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
