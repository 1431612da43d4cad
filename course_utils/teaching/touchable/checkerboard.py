"""A kernel and its checkerboard to touch: four weights, a constant row, a ramp and a picture.

Its data: ``kernels``, each with ``name`` and four ``weights``; the ``start``, which of them comes
first; the ``picture``, with its ``side`` and its ``gray`` bytes in base64; and ``checks``, one for
each kernel: the ``ramp`` that PyTorch gives for the cells 0 to 4, with stride 2 and padding 1, and
``some`` pixels of the enlarged picture, as row, column and value.
"""

import base64
from collections.abc import Sequence

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import line, picture, text

CELLS, WEIGHTS, STEP = 5, 4, 0.05
LOW, HIGH = -0.5, 1.5
"""Of a weight."""

CLOSE = 1e-4


def checked(data: Data) -> Data:
    """Return the data, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    kernels, side = data["kernels"], data["picture"]["side"]
    if not 2 <= len(kernels) <= 6 or not 0 <= data["start"] < len(kernels):
        raise ValueError("give two to six kernels, and which of them is shown first")
    for kernel in kernels:
        steps = [weight / STEP for weight in kernel["weights"]]
        fits = all(LOW <= weight <= HIGH for weight in kernel["weights"])
        if len(steps) != WEIGHTS or not fits or any(abs(x - round(x)) > 0.001 for x in steps):
            raise ValueError(f"{kernel['name']}: give {WEIGHTS} weights in steps of {STEP}")
    if len(base64.b64decode(data["picture"]["gray"])) != side * side or side > 60:
        raise ValueError("the picture has a byte for each pixel, in base64, and 60 × 60 at most")
    if len(data["checks"]) != len(kernels):
        raise ValueError("give a check for each kernel")
    for kernel, check in zip(kernels, data["checks"], strict=True):
        found = enlarged(range(CELLS), kernel["weights"])
        gaps = [abs(a - b) for a, b in zip(found, check["ramp"], strict=True)]
        if max(gaps) > CLOSE or not check["some"]:
            raise ValueError(f"the check of {kernel['name']} gives {found}")
    return data


def enlarged(cells: Sequence[float], weights: Sequence[float]) -> list[float]:
    """A row, twice as long: stride 2, padding 1.

    >>> enlarged([4, 8, 4], [0.25, 0.75, 0.75, 0.25])
    [3.0, 5.0, 7.0, 7.0, 5.0, 3.0]
    """
    out = [0.0] * (2 * len(cells) + 2)
    for place, cell in enumerate(cells):
        for number, weight in enumerate(weights):
            out[2 * place + number] += cell * weight
    return out[1:-1]


def both(weights: Sequence[float]) -> tuple[list[float], list[float]]:
    """Of each kind of pixel the sum of its weights, and their first moment.

    >>> both([1, 0, 0, 1])
    ([1, 1], [0, 3])
    """
    sums = [sum(weights[kind::2]) for kind in (0, 1)]
    moments = [sum(i * w for i, w in enumerate(weights) if i % 2 == kind) for kind in (0, 1)]
    return sums, moments


def words(data: Data) -> str:
    """Say the weights at the start, their sums and moments, and what becomes of the ramp."""
    kernel = checked(data)["kernels"][data["start"]]
    sums, moments = both(kernel["weights"])
    ramp = enlarged(range(CELLS), kernel["weights"])
    rows = [[fixed(x, 2) for x in row] for row in (kernel["weights"], sums, moments, ramp)]
    weights, added, turned, out = (", ".join(row) for row in rows)
    return f"Weights {weights}: sums {added}, moments {turned}. The ramp 0 to 4 becomes {out}."


def still(data: Data) -> str:
    """Draw the start: weights, sums and moments, and what becomes of a ramp."""
    kernel = checked(data)["kernels"][data["start"]]
    sums, moments = both(kernel["weights"])
    ramp = enlarged(range(CELLS), kernel["weights"])[1:-1]
    low, high = min(0.0, *ramp), max(1.0, *ramp)
    points = [
        (50 + 38 * k, 210 - 100 * (value - low) / (high - low)) for k, value in enumerate(ramp)
    ]
    path = "M" + "L".join(f"{x:.0f} {y:.1f}" for x, y in points)
    dots = [
        f'<circle cx="{x:.0f}" cy="{y:.1f}" r="5" class="c{k % 2}"/>'
        for k, (x, y) in enumerate(points)
    ]
    rows = (("weights", kernel["weights"]), ("sums", sums), ("moments", moments))
    lines = [
        text(14, 26 + 22 * k, f"{name}: {'  '.join(fixed(x, 2) for x in values)}", "b")
        for k, (name, values) in enumerate(rows)
    ]
    said = text(14, 232, "The ramp 0 1 2 3 4, doubled, without its ends.", "quiet")
    return picture(364, 240, *lines, line(path), *dots, said)


def design() -> Design:
    """Say what the figure is made of."""
    script, style = own_file("checkerboard.js"), own_file("checkerboard.css")
    return Design(script, style, still, words, tight=True)
