"""Layers to touch: kernel, stride and padding along a ResNet, the map's side and its field.

Its data: the ``side`` of the picture at the start and the ``most`` it can be; the ``layers``, each
with ``name``, ``kernel``, ``stride``, ``padding`` and ``more``: how many convolutions of 3×3 follow
in the same stage (0 for a layer without a shortcut); and ``checks``: for a ``side`` and one
``layer`` with another ``kernel``, ``stride`` and ``padding``, the ``sizes`` that PyTorch gives, up
to the layer that raises an error, and their ``fields``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import bar, picture, text

LEFT, RIGHT, TOP, ROW = 88, 250, 44, 34
CHOICES = {"kernel": (1, 3, 5, 7), "stride": (1, 2, 3), "padding": (0, 1, 2, 3)}
"""What the reader may choose for each layer."""


def checked(data: Data) -> Data:
    """Return the data, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    layers, side = data["layers"], data["side"]
    if not 1 <= side <= data["most"]:
        raise ValueError("the side of the picture lies between 1 and the most it can be")
    if not 2 <= len(layers) <= 8:
        raise ValueError("give two to eight layers")
    for layer in layers:
        if any(layer[key] not in values for key, values in CHOICES.items()):
            raise ValueError(f"{layer['name']}: kernel, stride or padding cannot be chosen")
    if len(steps(side, layers)) < len(layers):
        raise ValueError("at the start every layer has a map")
    for check in data["checks"]:
        changed = [dict(layer) for layer in layers]
        changed[check["layer"]] |= {key: check[key] for key in CHOICES}
        found = steps(check["side"], changed)
        if (list(check["sizes"]), list(check["fields"])) != tuple(map(list, _columns(found))):
            raise ValueError(f"the check of {check} gives {found}")
    return data


def steps(side: int, layers: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """The side of the map and its field after each layer, up to the one that cannot be.

    >>> steps(224, [{"kernel": 7, "stride": 2, "padding": 3, "more": 0}])
    [(112, 7)]
    """
    found: list[tuple[int, int]] = []
    step = field = 1
    for number, layer in enumerate(layers):
        entered, kernel, stride, padding = side, *(layer[key] for key in CHOICES)
        side = (entered + 2 * padding - kernel) // stride + 1
        field += (kernel - 1) * step
        step *= stride
        field += 2 * layer["more"] * step
        beside = (entered - 1) // stride + 1 if layer["more"] else side
        pooled = number > 0 and not layer["more"] and 2 * padding > kernel
        if side < 1 or side != beside or pooled:
            break
        found.append((side, field))
    return found


def _columns(found: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [side for side, _ in found], [field for _, field in found]


def words(data: Data) -> str:
    """Say the side of the map and the field after each layer."""
    data = checked(data)
    found = zip(data["layers"], steps(data["side"], data["layers"]), strict=True)
    said = [f"{layer['name']} {side}, field {field}" for layer, (side, field) in found]
    return f"A picture of {data['side']} pixels a side; then {'; '.join(said)}."


def still(data: Data) -> str:
    """Draw a bar for the map and one for the field after each layer."""
    data = checked(data)
    scale = (RIGHT - LEFT) / data["most"]
    rows = [(data["side"], 0), *steps(data["side"], data["layers"])]
    names = ["picture", *(layer["name"] for layer in data["layers"])]
    parts = [text(LEFT + 216, 24, "map", "quiet e"), text(LEFT + 262, 24, "field", "quiet e")]
    for number, (name, (side, field)) in enumerate(zip(names, rows, strict=True)):
        y = TOP + ROW * number
        parts.append(text(14, y + 12, name))
        parts.append(bar(LEFT, y, max(side * scale, 2), 13, "c0" if number else "c4"))
        parts.append(text(LEFT + 216, y + 12, str(side), "b e"))
        if number:
            width = min(field, data["most"]) * scale
            parts += [bar(LEFT, y + 16, width, 4, "c1"), text(LEFT + 262, y + 12, str(field), "e")]
    return picture(364, TOP + ROW * len(rows) + 4, *parts)


def design() -> Design:
    """Say what the figure is made of."""
    return Design(own_file("layers.js"), own_file("layers.css"), still, words, tight=True)
