"""Detection on composed panoramas that are rendered now, and the settings chosen for it."""

from collections.abc import Iterable, Sequence
from itertools import product

from course_utils.analysis.box_metrics import (
    Counts,
    Found,
    count_matches,
    intersection_over_union,
)
from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import Row
from course_utils.teaching.panoramas import (
    LENIENT,
    SETTINGS,
    STRICT,
    row_of,
    shifts_in,
    try_picture,
)
from garden.experiments.rendered import panorama
from garden.experiments.ways import (
    TURNS,
    UNION,
    Boxes,
    boxes_of,
    copy_of,
    dense,
    isolated,
    placed,
    together,
    turned,
    ways_of,
)
from garden.scenes.truth import Thing

SEEDS = range(50)

OTHER_SEEDS = (*range(1000, 1050), *range(2000, 2050))
"""Of the panoramas that the settings are chosen on."""

ONE = ([0.5], [0.707], [1.0], [1.414])
SEVERAL = (
    [0.5, 1.0],
    [0.707, 1.0],
    [0.707, 1.414],
    [0.5, 0.707, 1.0],
    [0.354, 0.707, 1.414],
    [0.707, 1.0, 1.414],
    [0.5, 0.707, 1.0, 1.414],
)
SCALES: dict[str, Sequence[list[float]]] = {
    "one scale": ONE,
    "several scales": SEVERAL,
    "several, by the union": SEVERAL,
    "field": ONE,
    "stretched": ONE,
    "isolated windows": ONE[1:3],
    "the same positions": ONE[1:3],
    "every 16 pixels": ONE[1:3],
    "every 8 pixels": ONE[1:3],
}
"""The scales that are tried for each way of looking."""

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
CURVE = (0.25, *THRESHOLDS, 0.99)
"""Thresholds of the curves of precision and recall; those at the ends are not chosen from."""

SHIFTS: Row = {"scales": [0.707, 1.0, 1.414], "threshold": 0.8}
"""Each scale by itself."""

PLACES = ("window", "field", "stretched")

BOXES: Row = {"scale": 0.707, "thresholds": [0.9, 0.95], "overlap": STRICT}
"""What the boxes of finer maps are, at one scale and with the same thresholds."""

FINER = ("one scale", "every 16 pixels", "every 8 pixels")


def try_panorama(localizer: Localizer, seed: int, settings: Row = SETTINGS) -> Row:
    """Render one panorama and look at it: its seed, and what ``try_picture`` gives."""
    image, things = panorama(seed)
    return {"seed": seed, **try_picture(localizer, image, things, settings)}


def try_ways(localizer: Localizer, seed: int) -> list[Row]:
    """Render one panorama and look at it in all ways, with all settings.

    Returns:
        For each way, its scales and a threshold: things, boxes, and right ones at both overlaps.
    """
    image, things = panorama(seed)
    names, truth = localizer.class_names, [(label, box) for label, box in things]
    maps: dict[tuple[str, float], dict[float, Boxes]] = {}
    for scale in sorted({scale for scales in SCALES["several scales"] for scale in scales}):
        answers = ways_of(localizer, image, scale, whole_only=[scale] not in ONE[1:3])
        for way, one in answers.items():
            maps[way, scale] = boxes_of(one, names, CURVE, image.size)
    rows: list[Row] = []
    for way, every in SCALES.items():
        source = "one scale" if way.startswith("several") else way
        for scales, threshold in product(every, CURVE):
            boxes = [maps[source, scale][threshold] for scale in scales]
            found = together(boxes, UNION) if way.endswith("union") else together(boxes)
            counts = {"things": len(things), "found": len(found)}
            for name, enough in (("lenient", LENIENT), ("strict", STRICT)):
                counts[name] = count_matches(_rounded(found), truth, enough).right
            rows.append({"way": way, "scales": scales, "threshold": threshold, **counts})
    return rows


def _rounded(found: Iterable[Found]) -> list[Found]:
    """To whole pixels, as boxes are recorded."""
    return [Found(one.label, round(one.score, 4), _whole(one.box)) for one in found]


