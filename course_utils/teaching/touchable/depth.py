"""Depth to touch: gradients layer by layer, by depth, shortcut and norm, and over the training."""

from collections.abc import Mapping, Sequence
from typing import Any

from course_utils.teaching.touchable.digits import fixed, short
from course_utils.teaching.touchable.output import Data, Design, own_file, rounded
from course_utils.teaching.touchable.svg import line, picture, text

KINDS = ("plain", "residual")
POINTS = 16
"""The most points of a curve: of more layers some are left out, evenly."""

LEFT, RIGHT, TOP, BOTTOM = 56, 344, 44, 220


def shown_layers(layers: int) -> list[int]:
    """Which of so many layers a curve goes through: the first, the last, and some between.

    >>> shown_layers(4), shown_layers(61)[:4], shown_layers(61)[-1]
    ([0, 1, 2, 3], [0, 4, 8, 12], 60)
    """
    last = min(layers, POINTS) - 1
    return [round(k * (layers - 1) / last) for k in range(last + 1)]


def checked(data: Data) -> dict[str, Any]:
    """Return the data as they are stored, or say what is wrong.

    Args:
        data: ``seeds``, how many; ``steps`` of the recorded trainings, the first is 0; the
            ``networks``, each with its ``depth``, its ``kind``, the name of its ``norm`` and its
            ``steps``: one for a network that was looked at only before its training, else one for
            each step. Each has ``gradients`` (100·log₁₀ of their length, the mean of the seeds, at
            the layers that ``shown_layers`` names), ``growth`` (first layer by last), ``size``
            (the geometric mean over the layers) and perhaps ``cosine``: mean, lowest and highest
            of the seeds. ``start`` names the network that is shown first.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    networks: Sequence[Mapping[str, Any]] = data["networks"]
    names = [(one["depth"], one["kind"], one["norm"]) for one in networks]
    depths, kinds, norms = ({name[k] for name in names} for k in range(3))
    if not kinds <= set(KINDS):
        raise ValueError("a network is plain or residual")
    if len(set(names)) != len(names) or len(names) != len(depths) * len(kinds) * len(norms):
        raise ValueError("there is one network of each depth, kind and norm")
    if data["steps"][:1] != [0] or sorted(set(data["steps"])) != list(data["steps"]):
        raise ValueError("the steps begin with 0 and ascend")
    for one in networks:
        if len(one["steps"]) not in (1, len(data["steps"])):
            raise ValueError("a network is looked at once, or at every step")
        for step in one["steps"]:
            _check_step(step, len(shown_layers(one["depth"] - 2)))
    if tuple(data["start"][key] for key in ("depth", "kind", "norm")) not in names:
        raise ValueError("the start is one of the networks")
    if data["seeds"] < 1:
        raise ValueError("there is at least one seed")
    return dict(rounded(data))


def _check_step(step: Mapping[str, Any], points: int) -> None:
    if len(step["gradients"]) != points:
        raise ValueError("there is a gradient for each layer that is shown, without the stem")
    if any(not isinstance(value, int) for value in step["gradients"]):
        raise ValueError("gradients are whole hundredths of a power of ten")
    for name in ("growth", "size", "cosine"):
        if name == "cosine" and name not in step:
            continue
        mean, low, high = step[name]
        if not low <= mean * (1 + 1e-6) + 1e-6 or not mean <= high * (1 + 1e-6) + 1e-6:
            raise ValueError(f"{name}: the mean lies between the lowest and the highest seed")


def times(ratio: float) -> str:
    """Write how many times larger something is.

    >>> times(0.456), times(5.12), times(63.1), times(8590.2)
    ('0.46', '5.1', '63', '8,590')
    """
    if ratio < 1:
        return fixed(ratio, 2)
    return fixed(ratio, 1) if ratio < 10 else short(ratio, 0)


def at_start(data: Data) -> dict[str, Any]:
    """Return the network that is shown first."""
    wanted = data["start"]
    keys = ("depth", "kind", "norm")
    return next(one for one in data["networks"] if all(one[key] == wanted[key] for key in keys))


def words(data: Data) -> str:
    """Say how the gradients grow in each network at the start."""
    data = checked(data)
    said = [
        f"{one['depth']} layers, {one['kind']}, {one['norm']}: "
        f"{times(one['steps'][0]['growth'][0])}"
        for one in data["networks"]
    ]
    return f"Gradient of the first layer by that of the last, at the start: {'; '.join(said)}."


def still(data: Data) -> str:
    """Draw the first network, among the other depths of its kind."""
    data = checked(data)
    shown = at_start(data)
    same = [one for one in data["networks"] if _is_like(one, shown)]
    every = [value for one in same for value in one["steps"][0]["gradients"]]
    low, high = min(every) // 100, -(-max(every) // 100)

    def course(one: Mapping[str, Any]) -> str:
        layers = shown_layers(one["depth"] - 2)
        across = (RIGHT - LEFT) / layers[-1]
        down = (BOTTOM - TOP) / (high - low)
        points = [
            f"{LEFT + layer * across:.0f} {BOTTOM - (v / 100 - low) * down:.0f}"
            for layer, v in zip(layers, one["steps"][0]["gradients"], strict=True)
        ]
        return "M" + "L".join(points)

    parts = [text(18, 24, "Length of the gradient, layer by layer", "b")]
    parts.append(line(f"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"))
    for power, y in ((low, BOTTOM), (high, TOP)):
        parts.append(text(LEFT - 6, y + 4, f"{10.0**power:g}", "quiet e"))
    parts += [line(course(one)) for one in same if one is not shown]
    style = 'stroke-width="4" class="line"'
    parts.append(f'<path {style} d="{course(shown)}"/>')
    parts.append(text(LEFT, BOTTOM + 18, "first layer", "quiet"))
    parts.append(text(RIGHT, BOTTOM + 18, "last layer", "quiet e"))
    growth = times(shown["steps"][0]["growth"][0])
    name = f"{shown['depth']} layers, {shown['kind']}, {shown['norm']}"
    parts.append(text(18, BOTTOM + 44, f"{name}: first ÷ last {growth}", "b"))
    return picture(360, BOTTOM + 60, *parts)


def _is_like(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["kind"] == other["kind"] and one["norm"] == other["norm"])


def design() -> Design:
    """Say what the figure is made of."""
    script, style = own_file("depth.js"), own_file("depth.css")
    return Design(script, style, still, words, tight=True)
