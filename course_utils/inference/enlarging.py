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

Change = Callable[[Tensor], Tensor]

NUMBERS = 1 << 25
"""Logits that are enlarged together, at most: 128 MiB."""


def enlarged_answer(
    model: PublishedSegmenter, image: Tensor, prepare: Change, read: Change, whole: int
) -> Tensor:
    """What is read of the logits of a picture of any size (arguments as for ``dense_answer``).

    Raises:
        ModelError: If the picture is so elongated that the network would see too many pixels.
    """
    height, width = image.shape[1:]
    scale = model.shorter_side / min(height, width)
    if height * width * scale**2 > whole:
        raise ModelError(
            f"a picture of {width}×{height} pixels becomes one of {round(width * scale)}×"
            f"{round(height * scale)} for this network, which looks at all of it together: cut the "
            "picture into parts that are less elongated"
        )
    device = next(model.parameters()).device
    with torch.inference_mode():
        logits = model.at_its_size(prepare(model.resized(image)[None].to(device)))[0]
        strips = [read(strip).cpu() for strip in enlarged_rows(logits.float(), height, width)]
    return torch.cat(strips, dim=1)


def enlarged_rows(logits: Tensor, height: int, width: int) -> Iterator[Tensor]:
    """Bilinearly enlarged logits, some rows at a time.

    Args:
        logits: ``(classes, h, w)``.
        height: Of the whole result.
        width: Likewise.

    Yields:
        Parts ``(classes, rows, width)`` of what ``interpolate`` gives with
        ``align_corners=False``, from the top to the bottom.
    """
    last = logits.shape[1] - 1
    places = (torch.arange(height, device=logits.device) + 0.5) * (logits.shape[1] / height) - 0.5
    for rows in places.clamp(0, last).split(max(1, NUMBERS // (len(logits) * width))):
        above = rows.floor().long()
        share = (rows - above)[:, None]
        below = (above + 1).clamp(max=last)
        between = logits[:, above] * (1 - share) + logits[:, below] * share  # (classes, rows, w)
        size = len(rows), width
        yield F.interpolate(between[None], size, mode="bilinear", align_corners=False)[0]
