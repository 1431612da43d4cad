"""Two texts compared line by line, word by word and number by number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from comparison.rules import Rules
from comparison.tokens import Number, Token, bounds, form, tidy, tokens
from course_utils.teaching.claims import UNEXPECTED

NEAR_ZERO = Decimal("1e-3")
"""A value that is at most this much is an error of rounding: only its bound counts."""
TIMES = r"(?:s|ms|µs|us|ns|min|seconds?|minutes?|a s|a second|/s)\b"
DEVICE = re.compile(r"(?:(?<=device: )|(?<= on ))(?:cpu|cuda(?::\d+)?)\b(?: \([^)]*\))?")
MARK = UNEXPECTED.strip()
MOST_SHOWN = 3
BROKEN = "bound broken"


@dataclass(frozen=True)
class Differences:
    """What was found.

    Attributes:
        wrong: What makes the comparison fail; one text each.
        reports: What a measured cell found otherwise than the book.
    """

    wrong: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()

    def __add__(self, other: "Differences") -> "Differences":
        return Differences(self.wrong + other.wrong, self.reports + other.reports)


def lines_of(text: str) -> list[str]:
    """Cut a text into lines, with any device in the place of the one that was used."""
    return [DEVICE.sub("DEVICE", tidy(line)) for line in text.strip("\n").splitlines()]


def compare_texts(stored: str, new: str, rules: Rules) -> Differences:
    """Compare a text with the stored one."""
    old, now = lines_of(stored), lines_of(new)
    reports: tuple[str, ...] = ()
    if rules.measured:
        now, reports = without_reports(old, now)
    if len(old) != len(now):
        return Differences(tuple(gaps(old, now)), reports)
    pairs = zip(old, now, strict=True)
    found = [said for a, b in pairs if a != b and (said := compare_lines(a, b, rules))]
    broken = [said for said in found if rules.measured and said.startswith(BROKEN)]
    unmarked = [said for said in broken if not any(unmark(line) in said for line in reports)]
    return Differences(tuple(x for x in found if x not in broken), (*reports, *unmarked))


def unmark(line: str) -> str:
    """Take the mark off a line."""
    return line.removesuffix(MARK).rstrip()


def without_reports(old: list[str], now: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Take the marks of claims that do not hold out of new lines; list these lines."""
    forms = {form(line) for line in old}
    kept, reports = [], []
    for line in now:
        if not line.endswith(MARK):
            kept.append(line)
            continue
        reports.append(line)
        said = re.sub(r": False$", ": True", unmark(line))
        if form(said) in forms:  # otherwise it is a line that is there only when it does not hold
            kept.append(said)
    return kept, tuple(reports)


def gaps(old: list[str], now: list[str]) -> Iterator[str]:
    """Say which lines are missing, added or changed, where there are more or fewer of them."""
    matcher = SequenceMatcher(None, [form(x) for x in old], [form(x) for x in now], autojunk=False)
    yield f"{len(old)} lines stored, {len(now)} new"
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            yield from (f"- {line}" for line in old[a:b][:MOST_SHOWN])
            yield from (f"+ {line}" for line in now[c:d][:MOST_SHOWN])


def compare_lines(old: str, new: str, rules: Rules) -> str:
    """Compare two lines; return what is wrong, or nothing."""
    stored, now = tokens(old), tokens(new)
    if form(old) != form(new):
        return shown(old, new, "other words")
    judge = Judge(old, stored, now, rules)
    found = [said for place in range(len(stored)) if (said := judge.at(place))]
    broken = [said for said in found if said.startswith(BROKEN)]
    return shown(old, new, *(found if len(broken) < len(found) else broken))


def shown(old: str, new: str, *what: str) -> str:
    """Show both versions of a line, and what is wrong."""
    return f"{'; '.join(what)}\n  stored: {old}\n  new:    {new}" if what else ""


class Judge:
    """Which number of a line may differ, and by how much."""

    def __init__(self, line: str, stored: list[Token], now: list[Token], rules: Rules) -> None:
        self.line, self.stored, self.now, self.rules = line, stored, now, rules
        self.bounds = bounds(stored)
        self.values = {value: place for place, (value, _) in self.bounds.items()}

    def at(self, place: int) -> str:
        """Say what is wrong with the token at a place."""
        old, new = self.stored[place], self.now[place]
        if not (isinstance(old, Number) and isinstance(new, Number)):
            return "" if old == new else "other words"
        if place in self.bounds:
            return "" if old.text == new.text else f"another bound: {old.text}, {new.text}"
        broken = self.breaks_a_bound(place, new) or self.breaks_a_bound(place, old)
        return broken or ("" if self.is_free(place) else self.differ(old, new))

    def breaks_a_bound(self, place: int, new: Number) -> str:
        """Say which bound a value breaks."""
        for at, (value, side) in self.bounds.items():
            limit = self.stored[at]
            if value == place and isinstance(limit, Number):
                kept = new.value >= limit.value if side == "at least" else new.value <= limit.value
                if not kept:
                    return f"{BROKEN}: {new.text} is not {side} {limit.text}"
        return ""

    def is_free(self, place: int) -> bool:
        """Say whether a number is not compared: measured, or near zero below its bound."""
        if self.rules.measured and (place in self.values or self.has_a_unit(place)):
            return True
        limit = self.stored[self.values[place]] if place in self.values else None
        side = self.bounds[self.values[place]][1] if place in self.values else ""
        return isinstance(limit, Number) and side == "at most" and 0 < limit.value <= NEAR_ZERO

    def has_a_unit(self, place: int) -> bool:
        """Say whether a unit of what is measured stands behind a number."""
        behind = self.stored[place + 1] if place + 1 < len(self.stored) else ""
        further = [re.escape(unit) for unit in self.rules.units]
        units = "|".join([TIMES, *further])
        return isinstance(behind, str) and bool(re.match(rf" ?(?:{units})", behind))

    def differ(self, old: Number, new: Number) -> str:
        """Say whether two numbers differ by too much, or in a sign that counts."""
        if old.text == new.text:
            return ""
        if not (old.decimal or new.decimal):
            return self.differ_whole(old, new)
        said = self.rules.tolerance(self.line)
        allowed = min(old.unit, new.unit) if said is None else said
        gap = abs(old.value - new.value)
        if gap > allowed:
            return f"{old.text} and {new.text} differ by {gap:f}, allowed {allowed:f}"
        counts = min(abs(old.value), abs(new.value)) > allowed
        return f"{old.text} and {new.text}: another sign" if counts and old.sign != new.sign else ""

    def differ_whole(self, old: Number, new: Number) -> str:
        """Say whether two whole numbers are not the same, nor both in their range."""
        limits = self.rules.range(self.line)
        if limits and all(limits[0] <= one.value <= limits[1] for one in (old, new)):
            return ""
        allowed = f"allowed {limits[0]} to {limits[1]}" if limits else "whole numbers must agree"
        return f"{old.text} and {new.text}: {allowed}"
