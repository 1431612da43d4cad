"""A residual block of one number to touch: what comes out, and how much of a gradient passes.

The block has one channel, and of each kernel only the middle is not 0. So a convolution multiplies
by a weight, and the last norm by γ: ``F(x) = γ·second·relu(first·x)``. Its data:

- ``start``, a state: ``x``, the weights ``first`` and ``second``, ``gamma``, and whether the
  ``shortcut`` and the last ReLU (``relu``) are there;
- ``checks``, some states with what PyTorch computes for each: ``y`` and its ``slope``.
"""

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import line, picture, text

RANGES = {"x": (-4, 4), "first": (-2, 2), "second": (-2, 2), "gamma": (0, 1)}
SWITCHES = ("shortcut", "relu")
STEP = 0.25
LEFT, RIGHT, TOP, BOTTOM = 40, 340, 40, 240
LOW, HIGH = -4, 8


def check(data: Data) -> None:
    """Say what is wrong with the data of a figure.

    Raises:
        ValueError: If a state lacks something, or a check is not what the figure computes.
    """
    for state in (data["start"], *data["checks"]):
        for name, (low, high) in RANGES.items():
            if not low <= state[name] <= high or state[name] % STEP:
                raise ValueError(f"{name} lies between {low} and {high}, in steps of {STEP}")
        if any(not isinstance(state[name], bool) for name in SWITCHES):
            raise ValueError("shortcut and relu are true or false")
    if not data["checks"]:
        raise ValueError("give what PyTorch computes for some states")
    for one in data["checks"]:
        found = compute(one)[1:]
        if any(abs(a - b) > 1e-6 for a, b in zip(found, (one["y"], one["slope"]), strict=True)):
            raise ValueError(f"PyTorch has y and slope {one['y'], one['slope']}, not {found}")


def compute(state: Data) -> tuple[float, float, float]:
    """What F gives in a state, what the block gives, and its slope (at a corner: PyTorch's)."""
    x, first, weight = state["x"], state["first"], state["gamma"] * state["second"]
    open_, shortcut = first * x > 0, 1 if state["shortcut"] else 0
    residual = weight * first * x if open_ else 0.0
    total = residual + shortcut * x
    slope = (weight * first if open_ else 0.0) + shortcut
    shut = state["relu"] and total <= 0
    return residual, 0.0 if shut else total, 0.0 if shut else slope


def words(data: Data) -> str:
    """Say the numbers at the start."""
    check(data)
    start = data["start"]
    residual, y, slope = compute(start)
    kind = "With" if start["shortcut"] else "Without"
    weights = ", ".join(fixed(start[name], 2) for name in ("first", "second", "gamma"))
    return (
        f"{kind} the shortcut, first and second weight and γ {weights}: x = {fixed(start['x'], 2)} "
        f"gives F(x) = {fixed(residual, 2)} and y = {fixed(y, 2)}; a gradient of 1 comes back as "
        f"{fixed(slope, 2)}."
    )


def still(data: Data) -> str:
    """Draw what the block gives over x, where it is dead, and the point at the start."""
    check(data)
    start = data["start"]

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            LEFT + (x + 4) / 8 * (RIGHT - LEFT),
            BOTTOM - (min(max(y, LOW), HIGH) - LOW) / (HIGH - LOW) * (BOTTOM - TOP),
        )

    ends = [-4 + k / 8 for k in range(65)]
    found = [(place(x, compute({**start, "x": x})[1]), compute({**start, "x": x})) for x in ends]
    curve = "M" + "L".join(f"{x:.1f} {y:.1f}" for (x, y), _ in found)
    dead = "".join(f"M{x - 3:.0f} {y:.0f}h6" for (x, y), (_, _, slope) in found if slope == 0)
    (left, zero), (middle, _) = place(-4, 0), place(0, 0)
    (x, y), (_, output, slope) = place(start["x"], compute(start)[1]), compute(start)
    parts = [
        text(LEFT - 28, 24, "What the block gives, over x", "b"),
        f'<path class="line" stroke-dasharray="2 4" d="M{left} {zero:.0f}H{RIGHT}"/>',
        f'<path class="line" stroke-dasharray="2 4" d="M{middle} {TOP}V{BOTTOM}"/>',
        line(curve),
        f'<path d="{dead}" stroke="var(--c1)" stroke-width="6" fill="none"/>',
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="6" class="c0"/>',
        *(text(place(k, 0)[0], BOTTOM + 20, fixed(k, 0), "quiet m") for k in (-4, 0, 4)),
        *(text(LEFT - 8, place(0, k)[1] + 4, fixed(k, 0), "quiet e") for k in (0, 4, 8)),
        text(LEFT - 28, BOTTOM + 46, "thick: dead, slope 0", "quiet"),
        text(
            LEFT - 28,
            BOTTOM + 70,
            f"x {fixed(start['x'], 2)}   y {fixed(output, 2)}   slope {fixed(slope, 2)}",
            "b",
        ),
    ]
    return picture(360, BOTTOM + 84, *parts)


def design() -> Design:
    """Say what the figure is made of."""
    return Design(own_file("block.js"), own_file("block.css"), still, words, tight=True)
