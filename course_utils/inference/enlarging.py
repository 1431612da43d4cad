"""The answer of a network that looks at pictures of one size, enlarged to the picture's own.

The logits of a large picture would need gigabytes. They are enlarged some rows at a time, and
only what is read of them is kept.
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.errors import ModelError
from course_utils.models.published_segmenters import PublishedSegmenter
from course_utils.runtime import device_of

Change = Callable[[Tensor], Tensor]

NUMBERS = 1 << 25
"""Logits that are enlarged together, at most: 128 MiB."""


def enlarged_answer(
    model: PublishedSegmenter, image: Tensor, prepare: Change, whole: int
) -> Iterator[tuple[slice, Tensor]]:
    """The answer to a picture of any size, some rows at a time.

    Args:
        model: In ``eval`` mode.
        image: ``(3, H, W)``.
        prepare: Turns a batch of pictures, moved to the network's device, into what it takes.
        whole: Pixels that the network may see at once.

    Yields:
        Rows of the picture, from the top to the bottom, and their logits
        ``(classes, rows, W)``, on the network's device.

    Raises:
        ModelError: If the picture is so elongated that the network would see more pixels.
    """
    height, width = image.shape[1:]
    scale = model.shorter_side / min(height, width)
    if height * width * scale**2 > whole:
        raise ModelError(
            f"a picture of {width}×{height} pixels becomes one of {round(width * scale)}×"
            f"{round(height * scale)} for this network, which looks at all of it together: cut the "
            "picture into parts that are less elongated"
        )
    device = device_of(model)
    with torch.inference_mode():
        logits = model.at_its_size(prepare(model.resized(image)[None].to(device)))[0]
        yield from enlarged_rows(logits.float(), height, width)


def enlarged_rows(logits: Tensor, height: int, width: int) -> Iterator[tuple[slice, Tensor]]:
    """Bilinearly enlarged logits, some rows at a time.

    Args:
        logits: ``(classes, h, w)``.
        height: Of the whole result.
        width: Likewise.

    Yields:
        Rows, and their part ``(classes, rows, width)`` of what ``interpolate`` gives with
        ``align_corners=False``.
    """
    last = logits.shape[1] - 1
    step = max(1, NUMBERS // (len(logits) * width))
    for start in range(0, height, step):
        rows = torch.arange(start, min(start + step, height), device=logits.device)
        places = ((rows + 0.5) * (logits.shape[1] / height) - 0.5).clamp(0, last)
        above = places.floor().long()
        share = (places - above)[:, None]
        below = (above + 1).clamp(max=last)
        between = logits[:, above] * (1 - share) + logits[:, below] * share  # (classes, rows, w)
        size = len(rows), width
        enlarged = F.interpolate(between[None], size, mode="bilinear", align_corners=False)
        yield slice(start, start + len(rows)), enlarged[0]
