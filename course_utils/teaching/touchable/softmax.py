"""Softmax to touch: logits and their scale; the shares, and the odds of two classes."""

import math

from course_utils.teaching.touchable.digits import fixed, share, short
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import bar, line, picture, text

LOW, HIGH = -4.0, 6.0
"""The logits that the figure has room for."""

WIDTH, ROW, LEFT, RIGHT = 360, 62, 18, 342


def check(data: Data) -> None:
    """Say what is wrong with the data of a figure.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    classes, logits = len(data["classes"]), data["logits"]
    if not 2 <= classes <= 5 or len(logits) != classes:
        raise ValueError("softmax to touch takes two to five classes, and a logit for each")
    if any(not LOW <= z <= HIGH or abs(z - round(z, 1)) > 1e-6 for z in logits):
        raise ValueError("logits to touch lie between -4 and 6, and have one decimal")
    rows = [len(row) for row in data["probabilities"]]
    if rows != [classes] * len(data["scales"]) or 1.0 not in data["scales"]:
        raise ValueError("give PyTorch's probabilities for each of the scales; one of them is 1.0")


def at_start(data: Data) -> list[float]:
    """Return PyTorch's probabilities for the logits as they are."""
    return list(data["probabilities"][list(data["scales"]).index(1.0)])


def odds(logits: list[float]) -> str:
    """Write the odds of the first class to the second."""
    difference = logits[0] - logits[1]
    times = short(math.exp(abs(difference)), 1)
    return f"1 to {times}" if difference < 0 else f"{times} to 1"


def words(data: Data) -> str:
    """Say the numbers at the start."""
    check(data)
    names = data["classes"]
    shares = [f"{name} {share(p)}" for name, p in zip(names, at_start(data), strict=True)]
    ratio = f"odds of {names[0]} to {names[1]} {odds(data['logits'])}"
    return f"At the start: {', '.join(shares)}; {ratio}."


def still(data: Data) -> str:
    """Draw the start."""
    check(data)
    names, logits = data["classes"], data["logits"]
    middle = 44 + ROW * len(names)
    parts = [text(LEFT, 24, "Logits", "b"), line(f"M{_x(0):.1f} 44V{middle - 6}")]
    parts.append(text(_x(0), 38, "0", "quiet m"))
    parts += [_logit(44 + ROW * k, k, name, logits[k]) for k, name in enumerate(names)]
    parts.append(text(LEFT, middle + 24, "Probabilities", "b"))
    shares = at_start(data)
    parts += [_share(middle + 32 + ROW * k, k, name, shares) for k, name in enumerate(names)]
    bottom = middle + 32 + ROW * len(names)
    ratio = f"odds of {names[0]} to {names[1]}: {odds(logits)}"
    return picture(WIDTH, bottom + 40, *parts, text(LEFT, bottom + 22, ratio, "b"))


def _x(logit: float) -> float:
    return LEFT + (logit - LOW) / (HIGH - LOW) * (RIGHT - LEFT)


def _logit(top: float, k: int, name: str, logit: float) -> str:
    left, right = sorted((_x(0), _x(logit)))
    words = text(LEFT, top + 18, f"{name}  {fixed(logit, 1)}")
    return words + bar(left, top + 26, right - left, 20, f"c{k}")


def _share(top: float, k: int, name: str, shares: list[float]) -> str:
    label = "  ✓ label" if k == shares.index(max(shares)) else ""
    room = RIGHT - LEFT
    words = text(LEFT, top + 18, f"{name}  {share(shares[k])}{label}")
    well = bar(LEFT, top + 26, room, 20, "well")
    return words + well + bar(LEFT, top + 26, room * shares[k], 20, f"c{k}")


def design() -> Design:
    """Say what the figure is made of."""
    return Design(own_file("softmax.js"), own_file("softmax.css"), still, words)
