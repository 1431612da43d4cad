"""What becomes of every number that a notebook shows: how it is compared."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from comparison.lines import Judge, lines_of
from comparison.outputs import is_prose
from comparison.pages import DATA, Page
from comparison.rules import Rules, read_rules
from comparison.tokens import Number, tokens

DECIMAL, TOLERANCE, WHOLE, RANGE = "decimal", "decimal, tolerance", "whole", "whole, range"
BOUND, KEEPS, MEASURED = "bound", "only its bound", "measured"


def count_numbers(cells: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """Count the numbers in the outputs of cells with code, by how they are compared."""
    found: Counter[str] = Counter()
    for cell in cells:
        rules = read_rules(cell["metadata"])
        for text in shown_texts(cell["outputs"]):
            for line in lines_of(text):
                found.update(kinds_of(line, rules))
    return found


def shown_texts(outputs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the texts that are compared number by number; a table, which is there twice, once."""
    for output in outputs:
        if output["output_type"] == "stream":
            yield output["text"]
        elif output["output_type"] == "error":
            yield output["evalue"]
        elif not is_prose(output):
            yield output["data"].get("text/plain", "")
            if DATA in output["data"].get("text/html", ""):
                yield Page(output["data"]["text/html"]).data


def kinds_of(line: str, rules: Rules) -> list[str]:
    """Say of each number of a line how it is compared."""
    cut = tokens(line)
    judge = Judge(line, cut, cut, rules)
    return [kind_at(judge, place) for place, one in enumerate(cut) if isinstance(one, Number)]


def kind_at(judge: Judge, place: int) -> str:
    """Say how the number at a place is compared."""
    number = judge.stored[place]
    assert isinstance(number, Number)
    if place in judge.bounds:
        return BOUND
    if judge.is_free(place):
        return KEEPS if judge.is_near_zero(place) else MEASURED
    if number.decimal:
        return DECIMAL if judge.rules.tolerance(judge.line) is None else TOLERANCE
    return WHOLE if judge.rules.range(judge.line) is None else RANGE
