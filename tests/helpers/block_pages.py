"""The residual block to touch: what PyTorch computes for it, and the figure as HTML."""

from typing import Any

import torch

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html

START = {"x": 3.0, "first": 2.0, "second": 0.5, "gamma": 1.0, "shortcut": True, "relu": True}
STATES: tuple[dict[str, Any], ...] = (
    START,
    {**START, "x": -2.0},
    {**START, "gamma": 0.0},
    {**START, "second": -1.0},
    {**START, "x": -1.25, "first": -1.5, "second": 1.75, "gamma": 0.25},
    {**START, "shortcut": False, "gamma": 0.0},
    {**START, "x": -2.0, "relu": False},
    {**START, "x": 0.0},
)


def by_pytorch(state: Data) -> dict[str, float]:
    """What the block gives in a state, and its slope."""
    x = torch.tensor(state["x"], requires_grad=True)
    total = state["gamma"] * state["second"] * torch.relu(state["first"] * x)
    total = total + x if state["shortcut"] else total
    y = torch.relu(total) if state["relu"] else total
    (slope,) = torch.autograd.grad(y, x)
    return {"y": y.item(), "slope": slope.item()}


def block_data(start: Data = START) -> dict[str, Any]:
    """What a chapter gives the figure."""
    return {"start": dict(start), "checks": [{**one, **by_pytorch(one)} for one in STATES]}


def block_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    alt = "A curve with a point on it, three sliders, two boxes to tick and six numbers. " * 2
    caption = "Drag the point; make γ 0; untick the shortcut. " * 5
    return as_html("block", DESIGNS["block"](), data or block_data(), alt, caption)
