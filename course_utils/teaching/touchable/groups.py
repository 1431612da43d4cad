"""Group convolution to touch: which channels meet, the block-diagonal matrix, and the weights.

Its data:

- ``groups`` and ``widths``, the stops of the two sliders, and ``channels``, the width at the start;
- ``kernel``, the side of the kernel, and ``budget``, a number of weights of one layer;
- ``start``: ``groups``, ``width``, ``shuffle``;
- ``checks``, what PyTorch finds: the same three; ``weights``, of one layer; and ``reached``, the
  numbers of the inputs that output 0 depends on behind both layers.
"""

from course_utils.teaching.touchable.digits import fixed, short
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import bar, picture, text

WIDTH, HEIGHT = 520, 222
LEFT, ACROSS, TOP, DOWN = 70, 250, 32, 140
"""Of the drawn channels: where they begin, how wide they lie, and where the rows are."""

MATRIX, SIDE = 360, 140
"""Where the matrix begins, and its side."""


def check(data: Data) -> None:
    """Say what is wrong with the data of a figure.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    groups, widths, start = list(data["groups"]), list(data["widths"]), data["start"]
    for name, numbers, most in (("groups", groups, 32), ("widths", widths, 32)):
        whole = all(n == int(n) for n in numbers)
        if not whole or not 2 <= len(numbers) <= 8 or numbers != sorted(set(numbers)):
            raise ValueError(f"{name} are two to eight whole numbers that rise")
        if not 1 <= numbers[0] <= numbers[-1] <= most:
            raise ValueError(f"{name} lie between 1 and {most}")
    if groups[0] != 1:
        raise ValueError("the first of the groups is 1, which fits every width")
    if data["channels"] != start["width"]:
        raise ValueError("as many channels are drawn as the start is wide")
    checks = data["checks"]
    for one in [start, *checks]:
        if (
            one["width"] not in widths
            or one["groups"] not in groups
            or one["width"] % one["groups"]
        ):
            raise ValueError("start and checks take their width and their groups from the lists")
    for one in checks:
        found = one["reached"]
        if found != sorted(set(found)) or not set(found) <= set(range(one["width"])) or not found:
            raise ValueError("reached lists the inputs that output 0 depends on, from 0 on")
    if not _starts(data) or not any(c["shuffle"] and c["groups"] > 1 for c in checks):
        raise ValueError("check the start, and one with a shuffle and more than one group")
    if not data["budget"] > 0 or not data["kernel"] > 0:
        raise ValueError("kernel and budget are above 0")


def words(data: Data) -> str:
    """Say the numbers at the start."""
    check(data)
    start, first = data["start"], _starts(data)[0]
    groups, width, kernel = start["groups"], start["width"], data["kernel"]
    return (
        f"At the start: {width} channels in {groups} {'group' if groups == 1 else 'groups'},"
        f" {kernel} · {kernel} · {width} · {width} / {groups} = {short(first['weights'], 0)}"
        f" weights a layer, {_share(data)} of the budget of {short(data['budget'], 0)}."
        f" {'With' if start['shuffle'] else 'Without'} a shuffle between two such layers, output 0"
        f" depends on {len(first['reached'])} of {width} inputs."
    )


def still(data: Data) -> str:
    """Draw one layer of the start, its matrix, and its weights against the budget."""
    check(data)
    start, first = data["start"], _starts(data)[0]
    groups, width = start["groups"], start["width"]
    size, step, field = width // groups, ACROSS / width, SIDE / groups
    parts = [
        "<style>path{stroke-width:.8}"
        + "".join(f".l{k}{{stroke:var(--c{k})}}" for k in range(4))
        + "</style>"
    ]
    for group in range(groups):
        own = [round(LEFT + (group * size + k + 0.5) * step) for k in range(size)]
        joined = "".join(f"M{i} {TOP}L{o} {DOWN}" for o in own for i in own)
        nodes = "".join(f"M{x - 4} {y - 4}h8v8h-8z" for x in own for y in (TOP, DOWN))
        parts.append(f'<path d="{joined}" class="l{group % 4}"/>')
        parts.append(f'<path d="{nodes}" class="c{group % 4}"/>')
        parts.append(bar(MATRIX + group * field, 24 + group * field, field, field, f"c{group % 4}"))
    budget, weights = data["budget"], first["weights"]
    most = max(budget, weights)
    parts += [
        text(10, TOP + 5, "inputs", "quiet"),
        text(10, DOWN + 5, "outputs", "quiet"),
        text(MATRIX, 184, f"{width} × {width}, g = {groups}", "quiet"),
        bar(LEFT, 172, ACROSS * budget / most, 12, "well"),
        bar(LEFT, 172, ACROSS * weights / most, 12, "c2"),
        text(LEFT, 206, f"{short(weights, 0)} weights, {_share(data)} of the budget", "b"),
    ]
    return picture(WIDTH, HEIGHT, *parts)


def design() -> Design:
    """Say what the figure is made of."""
    return Design(own_file("groups.js"), own_file("groups.css"), still, words, tight=True)


def _starts(data: Data) -> list[Data]:
    return [one for one in data["checks"] if dict(data["start"]).items() <= dict(one).items()]


def _share(data: Data) -> str:
    percent = fixed(100 * _starts(data)[0]["weights"] / data["budget"], 2)
    return f"{float(percent):g} %"
