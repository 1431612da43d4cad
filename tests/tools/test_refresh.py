"""Notebooks are tidied: what varies from run to run is left out."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from refresh import tidy


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
