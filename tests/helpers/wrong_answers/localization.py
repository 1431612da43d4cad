"""Answers to the exercises of the chapter ``localization``: wrong ones, and right ones."""

import torch
from torch import Tensor, nn

from notebook_exercises import RightAnswers, WrongAnswers

Box = tuple[float, float, float, float]


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _with_a_loop(scored: list[tuple[float, Box]], limit: float) -> list[float]:
    left = sorted(scored, key=lambda one: -one[0])
    kept = []
    while left:
        score, best = left.pop(0)
        kept.append(score)
        left = [(s, box) for s, box in left if _part(box, best) <= limit]
    return kept


def _part(first: Box, second: Box) -> float:
    starts = [max(first[i], second[i]) for i in (0, 1)]
    ends = [min(first[i], second[i]) for i in (2, 3)]
    return _area((*starts, *ends)) / min(_area(first), _area(second))


def _emptied(scored: list[tuple[float, Box]], limit: float) -> list[float]:
    found = _with_a_loop(scored, limit)
    scored.clear()
    return found


def _by_rolling(network: nn.Module, x: Tensor, stride: int, times: int) -> Tensor:
    step = stride // times
    maps = [
        [network(x.roll((-a * step, -b * step), (2, 3))) for b in range(times)]
        for a in range(times)
    ]
    rows = [torch.stack(row, dim=4).flatten(3) for row in maps]
    return torch.stack(rows, dim=3).flatten(2, 3)


def _from_a_list(network: nn.Module, x: Tensor, stride: int, times: int) -> Tensor:
    step = stride // times
    rows = []
    for a in range(times):
        parts = [network(x[:, :, a * step :, b * step :]) for b in range(times)]
        wide = parts[0].new_zeros(*parts[0].shape[:3], sum(part.shape[3] for part in parts))
        for b, part in enumerate(parts):
            wide[..., b::times] = part
        rows.append(wide)
    fine = rows[0].new_zeros(*rows[0].shape[:2], sum(r.shape[2] for r in rows), rows[0].shape[3])
    for a, row in enumerate(rows):
        fine[:, :, a::times] = row
    return fine


WRONG: WrongAnswers = {
    "what a shift costs": {
        "one direction": 66,
        "one direction, pixels of the copy": 47,
        "by the area of one": 75,
        "pixels of the copy": 85,
        "multiplied by the scale": 60,
        "rounded down": 119,
    },
    "keep the best": {
        "by the union": {
            "smaller = min(area(box), area(other))": (
                "smaller = area(box) + area(other) - area([*starts, *ends])"
            )
        },
        "by the larger area": {"min(area(box), area(other))": "max(area(box), area(other))"},
        "by the area of the box alone": {"min(area(box), area(other))": "area(box)"},
        "by the area of the kept box alone": {"min(area(box), area(other))": "area(other)"},
        "dropped at the limit": {"> limit * smaller": ">= limit * smaller"},
        "rows ignored": {"(0, 1)]": "(0,)] + [0]", "(2, 3)]": "(2,)] + [1]"},
        "negative sides multiplied": {
            "max(0, box[2] - box[0]) * max(0, box[3] - box[1])": (
                "(box[2] - box[0]) * (box[3] - box[1])"
            )
        },
        "dropped ones drop others": {"kept.append((score, box))": "pass"},
        "against the last one kept": {"for _, other in kept:": "for _, other in kept[-1:]:"},
        "against the first one kept": {"for _, other in kept:": "for _, other in kept[:1]:"},
        "in the order given": {"sorted(scored, reverse=True)": "scored"},
        "the worst first": {"reverse=True": "reverse=False"},
        "boxes as well": {"[score for score, _ in kept]": "kept"},
        "the list emptied": _emptied,
    },
    "ask the gradient": {
        "from the field's center": (8.9, 3.3),
        "down before right": (-12.2, -6.6),
        "to the left and up": (6.6, 12.2),
        "of the probability": (-7.4, -12.5),
        "of the squares": (-8.4, -8.3),
        "colors added before the size": (-6.7, -12.6),
        "nothing": (0.0, 0.0),
        "one number": (-6.6,),
    },
    "shift and stitch": {
        "rows and columns exchanged": {"a * step :, b * step :": "b * step :, a * step :"},
        "not shifted": {"a * step :, b * step :": "0:, 0:"},
        "shifted by whole strides": {"step = stride // times": "step = stride"},
        "put side by side": {
            "fine[:, :, a::times, b::times] = maps[a][b]": (
                "h, w = maps[a][b].shape[2:]\n"
                "            fine[:, :, a * h : a * h + h, b * w : b * w + w] = maps[a][b]"
            )
        },
        "rolled around": _by_rolling,
        "the coarse map repeated": lambda network, x, stride, times: (
            network(x).repeat_interleave(times, dim=2).repeat_interleave(times, dim=3)
        ),
    },
}

RIGHT: RightAnswers = {
    "what a shift costs": {"a little more exactly": 119.9},
    "keep the best": {
        "a loop": _with_a_loop,
        "as a tuple": lambda scored, limit: tuple(_with_a_loop(scored, limit)),
    },
    "ask the gradient": {"more digits": (-6.634, -12.211)},
    "shift and stitch": {
        "rows, then columns": _from_a_list,
        "one shift after the other": {"maps[0][0].new_empty": "maps[-1][-1].new_zeros"},
    },
}
