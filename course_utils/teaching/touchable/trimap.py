"""A trimap to touch: a band around the borders of a mask, and what two networks get right in it.

Its data: ``image``, a ``data:`` address of a square picture; ``truth``, its mask as rows of 0
(ground), 1 (the thing) and 2 (void, never scored); ``answers``, for each network's name rows of 0
and 1; ``start`` and ``most``, widths of the band; and ``checks``: for a ``width`` how many pixels
are ``scored``, and how many of them each network has ``right``, from PyTorch.

A pixel is in the band if it has another label at most ``width`` steps away, a step going to any of
the eight neighbors; void counts as a label.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby

import torch

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import picture, text
from course_utils.training.boundary_metrics import near_border

VOID = 2
PANEL, GAP, TOP = 192, 16, 8
"""In the still picture: the side of an answer, the room between two, and above them."""

Rows = Sequence[Sequence[int]]


def checked(data: Data) -> Data:
    """Return the data, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    truth, answers = data["truth"], data["answers"]
    side = len(truth)
    if not data["image"].startswith("data:image/"):
        raise ValueError("the picture is a data: address")
    if not 1 <= data["start"] <= data["most"] < side:
        raise ValueError("the band is at least 1 pixel wide, and narrower than the picture")
    if len(answers) != 2:
        raise ValueError("a trimap to touch compares two answers")
    for name, rows in {"truth": truth, **answers}.items():
        if {len(row) for row in rows} != {side} or len(rows) != side:
            raise ValueError(f"{name}: all masks are squares of one size")
        if not set(chain(*rows)) <= ({0, 1, VOID} if name == "truth" else {0, 1}):
            raise ValueError(f"{name}: a label is 0 or 1, and void is 2, in the truth alone")
    for check in data["checks"]:
        found = scored(data, check["width"])
        if found != (check["scored"], list(check["right"])):
            raise ValueError(f"the check at width {check['width']} gives {found}")
    return data


def band_of(truth: Rows, width: int) -> torch.Tensor:
    """The pixels near a border, void left out: ``(side, side)``, bool."""
    labels = torch.tensor(truth)
    return near_border(labels[None], width)[0] & (labels != VOID)


def scored(data: Data, width: int) -> tuple[int, list[int]]:
    """How many pixels of the band are scored, and how many each network has right."""
    labels, band = torch.tensor(data["truth"]), band_of(data["truth"], width)
    right = [
        int((torch.tensor(answer) == labels)[band].sum()) for answer in data["answers"].values()
    ]
    return int(band.sum()), right


def words(data: Data) -> str:
    """Say how much each network has right at the start."""
    data = checked(data)
    count, right = scored(data, data["start"])
    shares = (
        f"{name} {fixed(number / count, 2)}"
        for name, number in zip(data["answers"], right, strict=True)
    )
    return (
        f"At the start the band is {data['start']} pixels wide and holds {count:,} pixels that are"
        f" scored. Right of them: {', '.join(shares)}."
    )


def still(data: Data) -> str:
    """Draw both answers at the start, and what is wrong in the band."""
    data = checked(data)
    side, (count, right) = len(data["truth"]), scored(data, data["start"])
    band, labels = band_of(data["truth"], data["start"]), torch.tensor(data["truth"])
    parts = []
    for k, (name, answer) in enumerate(data["answers"].items()):
        x = 8 + k * (PANEL + GAP)
        found = torch.tensor(answer)
        wrong = band & (found != labels)
        parts.append(
            f'<svg x="{x}" y="{TOP}" width="{PANEL}" height="{PANEL}"'
            f' viewBox="0 0 {side} {side}"><rect width="{side}" height="{side}" class="g"/>'
            f'<path d="{_runs(found == 1)}" class="a"/><path d="{_runs(wrong)}" class="w"/></svg>'
        )
        share = fixed(right[k] / count, 2)
        parts.append(text(x, TOP + PANEL + 22, f"{name}: {share} in the band", "b"))
    look = (
        "<style>.g{fill:#cdcdcd}path{stroke-width:1.05;fill:none}.a{stroke:#800000}"
        ".w{stroke:#ff8c00}text{font-size:14px}</style>"
    )
    return picture(2 * PANEL + GAP + 16, TOP + PANEL + 34, look, *parts)


def _runs(mask: torch.Tensor) -> str:
    """A path of horizontal strokes over the pixels that are true."""
    path = []
    for y, row in enumerate(mask.tolist()):
        x = 0
        for true, run in groupby(row):
            length = len(list(run))
            if true:
                path.append(f"M{x} {y}.5h{length}")
            x += length
    return "".join(path)


def packed(labels: Rows) -> str:
    """Write labels, row after row, as runs: each three times its length and its label, base 36.

    >>> packed([[0, 0], [0, 1]])
    '9 4'
    """
    runs = groupby(chain(*labels))
    return " ".join(_base36(3 * len(list(run)) + label) for label, run in runs)


def _base36(value: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return "".join(reversed([digits[place] for place in _places(value)])) or "0"


def _places(value: int) -> Iterator[int]:
    while value:
        value, place = divmod(value, 36)
        yield place


def stored(data: Data) -> Data:
    """Write the data as short as the script reads them."""
    data = checked(data)
    return {
        "image": data["image"],
        "side": len(data["truth"]),
        "truth": packed(data["truth"]),
        "names": list(data["answers"]),
        "answers": [packed(answer) for answer in data["answers"].values()],
        "start": data["start"],
        "most": data["most"],
        "checks": [[c["width"], c["scored"], *c["right"]] for c in data["checks"]],
    }


def design() -> Design:
    """Say what the figure is made of."""
    script, style = own_file("trimap.js"), own_file("trimap.css")
    return Design(script, style, still, words, tight=True, stored=stored)
