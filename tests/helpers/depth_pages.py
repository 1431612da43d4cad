"""Depth to touch: made-up gradients that are plausible, and the figure as HTML."""

import math
from typing import Any

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.depth import shown_layers
from course_utils.teaching.touchable.output import Data, as_html

DEPTHS = (10, 18, 34, 66)
NORMS = ("batch norm", "none", "none, circular")
STEPS = (0, 10, 100)
PER_LAYER = {"plain": 0.055, "residual": 0.02}


def depth_data() -> dict[str, Any]:
    """What a chapter gives the figure: gradients that grow by a share of ten at each layer."""
    networks = [
        {"depth": depth, "kind": kind, "norm": norm, "steps": steps_of(depth, kind, norm)}
        for norm in NORMS
        for kind in PER_LAYER
        for depth in DEPTHS
    ]
    start = {"depth": 34, "kind": "plain", "norm": "batch norm"}
    return {"seeds": 5, "steps": list(STEPS), "networks": networks, "start": start}


def steps_of(depth: int, kind: str, norm: str) -> list[dict[str, Any]]:
    """One step, or as many as were recorded."""
    trained = norm == "batch norm" and depth < 66
    return [one_step(depth, kind, norm, step) for step in (STEPS if trained else (0,))]


def one_step(depth: int, kind: str, norm: str, step: int) -> dict[str, Any]:
    """The growth becomes less in the training."""
    rise = PER_LAYER[kind] * (1 if norm == "batch norm" else 0.05) * 50 / (50 + step)
    level = {"batch norm": 0.0, "none": -depth / 17, "none, circular": depth / 25}[norm]
    logs = [level + rise * (depth - 3 - layer) for layer in range(depth - 2)]
    ratio, size = 10 ** (logs[0] - logs[-1]), 10 ** (sum(logs) / len(logs))
    found: dict[str, Any] = {
        "gradients": [round(100 * logs[layer]) for layer in shown_layers(depth - 2)],
        "growth": [ratio, ratio * 0.8, ratio * 1.3],
        "size": [size, size * 0.7, size * 1.2],
    }
    if norm == "batch norm":
        cosine = math.exp(-rise * depth)
        found["cosine"] = [cosine, cosine - 0.03, cosine + 0.02]
    return found


def depth_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    alt = "Four curves of gradients, layer by layer, and numbers below them. " * 3
    caption = "Choose depth, shortcuts and norm; draw the training along. " * 4
    return as_html("depth", DESIGNS["depth"](), data or depth_data(), alt, caption)
