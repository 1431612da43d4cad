"""Tensors beside a network in a file: those that its answers do not need, and all others.

What is neither a counter nor a note, neither of a loss or a metric nor of an average of weights,
may belong to what was computed: a normalization, a spatial transformer, a second head.
"""

import re
from collections.abc import Iterable, Mapping

from torch import Tensor

from course_utils.models.state_dicts import BETWEEN, counts_only

OF_THE_LOSS = re.compile(
    r"(?:^|[./])[^./]*"
    r"(?:(?<![fg])loss|criterion|criteria|(?<!sym)metric|accuracy|_acc|_f1|auroc|_iou|confmat|confusion)"
    r"[^./]*(?:[./]|$)"
    r"|(?:^|[./_])(?:class_?weights?|pos_weight)$",
    re.IGNORECASE,
)
"""Beside a network Lightning keeps such modules, which have tensors of their own."""

AVERAGES = re.compile(r"(?:^|[./_])(?:ema|swa|shadow|averaged?)(?=[./_]|$)", re.IGNORECASE)
"""Before averages of weights. One that is a whole network of its own is compared with the other."""

NOTES = re.compile(r"(?:exp_avg|exp_avg_sq|max_exp_avg_sq|momentum_buffer|square_avg)$")
"""What an optimizer notes for each parameter."""


def not_computing(name: str, tensor: Tensor) -> bool:
    """Whether a tensor that no network has only counts, or is of a loss or a metric."""
    return counts_only(name, tensor) or OF_THE_LOSS.search(name) is not None


def left_beside(
    found: Mapping[str, Tensor],
    used: Iterable[Tensor],
    prefixes: Iterable[str],
    network: Mapping[str, Tensor],
) -> tuple[str, ...]:
    """The names that may belong to what was computed, and are of none of the networks.

    Args:
        found: As ``plain_names`` returns it.
        used: The tensors of the networks; some programs keep a part of them a second time.
        prefixes: What stands before the networks' names; what else is behind it is not beside.
        network: The network's own tensors.
    """
    known: dict[object, list[Tensor]] = {}
    for tensor in used:
        known.setdefault((tensor.shape, tensor.dtype), []).append(tensor)
    before = tuple(prefixes)
    return tuple(
        name
        for name, tensor in found.items()
        if not any(name.startswith(p) and BETWEEN not in name[len(p) :] for p in before)
        and not (not_computing(name, tensor) or NOTES.search(name))
        and not _among(tensor, known.get((tensor.shape, tensor.dtype), ()))
        and not _averaged(name, tensor, network)
    )


def _among(tensor: Tensor, others: Iterable[Tensor]) -> bool:
    return any(tensor is other or tensor.equal(other) for other in others)


def _averaged(name: str, tensor: Tensor, network: Mapping[str, Tensor]) -> bool:
    """Whether it is an average of one of the network's tensors; some write its name in one word."""
    found = AVERAGES.search(name)
    if found is None:
        return False
    word = name[found.end() :].replace(".", "").replace(BETWEEN, "")
    return any(
        tensor.shape == own.shape and word.endswith(known.replace(".", ""))
        for known, own in network.items()
    )
