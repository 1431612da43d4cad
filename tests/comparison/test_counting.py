"""Every number of a notebook is counted once, by how it is compared."""

from collections import Counter
from typing import Any

from nbformat.v4 import new_code_cell, new_output

from comparison.counting import count_numbers


def counted(text: str, **compare: Any) -> Counter[str]:
    """Count the numbers of a cell that prints a text."""
    outputs = [new_output("stream", name="stdout", text=text)]
    metadata = {"compare": compare} if compare else {}
    return count_numbers([new_code_cell("", outputs=outputs, metadata=metadata)])


def test_numbers_are_told_apart() -> None:
    text = "7 of 0.5\ngap 2e-7 (at most 1e-6)\naccuracy 0.94 (at least 0.85)"
    assert counted(text) == {"whole": 1, "decimal": 2, "only its bound": 1, "bound": 2}


def test_tolerances_and_ranges_count() -> None:
    loose = counted("a 0.5, 3", tolerance=0.1, difference=0.2, lines=["a"], why="x")
    assert loose == {"decimal, tolerance": 1, "whole": 1}
    assert counted("3 of 0.5", range=[1, 9], why="x") == {"whole, range": 1, "decimal": 1}


def test_what_is_measured_counts_apart() -> None:
    assert counted("9 weights in 0.5 ms", measured=True) == {"whole": 1, "measured": 1}


def test_a_table_counts_once() -> None:
    data = {"text/plain": "a 0.5", "text/html": "<table><tr><td>a</td><td>0.5</td></tr></table>"}
    cell = new_code_cell("", outputs=[new_output("execute_result", data=data, execution_count=1)])
    assert count_numbers([cell]) == {"decimal": 1}
