"""Draw which room of the package imports from which, for ARCHITECTURE.md.

Run by ``make pictures``. Boxes and arrows are read from the code; only where a box stands is chosen
here. Imports for type checkers alone do not count.
"""

from collections import Counter
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "book" / "_static" / "structure.svg"

PACKAGE, GARDEN = "course_utils", "garden"
GROUND = "errors · files · ranges · schema · runtime · copies"
PLACES = {
    "models": (0, 0),
    "analysis": (0, 1),
    "training": (1, 0),
    "inference": (1, 1),
    "drawing": (2, 1),
}
"""Column and row of each box: data flows from left to right."""

ABOVE, BELOW = ("garden", "teaching", "cli"), ("pages", "data", GROUND)
"""Rooms that use most of the others, from the outermost on, and those that most of them use."""

PURPOSES = {
    "data": "path → image → tensor",
    "models": "tensor → logits",
    "analysis": "what networks cost, see",
    "training": "labels → weights",
    "inference": "logits → prediction",
    "drawing": "prediction → picture",
    "pages": "pages in one file",
    "cli": "the command line",
    "teaching": "what only chapters use",
    GARDEN: "the renderer, outside the wheel",
    GROUND: "the ground",
}

WIDTH, HEIGHT, ACROSS, DOWN, MARGIN, BAR, STEP = 236, 58, 346, 78, 16, 34, 42
TOP = MARGIN + len(ABOVE) * STEP + 12
GROUND_TOP = TOP + DOWN + HEIGHT + 20
TOTAL = (2 * MARGIN + 2 * ACROSS + WIDTH, GROUND_TOP + len(BELOW) * STEP - STEP + BAR + MARGIN)


def main() -> None:
    """Write the picture."""
    TARGET.write_text(picture(lines_of_rooms(), imports_between_rooms()), encoding="utf-8")
    print(TARGET.relative_to(ROOT))


def room_of(module: str) -> str:
    """The box that a module belongs to; empty for the top of the package itself."""
    top, _, rest = module.partition(".")
    room = rest.partition(".")[0]
    if top == GARDEN or not room:
        return GARDEN if top == GARDEN else ""
    return room if room in PURPOSES else GROUND


def imports_between_rooms() -> Counter[tuple[str, str]]:
    """How many modules of a room import from another room."""
    graph = grimp.build_graph(PACKAGE, GARDEN, exclude_type_checking_imports=True, cache_dir=None)
    pairs = {
        (module, room_of(imported))
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
    }
    between = Counter((room_of(module), room) for module, room in pairs)
    return Counter({(a, b): n for (a, b), n in between.items() if a != b and a and b})


def lines_of_rooms() -> Counter[str]:
    """Lines of code, comments included, in each room."""
    lines: Counter[str] = Counter()
    for top in (PACKAGE, GARDEN):
        for path in (ROOT / top).rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            lines[room_of(module)] += path.read_text(encoding="utf-8").count("\n")
    return lines


def picture(lines: Counter[str], imports: Counter[tuple[str, str]]) -> str:
    """The SVG, with its own description for those who cannot see it."""
    words = "; ".join(f"{room} imports from {used(room, imports)}" for room in PURPOSES)
    drawn = [
        *(arrow(a, b) for a, b in sorted(imports) if a in PLACES and b in PLACES),
        *(box(room, lines[room]) for room in PLACES),
    ]
    for row, room in enumerate(ABOVE):
        more = f"imports from {used(room, imports)}"
        drawn.append(bar(MARGIN + row * STEP, room, lines[room], more))
    for row, room in enumerate(BELOW):
        more = f"imported by {users(room, imports)}"
        drawn.append(bar(GROUND_TOP + row * STEP, room, lines[room], more))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {TOTAL[0]} {TOTAL[1]}" role="img" '
        'font-family="system-ui, sans-serif" text-anchor="middle">\n'
        f"<title>The rooms of the package and their imports</title>\n<desc>{words}.</desc>\n"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#44525c"/></marker></defs>\n'
        f'<rect width="{TOTAL[0]}" height="{TOTAL[1]}" fill="white"/>\n{"".join(drawn)}</svg>\n'
    )


def used(room: str, imports: Counter[tuple[str, str]]) -> str:
    """The rooms that a room imports from, in words."""
    found = [other for other in PURPOSES if other != GROUND and imports[room, other]]
    return ", ".join(found) or "no other room"


def users(room: str, imports: Counter[tuple[str, str]]) -> str:
    """The rooms that import from a room, in words."""
    found = [other for other in PURPOSES if imports[other, room]]
    others = [other for other in PURPOSES if other not in (room, GROUND, *found)]
    return f"all but {', '.join(others)}" if 0 < len(others) < 3 else ", ".join(found) or "all"


def corner(room: str) -> tuple[float, float]:
    """Left upper corner of a box."""
    column, row = PLACES[room]
    return MARGIN + column * ACROSS, TOP + row * DOWN


def box(room: str, lines: int) -> str:
    """A room with its purpose and its size."""
    left, top = corner(room)
    middle = left + WIDTH / 2
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#e5f1f8" '
        f'stroke="#0072B2"/>\n{title(room, lines, middle, top + 23)}'
        f'<text x="{middle:g}" y="{top + 45:g}" font-size="13">{PURPOSES[room]}</text>\n'
    )


def title(room: str, lines: int, middle: float, base: float, more: str = "") -> str:
    """Name and size of a room, and what else its line says."""
    name = room if room == GROUND else f"{room}/"
    size = f"{round(lines, -2):,} lines"
    return (
        f'<text x="{middle:g}" y="{base:g}" font-size="16" font-weight="600">{name}'
        f'<tspan font-size="12" font-weight="400" fill="#44525c"> {size}</tspan>'
        f'<tspan font-size="13" font-weight="400">{more}</tspan></text>\n'
    )


def bar(top: int, room: str, lines: int, more: str) -> str:
    """A room above or below the others, with its neighbors in words."""
    fill, edge = {
        GARDEN: ("#fdf1e3", "#D55E00"),
        "teaching": ("#fdf1e3", "#D55E00"),
        GROUND: ("#f2f2f2", "#767676"),
    }.get(room, ("#e5f1f8", "#0072B2"))
    text = title(room, lines, TOTAL[0] / 2, top + 22, f" · {PURPOSES[room]} · {more}")
    return (
        f'<rect x="{MARGIN}" y="{top}" width="{TOTAL[0] - 2 * MARGIN}" height="{BAR}" rx="6" '
        f'fill="{fill}" stroke="{edge}"/>\n{text}'
    )


def arrow(importing: str, imported: str) -> str:
    """From the box that imports to the one that is imported: to its left, or below it."""
    (x0, y0), (x1, y1) = corner(importing), corner(imported)
    if x0 == x1:
        line = f"M{x0 + WIDTH / 2:g} {y0 + HEIGHT:g}L{x1 + WIDTH / 2:g} {y1:g}"
    else:
        x1, y0, y1 = x1 + WIDTH, y0 + HEIGHT / 2, y1 + HEIGHT / 2
        bend = (x0 + x1) / 2
        line = f"M{x0:g} {y0:g}C{bend:g} {y0:g} {bend:g} {y1:g} {x1:g} {y1:g}"
    return (
        f'<path d="{line}" fill="none" '
        'stroke="#44525c" stroke-width="1.4" marker-end="url(#tip)"/>\n'
    )


if __name__ == "__main__":
    main()
