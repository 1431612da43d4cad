"""All outputs of a cell are compared, each in its way."""

from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from comparison.lines import Differences
from comparison.outputs import compare_outputs


def printed(text: str, name: str = "stdout") -> NotebookNode:
    """Make the output of a ``print``."""
    return new_output("stream", name=name, text=text)


def displayed(metadata: dict[str, Any] | None = None, /, **data: str) -> NotebookNode:
    """Make a displayed output; ``text_plain`` stands for ``text/plain``."""
    kinds = {kind.replace("_", "/"): content for kind, content in data.items()}
    return new_output("display_data", data=kinds, metadata=metadata or {})


def error(message: str) -> NotebookNode:
    """Make an error that is meant."""
    return new_output("error", ename="ValueError", evalue=message, traceback=["/a/path"])


def compared(stored: list[Any], new: list[Any], **metadata: Any) -> Differences:
    """Compare the outputs of a cell with this metadata."""
    return compare_outputs(stored, new, metadata)


CAPTION = {"role": "caption"}


@pytest.mark.parametrize(
    ("stored", "new"),
    [
        ([printed("a 0.50\n")], [printed("a 0.51\n")]),
        ([printed("a"), displayed(text_plain="b")], [displayed(text_plain="b"), printed("a")]),
        ([printed("a\n"), printed("b\n")], [printed("a\nb\n")]),
        ([displayed(text_plain="0.50")], [displayed(text_plain="0.51")]),
        (
            [displayed(CAPTION, text_plain="0.50", text_markdown="*0.50*")],
            [displayed(CAPTION, text_plain="0.51", text_markdown="*0.51*")],
        ),
        ([error("of 0.50")], [error("of 0.51")]),
    ],
)
def test_may_differ(stored: list[Any], new: list[Any]) -> None:
    assert compared(stored, new) == Differences()


@pytest.mark.parametrize(
    ("stored", "new"),
    [
        ([printed("a 0.50\n")], [printed("a 0.60\n")]),
        ([printed("a\n")], []),
        ([], [printed("a\n")]),
        ([], [printed("a warning\n", "stderr")]),
        ([printed("a\n")], [printed("a\n", "stderr")]),
        ([displayed(text_plain="a")], []),
        ([displayed(text_plain="a")], [displayed(text_plain="b")]),
        ([displayed(text_plain="a")], [displayed(text_plain="a", text_html="a")]),
        ([displayed(text_plain="a"), displayed(text_plain="b")], [displayed(text_plain="a")] * 2),
        ([error("a")], [error("b")]),
        ([error("a")], [displayed(text_plain="a")]),
        # a listing, which no computation wrote
        (
            [displayed(text_markdown="momentum=0.1", text_plain="momentum=0.1")],
            [displayed(text_markdown="momentum=0.2", text_plain="momentum=0.2")],
        ),
    ],
)
def test_may_not_differ(stored: list[Any], new: list[Any]) -> None:
    assert compared(stored, new).wrong


def test_rules_that_cannot_be_read_fail() -> None:
    found = compared([printed("a")], [printed("a")], compare={"tolerance": 1})
    assert "needs a why" in found.wrong[0]