def _whole(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, top, right, bottom = map(round, box)
    return left, top, right, bottom


def try_shifts(localizer: Localizer, seed: int) -> list[Row]:
    """Render one panorama; how far boxes lie beside their things, for each place and scale.

    Returns:
        Rows with ``place``, ``scale``, ``turn`` and ``shifts``: middle of the thing across and
        down, and how far the middle of its box lies to the right of it and below, in pixels.
    """
    image, things = panorama(seed)
    rows, threshold = [], SHIFTS["threshold"]
    for turn, scale in product(TURNS, SHIFTS["scales"]):
        picture, there = turned(image, things, turn)
        x = copy_of(localizer, picture, scale)
        answers = placed(dense(localizer, x), localizer.native_size, *x.shape[2:])
        for place in PLACES:
            boxes = boxes_of(answers[place], localizer.class_names, [threshold], image.size)
            found = row_of(there, together([boxes[threshold]]))
            shifts = [[round(v, 1) for v in shift] for shift in shifts_in(found)]
            rows.append({"place": place, "scale": scale, "turn": turn, "shifts": shifts})
    return rows


def shifts_together(rows: Sequence[Row]) -> list[Row]:
    """The shifts of all panoramas, one row for each place, scale and turn."""
    found: dict[tuple[str, float, str], Row] = {}
    for row in rows:
        key = row["place"], row["scale"], row["turn"]
        found.setdefault(key, {**row, "shifts": []})["shifts"].extend(row["shifts"])
    return list(found.values())


def try_boxes(localizer: Localizer, seed: int) -> list[Row]:
    """Render one panorama; what the boxes of finer maps are.

    Returns:
        For each way and threshold how many boxes were ``found``, how many are ``right``, how many
        share a pixel with a thing of their class (``touching``), and with how many things
        (``touched``): each box belongs to the thing that it shares most with.
    """
    image, things = panorama(seed)
    truth, rows = [(label, box) for label, box in things], []
    answers = ways_of(localizer, image, BOXES["scale"])
    for way in FINER:
        maps = boxes_of(answers[way], localizer.class_names, BOXES["thresholds"], image.size)
        for threshold in BOXES["thresholds"]:
            found = _rounded(together([maps[threshold]]))
            on = [best for one in found if (best := _thing_of(one, things)) is not None]
            counts = {"found": len(found), "touching": len(on), "touched": len(set(on))}
            counts["right"] = count_matches(found, truth, BOXES["overlap"]).right
            rows.append({"seed": seed, "way": way, "threshold": threshold, **counts})
    return rows


def _thing_of(one: Found, things: Sequence[Thing]) -> int | None:
    """Number of the thing of its class that a box shares most with, if it shares anything."""
    shared = {
        number: intersection_over_union(one.box, box)
        for number, (label, box) in enumerate(things)
        if label == one.label
    }
    best = max(shared, key=shared.__getitem__, default=None)
    return best if best is not None and shared[best] > 0 else None


def try_windows(localizer: Localizer, seed: int) -> Row:
    """Render one panorama; how isolated windows answer beside the dense map, at the scale of 1."""
    image, _ = panorama(seed)
    x = copy_of(localizer, image, 1.0)
    alone = isolated(localizer, x)
    inside = dense(localizer, x)[:, : alone.shape[1], : alone.shape[2]]
    others = int((alone.argmax(dim=0) != inside.argmax(dim=0)).sum())
    gap = float((alone - inside).abs().max())
    positions = alone[0].numel()
    return {"seed": seed, "positions": positions, "another": others, "gap": round(gap, 3)}


def compared(rows: Sequence[Row]) -> list[Row]:
    """The settings that were tried, for each way the best first, with scores over all panoramas.

    A score is the harmonic mean of precision and recall (F1), at each of the two overlaps.
    """
    tried = [row for row in joined(rows) if row["threshold"] in THRESHOLDS]
    scored: list[Row] = [
        {
            "way": row["way"],
            "scales": row["scales"],
            "threshold": row["threshold"],
            **{name: round(_f1(row, name), 4) for name in ("lenient", "strict")},
        }
        for row in tried
    ]
    order = list(SCALES)
    return sorted(
        scored, key=lambda row: (order.index(row["way"]), -(row["lenient"] + row["strict"]))
    )


def joined(rows: Sequence[Row]) -> list[Row]:
    """One row for each way with its settings; the counts become lists over the panoramas."""
    found: dict[tuple[str, tuple[float, ...], float], Row] = {}
    for row in rows:
        settings = {name: row[name] for name in ("way", "scales", "threshold")}
        key = row["way"], tuple(row["scales"]), row["threshold"]
        one = found.setdefault(
            key, {**settings, "found": [], "lenient": [], "strict": [], "things": []}
        )
        for name in ("found", "lenient", "strict"):
            one[name].append(row[name])
        one["things"].append(row["things"])
    return list(found.values())


def best_of(tried: Sequence[Row]) -> dict[str, Row]:
    """Scales and threshold of each way, from ``compared``.

    Suppression by the union gets the scales of the other one, so that only the rule differs.
    """
    best: dict[str, Row] = {}
    for row in tried:
        is_rule = row["way"] == "several, by the union"
        if not is_rule or row["scales"] == best["several scales"]["scales"]:
            chosen = {"scales": row["scales"], "threshold": row["threshold"]}
            best.setdefault(row["way"], chosen)
    return best


def curves(rows: Sequence[Row], best: dict[str, Row]) -> list[Row]:
    """Of the joined rows those at the scales that were chosen, for all thresholds."""
    kept = [row for row in joined(rows) if row["scales"] == best[row["way"]]["scales"]]
    return [{name: row[name] for name in row if name != "things"} for row in kept]


def _f1(row: Row, name: str) -> float:
    return Counts(sum(row["things"]), sum(row["found"]), sum(row[name])).f1
