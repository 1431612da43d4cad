"""The zoo to touch: made-up numbers that are plausible, and the figure as HTML."""

from typing import Any

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html

ROWS = """
alexlike A 2012 0 56.5 61.1 0.714 8
gigant11 V 2014 0 69.0 132.9 7.61 61
gigant16 V 2014 0 71.6 138.4 15.5 113
inner_v1 I 2014 0 69.8 6.62 1.50 24
inner_v3 I 2015 0 77.3 27.2 5.71 62
residual18 R 2015 1 69.8 11.7 1.81 19
residual50 R 2015 1 76.1 25.6 4.09 51
residual152 R 2015 1 78.3 60.2 11.5 132
denser121 D 2016 1 74.4 7.98 2.83 55
squeezed1_0 S 2016 2 58.1 1.25 0.819 14
squeezed1_1 S 2016 2 58.2 1.24 0.349 7.5
mobile_v2 M 2018 2 71.9 3.50 0.301 16
mobile_v3_large M 2019 2 74.0 5.48 0.217 13
mobile_v3_small M 2019 2 67.7 2.54 0.057 6.5
shuffling_v2_x0_5 H 2018 2 60.6 1.37 0.040 7.1
shuffling_v2_x1_0 H 2018 2 69.4 2.28 0.145 10
searched0_5 N 2018 2 67.7 2.22 0.104 7.7
searched1_0 N 2018 2 73.5 4.38 0.314 15
efficient_b0 E 2019 3 77.7 5.29 0.386 24
efficient_b3 E 2019 3 82.0 12.2 1.83 70
regular_400mf G 2020 3 74.0 4.34 0.402 19
conv_tiny C 2022 3 82.5 28.6 4.46 75
window_t W 2021 3 81.5 28.3 4.49 -
vision_b_32 T 2020 3 75.9 88.2 4.41 -
"""
FIELDS = ("name", "family", "year", "group", "top1", "parameters", "multiply_adds", "milliseconds")
AXES = (
    ("multiply_adds", "multiply–adds", "10⁹"),
    ("parameters", "parameters", "10⁶"),
    ("milliseconds", "time for a picture", "ms"),
    ("year", "year", ""),
)


def front(networks: list[dict[str, Any]], key: str) -> list[str]:
    """Each that is more accurate than all before it, from the cheapest on."""
    found, best = [], 0.0
    part = [n for n in networks if n[key] is not None]
    for n in sorted(part, key=lambda n: (n[key], -n["top1"])):
        if n["top1"] > best:
            found.append(n["name"])
            best = n["top1"]
    return found


def zoo_data() -> dict[str, Any]:
    """What a chapter gives the figure."""
    networks: list[dict[str, Any]] = []
    for row in ROWS.split("\n")[1:-1]:
        words = dict(zip(FIELDS, row.split(" "), strict=True))
        numbers = {
            key: None if words[key] == "-" else float(words[key])
            for key in ("top1", "parameters", "multiply_adds", "milliseconds")
        }
        whole = {key: int(words[key]) for key in ("year", "group")}
        side = 299 if words["name"] == "inner_v3" else 224
        networks.append({**words, **numbers, **whole, "side": side})
    return {
        "networks": networks,
        "groups": ["2012–2015", "residual and dense", "made to be small", "2019–2022"],
        "axes": [
            {"key": key, "label": label, "unit": unit, "log": key != "year"}
            for key, label, unit in AXES
        ],
        "fronts": {key: front(networks, key) for key, _, _ in AXES},
    }


def zoo_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    alt = "Twenty-four networks, accuracy against cost, and the front as a stair line. " * 2
    caption = "Change the cost, and the front changes. " * 4
    return as_html("zoo", DESIGNS["zoo"](), data or zoo_data(), alt, caption)
