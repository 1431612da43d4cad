"""A line of output, cut into words and numbers."""

import re
from dataclasses import dataclass
from decimal import Decimal

# A number has no letter before it (resnet18, layer4.0), is no version (0.4.3) and no hash (4e7f01).
# A sign belongs to it where nothing stands before the sign that it could be subtracted from. A bare
# point belongs to it in an array: "[0. 1.]".
NUMBER = re.compile(
    r"""
    (?<!\w)(?<!\w\.)
    (?P<sign>(?<![\w)\]])[-+−])?
    (?P<digits>\d{1,3}(?:,\d{3})+(?!\d)|\d+|(?=\.\d))
    (?P<places>\.\d+|\.(?=[\],]|\ +[-+−]?[\d.]))?(?!\.?\d)
    (?P<exponent>[eE][-+−]?\d{1,3}(?!\w))?
    """,
    re.VERBOSE,
)
BOUND = re.compile(r"[(,] ?(?P<side>at least|at most) $")


@dataclass(frozen=True)
class Number:
    """A number of a line, as it is printed."""

    text: str
    sign: str
    value: Decimal
    unit: Decimal
    """One of its last printed place; 0 behind a bare point, where an array leaves out zeros."""
    decimal: bool


Token = str | Number


def number_from(match: re.Match[str]) -> Number:
    """Read a number: its value, its last printed place, and whether it is a decimal number."""
    sign, exponent = ((match[part] or "").replace("−", "-") for part in ("sign", "exponent"))
    digits, places = (match["digits"] or "0").replace(",", ""), match["places"] or ""
    value = Decimal(f"{sign}{digits}{places}{exponent}")
    unit = Decimal(f"1E{exponent[1:] or 0}").scaleb(-max(len(places) - 1, 0))
    unit = Decimal(0) if places == "." else unit
    return Number(match.group(), sign, value, unit, bool(places or exponent))


def tokens(line: str) -> list[Token]:
    """Cut a line into words, with the signs and spaces around them, and numbers."""
    found: list[Token] = []
    end = 0
    for match in NUMBER.finditer(line):
        found += [line[end : match.start()], number_from(match)]
        end = match.end()
    return [token for token in [*found, line[end:]] if token != ""]


def tidy(line: str) -> str:
    """Write runs of spaces as one; an indentation stays, but not that of a column of numbers.

    Inside brackets a tensor and an array are filled up with spaces, for a sign or the last place.
    """
    short = re.sub(r"[ \t]+", " ", line.rstrip())
    short = re.sub(r"(?<=[\[(]) (?=[-+−.\d])|(?<=[\d.]) (?=[\])])", "", short)
    return short.lstrip() if re.match(r" [-+−.\d]", short) else short


def form(line: str) -> tuple[str, ...]:
    """List the words of a line, with a gap for each number."""
    return tuple(token if isinstance(token, str) else "#" for token in tokens(line))


def bounds(cut: list[Token]) -> dict[int, tuple[int, str]]:
    """Find what is printed as ``0.94 (at least 0.85)``: the value's place by the bound's."""
    found: dict[int, tuple[int, str]] = {}
    for place, token in enumerate(cut):
        words = cut[place - 1] if place > 1 else ""
        match = BOUND.search(words) if isinstance(words, str) else None
        if isinstance(token, Number) and match:
            before = place - 2
            found[place] = (found.get(before, (before, ""))[0], match["side"])
    return found
