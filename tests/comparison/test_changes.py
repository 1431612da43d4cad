"""What a cell shows is changed in every line, one thing at a time."""

from collections import Counter
from typing import Any

from nbformat.v4 import new_output

from comparison.changes import changes
from comparison.outputs import compare_outputs


def tried(*outputs: Any, **metadata: Any) -> Counter[str]:
    """Count the changes; each must be found."""
    found: Counter[str] = Counter()
    for change in changes(outputs, metadata):
        found[change.kind] += 1
        said = compare_outputs(change.outputs, list(outputs), metadata)
        assert said.wrong or said.reports, change
    return found


def printed(text: str) -> Any:
    """Make the output of a ``print``."""
    return new_output("stream", name="stdout", text=text)


def test_a_line_is_changed_in_all_ways() -> None:
    found = tried(printed("loss 0.50\n"))
    assert found == {"digit": 1, "sign": 1, "nan": 1, "word": 1, "line": 2}


def test_numbers_are_changed_by_more_than_they_may_differ() -> None:
    assert tried(printed("gap 2e-7 (at most 1e-6)"))["sign"] == 1
    tolerance = {"tolerance": 0.03, "difference": 0.1, "why": "x"}
    assert tried(printed("loss 0.50"), compare=tolerance)["digit"] == 1
    assert tried(printed("boxes 5"), compare={"range": [3, 9], "why": "x"})["digit"] == 1


def test_what_is_measured_stays() -> None:
    assert tried(printed("0.5 ms"), compare={"measured": True}) == {"word": 1, "line": 2}


def test_data_of_a_figure_to_touch_is_changed() -> None:
    html = (
        '<figure><p>odds 7.4</p><script type="application/json" class="touch-data">'
        '{"logits": [0.8807970779778824, 3]}</script><script>draw(1)</script></figure>'
    )
    output = new_output("display_data", data={"text/html": html, "text/plain": "odds 7.4"})
    assert tried(output)["digit"] == 1 + 1 + 2 + 1
