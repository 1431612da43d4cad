"""A zoo to touch: accuracy against a cost that the reader chooses, and its Pareto front.

Its data: ``networks`` (each with ``NEEDED``; a cost may be ``None``, where it was not measured),
the names of their ``groups``, the ``axes`` (``key``, ``label``, ``unit``, ``log``), for each of
them the names on its front in ``fronts``, and if wanted the name that is chosen first as ``start``.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file, rounded
from course_utils.teaching.touchable.svg import line, picture, text

COSTS = ("parameters", "multiply_adds", "milliseconds", "year")
NEEDED = {"name", "family", "group", "top1", "side", *COSTS}
GROUPS = 4
"""So many colors and shapes there are."""

LEFT, RIGHT, TOP, BOTTOM = 34, 346, 48, 300

Network = Mapping[str, Any]


def front_of(networks: list[Network], cost: str) -> list[str]:
    """Name the networks on the Pareto front of a cost against ``top1``, cheapest first.

    A network is beaten by another that costs no more and is no less accurate, and is better in one
    of the two. The front has those that nobody beats; who has no such cost takes no part.
    """
    part = [n for n in networks if n[cost] is not None]
    free = [n for n in part if not any(beats(other, n, cost) for other in part)]
    return [n["name"] for n in sorted(free, key=lambda n: n[cost])]


def beats(one: Network, other: Network, cost: str) -> bool:
    """Whether one costs no more and is no less accurate, and is better in one of the two."""
    no_worse = one[cost] <= other[cost] and one["top1"] >= other["top1"]
    return bool(no_worse and (one[cost] < other[cost] or one["top1"] > other["top1"]))


def checked(data: Data) -> Data:
    """Return the data with the digits that the page stores, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    networks, axes, groups = data["networks"], data["axes"], data["groups"]
    names = [n["name"] for n in networks]
    if not 2 <= len(set(names)) == len(names) <= 30:
        raise ValueError("a zoo to touch has 2 to 30 networks, each with a name of its own")
    for n in networks:
        if missing := NEEDED - set(n):
            raise ValueError(f"{n['name']} has no {', '.join(sorted(missing))}")
    if not 1 <= len(groups) <= GROUPS or any(
        n["group"] not in range(len(groups)) for n in networks
    ):
        raise ValueError("there are one to four groups, and each network is in one of them")
    if not axes or any(axis["key"] not in COSTS for axis in axes):
        raise ValueError(f"the axes are among {', '.join(COSTS)}")
    for axis in axes:
        known = [n[axis["key"]] for n in networks if n[axis["key"]] is not None]
        if len(set(known)) < 2 or (axis["log"] and min(known) <= 0):
            raise ValueError(
                f"{axis['key']}: two different numbers are needed, above 0 if logarithmic"
            )
        if not set(data["fronts"].get(axis["key"], "?")) <= set(names):
            raise ValueError(f"{axis['key']}: its front is missing, or names an unknown network")
    if data.get("start", names[0]) not in names:
        raise ValueError("the start names an unknown network")
    return dict(rounded(data))


def words(data: Data) -> str:
    """Say the front at the start."""
    data = checked(data)
    axis = data["axes"][0]
    top1 = {n["name"]: n["top1"] for n in data["networks"]}
    front = [f"{name} {fixed(top1[name], 1)} %" for name in data["fronts"][axis["key"]]]
    return f"At the start, on the front of {axis['label']}: {', '.join(front)}."


def still(data: Data) -> str:
    """Draw the start: the first axis, its front as a stair, and the names of both ends."""
    data = checked(data)
    axis = data["axes"][0]
    part = [n for n in data["networks"] if n[axis["key"]] is not None]
    x = _along([n[axis["key"]] for n in part], axis["log"], LEFT, RIGHT)
    y = _along([n["top1"] for n in part], False, BOTTOM, TOP)
    places = {n["name"]: (x(n[axis["key"]]), y(n["top1"])) for n in part}
    front = data["fronts"][axis["key"]]
    stair = f"M{places[front[0]][0]:.0f} {BOTTOM}" + "".join(
        f"H{places[name][0]:.0f}V{places[name][1]:.0f}" for name in front
    )
    parts = [
        text(LEFT - 18, 24, "top-1 accuracy, %", "quiet"),
        line(f"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"),
    ]
    parts += [
        text(
            LEFT - 4,
            BOTTOM + 20,
            f"{axis['label']}{axis['unit'] and ', '}{axis['unit']} →",
            "quiet",
        )
    ]
    parts += [text(LEFT - 6, y(n["top1"]) + 5, fixed(n["top1"], 0), "quiet e") for n in _ends(part)]
    for group in range(len(data["groups"])):
        members = [n["name"] for n in part if n["group"] == group]
        for full in (False, True):
            dots = [places[name] for name in members if (name in front) is full]
            parts.append(_dots(dots, group, full))
    for name, side in ((front[0], ""), (front[-1], " e")):
        place = places[name]
        parts.append(
            text(
                place[0] + (-4 if side else 8),
                place[1] + (-9 if side else 14),
                name,
                f"quiet{side}",
            )
        )
    return picture(360, BOTTOM + 34, line(f"{stair}H{RIGHT}"), *parts)


def _ends(part: list[Network]) -> list[Network]:
    ordered = sorted(part, key=lambda n: n["top1"])
    return [ordered[0], ordered[-1]]


def _dots(places: list[tuple[float, float]], group: int, full: bool) -> str:
    """Draw dots as ends of lines without a length, round and square in turn: short to write."""
    path = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in places)
    look = f"stroke:var(--c{group});stroke-width:9;stroke-linecap:{('round', 'square')[group % 2]}"
    return f'<path style="{look}" opacity="{1 if full else 0.35}" d="{path}"/>' if path else ""


def _along(values: list[float], log: bool, start: float, end: float) -> Callable[[float], float]:
    scale: Callable[[float], float] = math.log10 if log else float
    low, high = scale(min(values)), scale(max(values))
    room = end - start
    return lambda v: start + room * (0.06 + 0.88 * (scale(v) - low) / (high - low))


def stored(data: Data) -> Data:
    """Turn the networks into columns, so that each name of a column is stored once."""
    columns = {key: [n[key] for n in data["networks"]] for key in sorted(NEEDED)}
    return {**data, "networks": columns}


def design() -> Design:
    """Say what the figure is made of."""
    script, style = own_file("zoo.js"), own_file("zoo.css")
    return Design(script, style, still, words, stored, tight=True)
