"""What folds a cell is made from its first line, and from nothing else."""

import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import fold


def cell(source: str, *outputs: NotebookNode, **metadata: object) -> NotebookNode:
    """Make a cell with code."""
    return new_code_cell(source, outputs=list(outputs), metadata=metadata)


def printed(text: str) -> NotebookNode:
    """Make the output of a ``print``."""
    return new_output("stream", name="stdout", text=text)


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("# @title Draw the figure\nshow(figure)", "Draw the figure"),
        ("# @title Set-up  \nimport torch", "Set-up"),
        ("import torch\n# @title Set-up", None),
        ("#@title Set-up", None),
        ("# @title\nimport torch", None),
        ("# A comment", None),
        ("", None),
    ],
)
def test_the_title_is_the_first_line(source: str, title: str | None) -> None:
    assert fold.title_of(source) == title


def test_a_title_folds_the_code_and_leaves_the_output() -> None:
    assert fold.folded(cell("# @title Draw it\nf()", printed("a picture\n"))) == {
        "cellView": "form",
        "jupyter": {"source_hidden": True},
        "mystnb": {"code_prompt_hide": "Draw it", "code_prompt_show": "Draw it"},
        "tags": ["hide-input"],
    }


@pytest.mark.parametrize("outputs", [[], [printed("not yet: f(1) gives None\n")]])
def test_what_shows_nothing_is_folded_whole(outputs: list[NotebookNode]) -> None:
    assert fold.folded(cell("# @title Imports", *outputs))["tags"] == ["hide-cell"]


def test_another_output_beside_a_stub_is_shown() -> None:
    data = {"image/png": "aGk="}
    outputs = printed("not yet: f(1) gives None\n"), new_output("display_data", data=data)
    assert fold.folded(cell("# @title Try", *outputs))["tags"] == ["hide-input"]


def test_the_readers_own_cells_are_known_by_a_tag() -> None:
    stub = cell("# @title Exercise 1: your code", printed("not yet: f(1) gives None\n"))
    assert fold.folded(stub)["tags"] == ["hide-cell", "exercise"]


def test_other_metadata_is_kept() -> None:
    compare = {"tolerance": 0.1, "why": "a training"}
    found = fold.folded(cell("# @title T", compare=compare, tags=["raises-exception"]))
    assert found["compare"] == compare
    assert found["tags"] == ["raises-exception", "hide-cell"]


def test_without_a_title_nothing_folds() -> None:
    folded = fold.folded(cell("# @title T", compare={"range": 2}, tags=["truth"]))
    visible = cell("x = 1", **folded)
    assert fold.folded(visible) == {"compare": {"range": 2}, "tags": ["truth"]}
    assert fold.folded(cell("x = 1", tags=["hide-cell"])) == {}


def test_a_folded_notebook_is_not_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.ipynb"
    cells = [new_markdown_cell("# T"), cell("# @title Imports\nimport os")]
    nbformat.write(new_notebook(cells=cells), path)
    monkeypatch.setattr(sys, "argv", ["fold.py", str(path)])
    fold.main()
    assert capsys.readouterr().out == f"{path}\n"
    assert nbformat.read(path, as_version=4).cells[1].metadata.cellView == "form"
    fold.main()
    assert capsys.readouterr().out == ""
