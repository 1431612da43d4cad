"""Notebooks are tidied: what varies from run to run is left out."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.teaching.claims import UNEXPECTED
from refresh import UNEXPECTED as MARK
from refresh import refresh, tidy, unexpected_lines


@pytest.fixture
def executed() -> nbformat.NotebookNode:
    """A notebook as a kernel leaves it."""
    outputs = [
        new_output("stream", name="stdout", text="a"),
        new_output("stream", name="stdout", text="b"),
        new_output("error", ename="ValueError", evalue="no", traceback=["/home/me/x.py"]),
    ]
    cell = new_code_cell("f()", outputs=outputs, execution_count=1)
    kept = {"tags": ["kept"], "compare": {"measured": True}}
    cell.metadata = nbformat.from_dict({"execution": {"started": "now"}, **kept})
    cells = [new_markdown_cell("# T"), cell, new_code_cell("f()")]
    return new_notebook(
        cells=cells, metadata={"language_info": {"name": "python", "version": "3.11"}}
    )


def test_tidy_keeps_tags_and_drops_what_varies(executed: nbformat.NotebookNode) -> None:
    tidy(executed)
    nbformat.validate(executed)
    cell = executed.cells[1]
    assert cell.metadata == {"tags": ["kept"], "compare": {"measured": True}}
    assert executed.cells[2].metadata == {}
    assert executed.metadata.kernelspec.name == "python3"
    assert "version" not in executed.metadata.language_info


def test_tidy_keeps_how_numbers_are_compared_and_folds(executed: nbformat.NotebookNode) -> None:
    cell = executed.cells[2]
    cell.source = "# @title Imports\nimport os"
    cell.metadata["compare"] = {"tolerance": 0.1, "why": "a training"}
    tidy(executed)
    assert cell.metadata["compare"] == {"tolerance": 0.1, "why": "a training"}
    assert cell.metadata["tags"] == ["hide-cell"]


def test_tidy_keeps_the_name_of_the_processor(executed: nbformat.NotebookNode) -> None:
    executed.metadata["course"] = {"processor": "a CPU"}
    tidy(executed)
    assert executed.metadata.course.processor == "a CPU"


def test_tidy_joins_streams_and_shortens_errors(executed: nbformat.NotebookNode) -> None:
    tidy(executed)
    stream, error = executed.cells[1].outputs
    assert stream.text == "ab"
    assert error.traceback == ["ValueError: no"]


def test_cell_names_come_from_the_text_alone(executed: nbformat.NotebookNode) -> None:
    tidy(executed)
    names = [cell.id for cell in executed.cells]
    assert len(set(names)) == 3
    executed.cells.insert(0, new_markdown_cell("Something new"))
    tidy(executed)
    assert [cell.id for cell in executed.cells[1:]] == names


def test_what_is_not_as_in_the_book_is_not_stored(tmp_path: Path) -> None:
    path = tmp_path / "chapter.ipynb"
    cell = new_code_cell(f"print('accuracy 0.50 (at least 0.85){UNEXPECTED}')")
    nbformat.write(new_notebook(cells=[cell]), path)
    before = path.read_bytes()
    with pytest.raises(SystemExit, match=r"not stored\naccuracy 0\.50"):
        refresh(path)
    assert path.read_bytes() == before


def test_the_mark_is_that_of_the_claims() -> None:
    assert UNEXPECTED.strip() == MARK


def test_the_mark_is_found_in_every_kind_of_output() -> None:
    outputs = [
        new_output("stream", name="stdout", text=f"fine\none{UNEXPECTED}\n"),
        new_output("display_data", data={"text/html": f"<td>two{UNEXPECTED}</td>"}),
        new_output("error", ename="E", evalue="e", traceback=[]),
    ]
    notebook = new_notebook(cells=[new_markdown_cell(UNEXPECTED), new_code_cell(outputs=outputs)])
    assert unexpected_lines(notebook) == [f"one{UNEXPECTED}", f"<td>two{UNEXPECTED}</td>"]
