"""What the metadata of a cell says about the comparison of its outputs.

``cell.metadata["compare"]`` is one rule, or a list of rules that name the lines they are for:

- ``{"tolerance": 0.03, "difference": 0.1, "why": "..."}``: decimal numbers may differ by so much.
  ``difference`` is the smallest difference between numbers that a sentence of the chapter rests
  on; no tolerance is above half of it.
- ``{"range": [3, 9], "why": "..."}``: whole numbers may be any from 3 to 9.
- ``{"lines": ["mean IoU"], ...}``: only in lines that hold one of these texts. The data of figures
  to touch is loosened by none but a rule whose text is a place there: ``{"lines": ["/losses"]}``.
- ``{"measured": true}``: numbers before a unit of time or a rate are not compared, nor, in a line
  that speaks of times, are values beside a bound: they keep the bound. Figures are compared by
  size, words, and roughly how much is drawn. Other units may be named:
  ``{"measured": ["pictures/s"]}``.
- ``{"figure": 0.05, "why": "..."}``: what share of what is drawn may look otherwise, where
  a training is live.
"""

import math
from collections.abc import Mapping
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
        """Say whether it speaks of a line; of one with data only if it names the place."""
        if line.startswith("/"):
            return any(text.startswith("/") and text in line for text in self.lines)
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
    each = said if isinstance(said, list) else [said]
    return Rules(tuple(read_rule(one) for one in each))


def read_rule(said: Any) -> Rule:
    """Read one rule."""
    problems = problems_of(said) if isinstance(said, Mapping) else ["a rule is a dictionary"]
    if problems:
        raise ValueError(f"compare: {'; '.join(problems)}: {said}")
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
    if set(said) & NEED_A_REASON and not has_letters(said.get("why")):
        found.append("it needs a why")
    if not is_texts(said.get("lines", ["a"])):
        found.append("lines is a list of texts with letters")
    if not (said.get("measured", True) is True or is_texts(said["measured"])):
        found.append("measured is true or a list of units with letters")
    if {"lines", "measured"} <= set(said):
        found.append("measured is for a whole cell, without lines")
    return [*found, *problems_of_numbers(said)]


def problems_of_numbers(said: Mapping[str, Any]) -> list[str]:
    """List what is wrong with the numbers of a rule."""
    named = {"tolerance", "difference", "figure"} & set(said)
    found = [f"{name} is a number above 0" for name in sorted(named) if not is_above_0(said[name])]
    if "tolerance" in said and not found:
        if "difference" not in said:
            found.append('a tolerance needs a "difference": the one that the text rests on')
        elif said["tolerance"] > said["difference"] / 2:
            found.append("a tolerance is at most half of the difference")
    if "range" in said:
        limits = said["range"]
        if not (isinstance(limits, list) and [type(n) for n in limits] == [int, int]):
            found.append("a range is two whole numbers")
        elif not limits[0] < limits[1]:
            found.append("a range begins below its end")
    if "figure" in named and not found and said["figure"] >= 1:
        found.append("figure is between 0 and 1")
    return found


def is_above_0(value: object) -> bool:
    """Say whether something is a number above 0, and neither infinite nor true."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 < value < math.inf


def has_letters(value: object) -> bool:
    """Say whether something is a text with a letter."""
    return isinstance(value, str) and any(letter.isalpha() for letter in value)


def is_texts(value: object) -> bool:
    """Say whether something is a list of texts with letters, and not empty."""
    return isinstance(value, list) and bool(value) and all(has_letters(text) for text in value)
