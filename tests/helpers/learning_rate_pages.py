"""The learning rate to touch: made-up trainings that are plausible, and the figure as HTML."""

import math
from typing import Any

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html

RATES = (1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 1.0, 10.0)
ENDS = (0.553, 0.71, 0.83, 0.91, 0.94, 0.945, 0.90, 0.74, 0.521, 0.5)
SPREAD = (0.03, 0.09, 0.03, 0.03, 0.03, 0.03, 0.03, 0.09, 0.03, 0.0)
EPOCHS = 12


def learning_rate_data() -> dict[str, Any]:
    """What a chapter gives the figure: ten rates; the highest one loses its numbers."""
    runs = []
    for k, (end, spread) in enumerate(zip(ENDS, SPREAD, strict=True)):
        share = [1 - math.exp(-epoch / 3) for epoch in range(1, EPOCHS)]
        accuracy = [0.5 + (end - 0.5) * s for s in share] + [end]
        loss: list[float | None] = [0.7 - 1.2 * (end - 0.5) * s for s in (*share, 1.0)]
        if k == 8:
            loss[0] = 5.2
        if k == 9:
            loss = [61.3, 1400.0, *[None] * (EPOCHS - 2)]
        low, high = ([a + sign * spread for a in accuracy] for sign in (-1, 1))
        runs.append({"loss": loss, "accuracy": accuracy, "low": low, "high": high})
    return {"rates": list(RATES), "seeds": 5, "chance": 0.5, "runs": runs}


def learning_rate_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    design, alt = (
        DESIGNS["learning_rate"](),
        "Three charts: loss, accuracy, and where it ends. " * 3,
    )
    caption = "Draw the learning rate along. " * 5
    return as_html("learning_rate", design, data or learning_rate_data(), alt, caption)
