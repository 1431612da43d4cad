"""A notebook is executed once by pytest, and compared number by number."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from comparison import plugin
from comparison.plugin import is_the_books
from course_utils.teaching.claims import UNEXPECTED
from processor import processor

pytestmark = pytest.mark.slow  # a kernel is started

FIGURE = """
import io
from matplotlib.figure import Figure
from course_utils.teaching.figures import Words, encode
from IPython.display import publish_display_data
figure = Figure(figsize=(3, 2))
figure.subplots().set_title("accuracy 0.93")
kind, content = encode(figure, Words("axes", "A title."))
publish_display_data({kind: content, "text/plain": "axes"})
"""
NOT_HERE = {"compare": {"measured": True}}
MARKED = f"it is quicker: False{UNEXPECTED}"


def cell(source: str, stored: str, **metadata: Any) -> nbformat.NotebookNode:
    """Make a cell that was executed and printed something."""
    outputs = [new_output("stream", name="stdout", text=stored)] if stored else []
    return new_code_cell(source, outputs=outputs, metadata=metadata, execution_count=1)


# Each cell by its name, with what it prints now, what is stored, and its metadata.
GOOD = {
    "the same": cell("print('loss 0.50')", "loss 0.50\n"),
    "one unit": cell("print('loss  0.51, 7 steps')", "loss 0.50, 7 steps\n"),
    "near zero": cell("print('gap 9e-8 (at most 1e-6)')", "gap 2e-7 (at most 1e-6)\n"),
    "tolerance": cell(
        "print('loss 0.53')",
        "loss 0.50\n",
        compare={"tolerance": 0.03, "difference": 0.1, "why": "a training is live"},
    ),
    "measured": cell("print('3.25 ms on cpu')", "9.5 ms on cuda:0\n", **NOT_HERE),
    "report": cell(f"print({MARKED!r})", "it is quicker: True\n", **NOT_HERE),
}
BAD = {
    "digit": cell("print('loss 0.50')", "loss 0.52\n"),
    "whole number": cell("print('7 steps')", "8 steps\n"),
    "word": cell("print('loss 0.50')", "gain 0.50\n"),
    "sign": cell("print('loss -0.50')", "loss 0.50\n"),
    "nan": cell("print('loss nan')", "loss 0.50\n"),
    "missing line": cell("print('a')", "a\nb\n"),
    "added line": cell("print('a\\nb')", "a\n"),
    "bound": cell("print('x 0.84 (at least 0.85)')", "x 0.85 (at least 0.85)\n"),
    "mark": cell(f"print({MARKED!r})", "it is quicker: True\n"),
    "figure": new_code_cell(FIGURE, execution_count=1),
    "metadata": cell("print('a')", "a\n", compare={"tolerance": 1}),
}


def stored_figure(title: str) -> nbformat.NotebookNode:
    """Make the output of ``FIGURE`` with another title."""
    from base64 import b64encode

    from matplotlib.figure import Figure

    from course_utils.teaching.figures import Words, encode

    figure = Figure(figsize=(3, 2))
    figure.subplots().set_title(title)
    kind, content = encode(figure, Words("axes", "A title."))
    data = {kind: b64encode(content).decode(), "text/plain": "axes"}
    return new_output("display_data", data=data)


def exercises() -> list[nbformat.NotebookNode]:
    """Two exercises that need what a cell defines; the solution of the second is wrong."""
    cells = [cell("seen = 2\ndef check(_, x): print('correct' if x == 4 else 'not yet')", "")]
    for name, solution in {"good": "one = seen + 2\nprint(one)", "bad": "one = seen"}.items():
        folded = f"<details>\n\n```python\n{solution}\n```\n\n</details>"
        cells += [cell(f'one = None\ncheck("{name}", one)', "not yet\n"), new_markdown_cell(folded)]
    return cells


@pytest.fixture(scope="module")
def said(root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What pytest says of a notebook with all these cells, executed once."""
    folder = tmp_path_factory.mktemp("book")
    same = new_code_cell(FIGURE, execution_count=1, outputs=[stored_figure("accuracy 0.93")])
    BAD["figure"].outputs = [stored_figure("accuracy 0.98")]
    notebook = new_notebook(cells=[*GOOD.values(), same, *BAD.values(), *exercises()])
    nbformat.write(notebook, folder / "small.ipynb")
    (folder / "conftest.py").write_text((root / "conftest.py").read_text())
    paths = " ".join(str(root / part) for part in (".", "tests/helpers", "tools"))
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = {paths}\n")
    return run_pytest(folder, ["--nbval", "-v", "-rA", "--color=no", "-p", "no:cacheprovider"])


def run_pytest(folder: Path, choices: Sequence[str]) -> list[str]:
    """Run pytest in a folder; return the lines that it writes."""
    command = [sys.executable, "-m", "pytest", *choices]
    environment = {**os.environ, "PYTHONPATH": str(Path(plugin.__file__).parents[3])}
    run = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    print(run.stdout, run.stderr)
    return run.stdout.splitlines()


def outcome(said: list[str], number: int) -> str:
    """Find what became of a cell."""
    (line,) = [line for line in said if line.startswith(f"small::ipynb::Cell {number} ")]
    return line.split()[2]


@pytest.mark.parametrize("name", [*GOOD, "the same figure"])
def test_passes(said: list[str], name: str) -> None:
    assert outcome(said, [*GOOD, "the same figure"].index(name)) == "PASSED"


@pytest.mark.parametrize("name", BAD)
def test_fails(said: list[str], name: str) -> None:
    assert outcome(said, len(GOOD) + 1 + list(BAD).index(name)) == "FAILED"


def test_a_solution_is_tried_where_its_chapter_was_executed(said: list[str]) -> None:
    ends = [line.split() for line in said if line.startswith("small.ipynb::check of")]
    assert [(line[2], line[3]) for line in ends] == [("'good'", "PASSED"), ("'bad'", "FAILED")]


def test_another_order_on_another_processor_is_a_warning(said: list[str]) -> None:
    assert any("NotAsInTheBook" in line and MARKED in line for line in said)


def test_a_failure_is_short_and_shows_both_versions(said: list[str]) -> None:
    start = said.index("0.52 and 0.50 differ by 0.02, allowed 0.01")
    assert said[start + 1 : start + 3] == ["  stored: loss 0.52", "  new:    loss 0.50"]


def test_the_plugin_alone_does_not_load_pytorch(root: Path) -> None:
    """Otherwise the number of threads that the tests ask for would come too late."""
    paths = os.pathsep.join(str(root / part) for part in (".", "tests/helpers", "tools"))
    code = "import sys, comparison.plugin; sys.exit('torch' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": paths}, check=False
    )
    assert run.returncode == 0


def test_only_the_processor_of_the_book_decides_about_times() -> None:
    assert is_the_books({"course": {"processor": processor()}})
    assert not is_the_books({"course": {"processor": "another"}})
    assert not is_the_books({})
