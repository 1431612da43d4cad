"""Plain pages that hold figures to touch, and a second, tiny figure."""

from collections.abc import Sequence

import torch

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, Design, as_html
from course_utils.teaching.touchable.svg import picture

SCALES = (0.25, 0.5, 1.0, 2.0)
ALT = "Two bars for logits, and the share of each."
CAPTION = "Only differences count in `softmax`."
COUNTER = Design(
    script='start("counter", (stage, data, say) => {\n'
    '  const button = el("button", {}, String(data.from));\n'
    "  stage.append(button);\n"
    '  button.addEventListener("click", () => { say(String(++button.textContent)); });\n'
    "});\n",
    style="",
    still=lambda data: picture(60, 20),
    words=lambda data: f"At the start: {data['from']}.",
)


def softmax_data(
    classes: Sequence[str] = ("ants", "bees"), logits: Sequence[float] = (3.0, 1.0)
) -> Data:
    """What a chapter gives the softmax figure."""
    rows = [(scale * torch.tensor(logits)).softmax(dim=0).tolist() for scale in SCALES]
    return {
        "classes": list(classes),
        "logits": list(logits),
        "scales": list(SCALES),
        "probabilities": rows,
    }


def softmax_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    return as_html("softmax", DESIGNS["softmax"](), data or softmax_data(), ALT, CAPTION)


def counter_html() -> str:
    """A figure with one button that counts."""
    return as_html("counter", COUNTER, {"from": 3}, "A number.", "Count.")


def page_of(*figures: str, root: str = "", head: str = "") -> str:
    """A plain page with figures, as wide as the screen."""
    view = '<meta name="viewport" content="width=device-width"><meta charset="utf-8">'
    body = "".join(f'<div class="output text_html">{figure}</div>' for figure in figures)
    return (
        f'<!doctype html><html lang="en" {root}><head>{view}<title>Figures</title>{head}</head>'
        f'<body style="margin: 12px">{body}<p style="height: 1500px">The end.</p></body></html>'
    )
