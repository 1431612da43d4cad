"""What the metadata of a cell says about the comparison of its outputs.

``cell.metadata["compare"]`` is one rule, or a list of rules that name the lines they are for:

- ``{"tolerance": 0.03, "difference": 0.1, "why": "..."}``: decimal numbers may differ by so much.
  ``difference`` is the smallest difference between numbers that a sentence of the chapter rests
  on; no tolerance is above half of it.
- ``{"range": [3, 9], "why": "..."}``: whole numbers may be any from 3 to 9.
- ``{"lines": ["mean IoU"], ...}``: only in lines that hold one of these texts.
- ``{"measured": true}``: numbers beside a unit of time or a rate are not compared, nor are values
  beside a bound: they keep the bound. Figures are compared by size and words. Other units may be
  named: ``{"measured": ["pictures/s"]}``.
- ``{"figure": 0.05, "why": "..."}``: what share of what is drawn may look otherwise, where
  a training is live.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

KEYS = {"tolerance", "difference", "range", "lines", "measured", "figure", "why"}
NEED_A_REASON = {"tolerance", "range", "figure"}


@dataclass(frozen=True)
class Rule:
    """One rule of a cell; see the top of this file."""

    tolerance: Decimal | None = None
    difference: Decimal | None = None
    range: tuple[int, int] | None = None
    lines: tuple[str, ...] = ()
    measured: tuple[str, ...] | None = None
    figure: float | None = None
    why: str = ""

    def is_for(self, line: str) -> bool:
        """Say whether it speaks of a line."""
        return not self.lines or any(text in line for text in self.lines)


@dataclass(frozen=True)
class Rules:
    """All rules of a cell."""

    each: tuple[Rule, ...] = ()

    @property
    def measured(self) -> bool:
        """Whether the cell shows how long something took."""
        return any(rule.measured is not None for rule in self.each)

    @property
    def units(self) -> tuple[str, ...]:
        """Further units of what is measured."""
        return tuple(unit for rule in self.each for unit in rule.measured or ())

    @property
    def figure(self) -> float:
        """The share of what is drawn that may look otherwise."""
        return max((rule.figure for rule in self.each if rule.figure is not None), default=0)

    def tolerance(self, line: str) -> Decimal | None:
        """How much a decimal number of a line may differ, where that is said."""
        found = (rule.tolerance for rule in self.each if rule.is_for(line))
        return next((tolerance for tolerance in found if tolerance is not None), None)

    def range(self, line: str) -> tuple[int, int] | None:
        """What a whole number of a line may be, where that is said."""
        found = (rule.range for rule in self.each if rule.is_for(line))
        return next((limits for limits in found if limits is not None), None)


def read_rules(metadata: Mapping[str, Any]) -> Rules:
    """Read the rules of a cell.

    Raises:
        ValueError: If one is not as the top of this file says.
    """
    said = metadata.get("compare", [])
    return Rules(tuple(read_rule(one) for one in ([said] if isinstance(said, Mapping) else said)))


def read_rule(said: Mapping[str, Any]) -> Rule:
    """Read one rule."""
    problems = problems_of(said)
    if problems:
        raise ValueError(f"compare: {'; '.join(problems)}: {dict(said)}")
    measured = said.get("measured")
    return Rule(
        tolerance=Decimal(str(said["tolerance"])) if "tolerance" in said else None,
        difference=Decimal(str(said["difference"])) if "difference" in said else None,
        range=(said["range"][0], said["range"][1]) if "range" in said else None,
        lines=tuple(said.get("lines", ())),
        measured=None if measured is None else () if measured is True else tuple(measured),
        figure=said.get("figure"),
        why=said.get("why", ""),
    )


def problems_of(said: Mapping[str, Any]) -> list[str]:
    """List what is wrong with a rule."""
    unknown = sorted(set(said) - KEYS)
    found = [f"unknown: {', '.join(unknown)}"] if unknown else []
    if not set(said) - {"lines", "why", "difference"}:
        found.append("it says nothing")
    if set(said) & NEED_A_REASON and not str(said.get("why", "")).strip():
        found.append("it needs a why")
    if not is_texts(said.get("lines", [])):
        found.append("lines is a list of texts")
    if not (said.get("measured", True) is True or is_texts(said["measured"])):
        found.append("measured is true or a list of units")
    return [*found, *problems_of_numbers(said)]


def problems_of_numbers(said: Mapping[str, Any]) -> list[str]:
    """List what is wrong with the numbers of a rule."""
    found = []
    if "tolerance" in said:
        if "difference" not in said:
            found.append("a tolerance names the difference that the text rests on")
        elif not 0 < said["tolerance"] <= said["difference"] / 2:
            found.append("a tolerance is above 0, and at most half of the difference")
    if "range" in said:
        low_high = said["range"]
        if len(low_high) != 2 or not all(isinstance(n, int) for n in low_high):
            found.append("a range is two whole numbers")
        elif not low_high[0] < low_high[1]:
            found.append("a range begins below its end")
    if "figure" in said and not 0 < said["figure"] < 1:
        found.append("figure is between 0 and 1")
    return found


def is_texts(value: object) -> bool:
    """Say whether something is a list of texts."""
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and all(isinstance(text, str) and text for text in value)
    )
