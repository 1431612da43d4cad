"""The learning rate to touch: recorded trainings, their course and where each of them ends.

Its data: ``rates``, ascending; how many ``seeds``; the accuracy of ``chance``; for each rate in
``runs`` the mean ``loss`` and ``accuracy`` after each epoch, and the ``low`` and ``high`` accuracy
of the seeds; if wanted, as ``start``, the place of the rate that is shown first, else it is the
best. A loss of ``None`` is not a number.
"""

import math
from collections.abc import Sequence

from course_utils.teaching.touchable.digits import fixed, short
from course_utils.teaching.touchable.output import Data, Design, own_file, rounded
from course_utils.teaching.touchable.svg import line, picture, text

LEFT, RIGHT, TOP, BOTTOM = 44, 344, 40, 190
LISTS = ("loss", "accuracy", "low", "high")


def checked(data: Data) -> Data:
    """Return the data with the digits that the page stores, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    rates, runs = list(data["rates"]), data["runs"]
    if len(rates) < 2 or rates[0] <= 0 or rates != sorted(set(rates)):
        raise ValueError("give two or more learning rates above 0, ascending")
    if len(runs) != len(rates):
        raise ValueError("give a run for each learning rate")
    epochs = len(runs[0]["loss"])
    if any(len(run[name]) != epochs or not epochs for run in runs for name in LISTS):
        raise ValueError("every list of a run has a number for each epoch")
    if all(loss is None for run in runs for loss in run["loss"][:1]):
        raise ValueError("one of the losses of the first epoch, at least, is a number")
    for run in runs:
        for low, mean, high in zip(run["low"], run["accuracy"], run["high"], strict=True):
            if not 0 <= low <= mean + 1e-9 <= high + 2e-9 <= 1 + 3e-9:
                raise ValueError("accuracies lie between 0 and 1, the mean between low and high")
    if not 0 <= data["chance"] < 1 or data["seeds"] < 1:
        raise ValueError("chance is a share of 1, and there is at least one seed")
    if data.get("start", 0) not in range(len(rates)):
        raise ValueError("the start is the place of a rate in the list")
    return dict(rounded(data))


def rate_text(rate: float) -> str:
    """Write a learning rate as short as can be.

    >>> rate_text(0.003), rate_text(1e-05), rate_text(3e-05)
    ('0.003', '10⁻⁵', '3·10⁻⁵')
    """
    if 1e-4 <= rate < 1e6:
        return f"{rate:.10f}".rstrip("0").rstrip(".")
    return short(rate, 1).replace(".0·", "·").removeprefix("1·")


def at_start(data: Data) -> int:
    """Return the place of the rate that is shown first: the given one, or the best."""
    final = [run["accuracy"][-1] for run in data["runs"]]
    return int(data.get("start", final.index(max(final))))


def words(data: Data) -> str:
    """Say where each training ends."""
    data = checked(data)
    ends = [
        f"{rate_text(rate)}: {fixed(run['accuracy'][-1], 2)}{_lost(run['loss'])}"
        for rate, run in zip(data["rates"], data["runs"], strict=True)
    ]
    epochs = len(data["runs"][0]["loss"])
    chance = fixed(data["chance"], 2)
    return f"Accuracy after {epochs} epochs, by learning rate: {'; '.join(ends)}. Chance: {chance}."


def _lost(loss: Sequence[float | None]) -> str:
    return f" (loss not a number from epoch {loss.index(None) + 1})" if None in loss else ""


def still(data: Data) -> str:
    """Draw where each training ends, over the rates, with their spread and chance."""
    data = checked(data)
    rates, runs = data["rates"], data["runs"]
    floor: float = min([data["chance"], *(run["low"][-1] for run in runs)])
    bottom = math.floor(floor * 10 - 0.2) / 10
    logs = [math.log10(rate) for rate in rates]
    xs = [LEFT + 8 + (RIGHT - LEFT - 16) * (log - logs[0]) / (logs[-1] - logs[0]) for log in logs]

    def y(accuracy: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * (accuracy - bottom) / (1.02 - bottom)

    title = f"Accuracy after {len(runs[0]['loss'])} epochs"
    parts = [text(LEFT - 28, 24, title, "b"), line(f"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}")]
    parts += [text(LEFT - 6, y(a) + 4, fixed(a, 1), "quiet e") for a in (bottom, 1.0)]
    parts.append(text(LEFT + 8, y(data["chance"]) + 16, "chance", "quiet"))
    chance = f'stroke-dasharray="2 4" d="M{LEFT} {y(data["chance"]):.0f}H{RIGHT}"'
    parts.append(f'<path class="line" {chance}/>')
    ends = [(x, *(y(run[name][-1]) for name in LISTS[1:])) for x, run in zip(xs, runs, strict=True)]
    parts += [line(f"M{x:.0f} {low:.0f}V{high:.0f}") for x, _, low, high in ends]
    parts.append(line("M" + "L".join(f"{x:.0f} {mean:.0f}" for x, mean, _, _ in ends)))
    parts += [f'<circle cx="{x:.0f}" cy="{mean:.0f}" r="4" class="c0"/>' for x, mean, _, _ in ends]
    for k, kind in ((0, ""), (len(rates) - 1, " e")):
        parts.append(
            text(xs[k] - 10 + 20 * bool(kind), BOTTOM + 20, rate_text(rates[k]), f"quiet{kind}")
        )
    parts.append(text((LEFT + RIGHT) / 2, BOTTOM + 20, "learning rate (log)", "quiet m"))
    start = at_start(data)
    parts.append(f'<circle cx="{xs[start]:.0f}" cy="{ends[start][1]:.0f}" r="8" class="line"/>')
    last = f"{rate_text(rates[start])}: {fixed(runs[start]['accuracy'][-1], 2)}"
    return picture(360, BOTTOM + 60, *parts, text(LEFT - 28, BOTTOM + 46, last, "b"))


def design() -> Design:
    """Say what the figure is made of."""
    script, style = own_file("learning_rate.js"), own_file("learning_rate.css")
    return Design(script, style, still, words, tight=True)
