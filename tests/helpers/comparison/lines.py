"""Two texts compared line by line, word by word and number by number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache

from comparison.rules import Rules
from comparison.tokens import Number, Token, bounds, form, tidy, tokens
from course_utils.teaching.claims import UNEXPECTED

NEAR_ZERO = Decimal("1e-3")
"""A value that is at most this much is an error of rounding: only its bound counts."""
TIMES = r"(?:s|ms|µs|us|ns|seconds?|minutes?|a s|a second|/s)\b"
ORDER = re.compile(
    r"\b(?:time|faster|fastest|slower|slowest|quicker|quickest|longer|longest|speed|seconds)\b"
)
"""A line with one of these words claims an order of times, and so does one with a time."""
DEVICE = re.compile(
    r"(?:(?<=device: )|(?<= on ))(?:cpu\b(?: \((?:arm|[A-Za-z]\w*(?:86|64)\b[\w ,]*)\))?"
    r"|cuda(?::\d+)?\b(?: \([A-Za-z][^).]*\))?)"
)
MARK = UNEXPECTED.strip()
MOST_SHOWN = 3


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
    return [plain(line) for line in text.strip("\n").splitlines()]


@lru_cache(maxsize=1 << 14)  # a figure to touch holds thousands, each compared many times
def plain(line: str) -> str:
    """Write a line with any device in the place of the one that was used."""
    return DEVICE.sub("DEVICE", tidy(line))


def compare_texts(stored: str, new: str, rules: Rules) -> Differences:
    """Compare a text with the stored one."""
    old, now = lines_of(stored), lines_of(new)
    reports: tuple[str, ...] = ()
    if rules.measured:
        now, reports = without_reports(old, now, rules)
    if len(old) != len(now):
        return Differences(tuple(gaps(old, now)), reports)
    found = Differences()
    for one, other in zip(old, now, strict=True):
        if one != other or "at least" in one or "at most" in one:
            found += compare_lines(one, other, rules)
    unmarked = (x for x in found.reports if not any(unmark(line) in x for line in reports))
    return Differences(found.wrong, (*reports, *unmarked))


def unmark(line: str) -> str:
    """Take the mark off a line."""
    return line.removesuffix(MARK).rstrip()


def has_a_unit(line: str, behind: str, rules: Rules) -> bool:
    """Say whether a unit of what is measured stands in a line behind something."""
    units = "|".join([TIMES, *(rf"{re.escape(unit)}(?!\w)" for unit in rules.units)])
    return bool(re.search(rf"(?:{behind})(?:{units})", line))


def is_of_times(line: str, rules: Rules) -> bool:
    """Say whether a line of a measured cell speaks of times: then another processor may differ."""
    in_time = has_a_unit(line, r"\.\d+ ?|\d ", rules)
    return rules.measured and (in_time or bool(ORDER.search(line)))


def without_reports(
    old: list[str], now: list[str], rules: Rules
) -> tuple[list[str], tuple[str, ...]]:
    """Take the marks off new lines that claim an order of times; list these lines."""
    forms = {form(line) for line in old}
    kept, reports = [], []
    for line in now:
        if not (line.endswith(MARK) and is_of_times(line, rules)):
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


def compare_lines(old: str, new: str, rules: Rules) -> Differences:
    """Compare two lines."""
    if form(old) != form(new):
        return Differences(shown(old, new, ["other words"]))
    judge = Judge(old, tokens(old), tokens(new), rules)
    places = range(len(judge.stored))
    wrong = [said for place in places if (said := judge.at(place))]
    reports: list[str] = []
    for place in places:
        if broken := judge.breaks_a_bound(place, judge.now):
            (reports if judge.is_measured(place) else wrong).append(broken)
    return Differences(shown(old, new, wrong), shown(old, new, reports))


def shown(old: str, new: str, what: list[str]) -> tuple[str, ...]:
    """Show both versions of a line, and what is wrong, as one text; none where nothing is."""
    return (f"{'; '.join(what)}\n  stored: {old}\n  new:    {new}",) if what else ()


class Judge:
    """Which number of a line may differ, and by how much."""

    def __init__(self, line: str, stored: list[Token], now: list[Token], rules: Rules) -> None:
        self.line, self.stored, self.now, self.rules = line, stored, now, rules
        self.bounds = bounds(stored)
        self.values = {value: place for place, (value, _) in self.bounds.items()}

    def at(self, place: int) -> str:
        """Say what is wrong with the token at a place, but for a bound that the new one breaks."""
        old, new = self.stored[place], self.now[place]
        if not (isinstance(old, Number) and isinstance(new, Number)):
            return "" if old == new else "other words"
        if place in self.bounds:
            if self.has_two_values(place):
                return "which number has the bound? Write it last, and no other so small before it"
            return "" if old.text == new.text else f"another bound: {old.text}, {new.text}"
        said = self.breaks_a_bound(place, self.stored)
        return said or ("" if self.is_free(place) else self.differ(old, new))

    def breaks_a_bound(self, place: int, line: list[Token]) -> str:
        """Say which bound the value at a place breaks; near zero its sign does not count."""
        for at, (value, side) in self.bounds.items():
            limit, number = self.stored[at], line[place]
            if value == place and isinstance(limit, Number) and isinstance(number, Number):
                size = abs(number.value) if self.is_near_zero(place) else number.value
                if not (size >= limit.value if side == "at least" else size <= limit.value):
                    return f"bound broken: {number.text} is not {side} {limit.text}"
        return ""

    def has_two_values(self, place: int) -> bool:
        """Say whether a small number stands before the whole one that has a bound near zero."""
        value = self.stored[self.bounds[place][0]]
        whole = isinstance(value, Number) and not value.decimal
        before = [one for one in self.stored[: self.bounds[place][0]] if isinstance(one, Number)]
        small = any("e-" in one.text for one in before)
        return whole and small and self.is_near_zero(self.bounds[place][0])

    def is_free(self, place: int) -> bool:
        """Say whether a number is not compared: measured, or near zero below its bound."""
        return self.is_measured(place) or self.is_near_zero(place)

    def is_measured(self, place: int) -> bool:
        """Say whether a number is a time, or in a line about times the one beside a bound."""
        beside = place in self.values and bool(ORDER.search(self.line))
        return self.rules.measured and (beside or self.is_a_time(place))

    def is_near_zero(self, place: int) -> bool:
        """Say whether a number is an error of rounding, of which only the bound counts."""
        limit = self.stored[self.values[place]] if place in self.values else None
        side = self.bounds[self.values[place]][1] if place in self.values else ""
        return isinstance(limit, Number) and side == "at most" and 0 < limit.value <= NEAR_ZERO

    def is_a_time(self, place: int) -> bool:
        """Say whether both numbers are times: no sign, a unit behind; after a space if whole."""
        behind = self.stored[place + 1] if place + 1 < len(self.stored) else ""
        pair = [one for one in (self.stored[place], self.now[place]) if isinstance(one, Number)]
        if not isinstance(behind, str) or any(one.sign for one in pair):
            return False
        return has_a_unit(behind, "^ ?" if all(one.decimal for one in pair) else "^ ", self.rules)

    def differ(self, old: Number, new: Number) -> str:
        """Say whether two numbers differ by too much, or in a sign that counts."""
        if old.text == new.text:
            return ""
        if old.decimal != new.decimal:
            return f"{old.text} and {new.text}: a whole and a decimal number"
        if not old.decimal:
            return self.differ_whole(old, new)
        said = self.rules.tolerance(self.line)
        units = [one.unit for one in (old, new) if one.unit]
        allowed = min(units, default=Decimal(0)) if said is None else said
        gap = abs(old.value - new.value)
        if gap > allowed:
            return f"{old.text} and {new.text} differ by {gap:f}, allowed {allowed:f}"
        counts = min(abs(old.value), abs(new.value)) > allowed
        return f"{old.text} and {new.text}: another sign" if counts and old.sign != new.sign else ""

    def differ_whole(self, old: Number, new: Number) -> str:
        """Say whether two whole numbers are not the same, nor both in their range."""
        if old.value == new.value and (not old.value or old.sign == new.sign):
            return ""
        limits = self.rules.range(self.line)
        if limits and all(limits[0] <= one.value <= limits[1] for one in (old, new)):
            return ""
        allowed = f"allowed {limits[0]} to {limits[1]}" if limits else "whole numbers must agree"
        return f"{old.text} and {new.text}: {allowed}"
