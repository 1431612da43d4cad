"""The ladder of cardinality to touch: groups against their channels, at constant cost.

Its data: ``channels`` of the block; the ``groups`` to choose from, ascending; the largest
``width`` of a group; the ``budget`` of weights; for the network of 50 layers ``parameters`` and
``multiply_adds``, each as three numbers (what stays, for each channel in the middle, and for each
groups·width²); the published ``rungs`` ``{"groups", "width", "errors"}`` with the errors in
percent, with 50 layers and with 101; ``names`` of networks such as ``{"32×4d": "ResNeXt-50"}``;
and ``checks`` ``[groups, width, weights, parameters, multiply_adds]`` that PyTorch has counted.
"""

import math
from collections.abc import Sequence

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import line, picture, text

LEFT, RIGHT, TOP, BOTTOM = 48, 340, 40, 236


def weights(channels: int, groups: int, width: int) -> int:
    """Weights of a block: two 1×1 layers, and a 3×3 layer in groups between them."""
    return 2 * channels * groups * width + 9 * groups * width**2


def width_on_budget(channels: int, groups: float, budget: float) -> float:
    """Channels of a group with which the block has as many weights as the budget."""
    half = channels * groups
    return (math.sqrt(half**2 + 9 * groups * budget) - half) / (9 * groups)


def total(parts: Sequence[int], groups: int, width: int) -> int:
    """Parameters or multiply–adds of a network."""
    return parts[0] + parts[1] * groups * width + parts[2] * groups * width**2


def checked(data: Data) -> Data:
    """Return the data, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or is not what PyTorch has counted.
    """
    groups = list(data["groups"])
    if len(groups) < 2 or groups != [2**k for k in range(len(groups))]:
        raise ValueError("groups are 1, 2, 4, ...")
    if not data["rungs"] or not data["checks"]:
        raise ValueError("give published rungs, and what PyTorch has counted")
    for rung in data["rungs"]:
        if rung["groups"] not in groups or not 1 <= rung["width"] <= data["width"]:
            raise ValueError(f"no such rung can be shown: {rung}")
        if len(rung["errors"]) != 2 or not all(0 < error < 100 for error in rung["errors"]):
            raise ValueError("a rung has two errors, in percent")
    for g, d, *counted in data["checks"]:
        whole = [total(data[name], g, d) for name in ("parameters", "multiply_adds")]
        if counted != [weights(data["channels"], g, d), *whole]:
            raise ValueError(f"{g}×{d}d: PyTorch has counted {counted}")
    return data


def words(data: Data) -> str:
    """Say the rungs, and what each costs and reaches."""
    data = checked(data)
    said = []
    for rung in data["rungs"]:
        g, d = rung["groups"], rung["width"]
        millions = fixed(total(data["parameters"], g, d) / 1e6, 3)
        errors = " and ".join(fixed(error, 1) for error in rung["errors"])
        said.append(f"{g}×{d}d: {millions} million parameters, errors {errors} %")
    return (
        f"With 50 layers, and the top-1 errors with 50 and 101 layers: {'; '.join(said)}. "
        f"At the start: {_name(data['rungs'][0])}."
    )


def _name(rung: Data) -> str:
    return f"{rung['groups']}×{rung['width']}d"


def still(data: Data) -> str:
    """Draw the line of constant cost with the published rungs, the first of them marked."""
    data = checked(data)
    last, top = len(data["groups"]) - 1, math.log2(data["width"])

    def place(groups: float, width: float) -> tuple[float, float]:
        x = LEFT + (RIGHT - LEFT) * math.log2(groups) / last
        return x, BOTTOM - (BOTTOM - TOP) * math.log2(width) / top

    parts = [text(20, 24, "Channels of a group, over groups", "b")]
    parts.append(line(f"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"))
    for groups in data["groups"]:
        parts.append(text(place(groups, 1)[0], BOTTOM + 18, str(groups), "quiet m"))
    for width in (1, 4, 16, 64):
        parts.append(text(LEFT - 8, place(1, width)[1] + 4, str(width), "quiet e"))
    curve = []
    for step in range(8 * last + 1):
        many = 2 ** (step / 8)
        each = width_on_budget(data["channels"], many, data["budget"])
        if each >= 1:
            curve.append("{:.0f} {:.0f}".format(*place(many, each)))
    parts.append(line("M" + "L".join(curve)))
    for number, rung in enumerate(data["rungs"]):
        x, y = place(rung["groups"], rung["width"])
        parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="5" class="c1"/>')
        label = fixed(rung["errors"][0], 1) + (" %" if number == 0 else "")
        parts.append(text(x + 8, y - 8, label, "quiet"))
        if number == 0:
            parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="9" class="line"/>')
    parts.append(text(20, BOTTOM + 44, "line: constant cost · dots: error with 50 layers", "quiet"))
    return picture(360, BOTTOM + 60, *parts)


def design() -> Design:
    """Say what the figure is made of."""
    return Design(own_file("ladder.js"), own_file("ladder.css"), still, words, tight=True)
