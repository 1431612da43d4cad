"""Fold the plumbing of the book's notebooks: in the page, in JupyterLab and in Colab.

A cell with code is folded exactly when its first line is ``# @title Some words``. All metadata
that folds it is made from that line here, so that nobody writes it by hand. Run by
``make format``, and by ``tools/refresh.py`` before a notebook is stored.
"""

import argparse
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

BOOK = Path(__file__).resolve().parent.parent / "book"
TITLE = re.compile(r"# @title (\S.*)")
HIDE_INPUT, HIDE_CELL = "hide-input", "hide-cell"
NOT_YET = "not yet: "
"""How ``check`` begins what it says of an exercise that nobody has done."""

EXERCISE = "exercise"
"""The tag of the reader's own cells: the page shows their line as boldly as the solution's."""

FOLDING = ("cellView", "jupyter", "mystnb")
"""Metadata that only this tool writes, besides the tags."""


def title_of(source: str) -> str | None:
    """The words behind ``# @title`` in the first line of a cell; ``None`` if it is not folded."""
    found = TITLE.fullmatch(source.partition("\n")[0].rstrip())
    return found[1] if found else None


def is_worth_showing(cell: NotebookNode) -> bool:
    """Say whether a cell shows more than the ``not yet`` of an exercise."""
    return any(
        output.output_type != "stream" or not output.text.startswith(NOT_YET)
        for output in cell.outputs
    )


def folded(cell: NotebookNode) -> dict[str, Any]:
    """The metadata that a cell with code should have; what does not fold it is kept.

    The outputs are never hidden in JupyterLab: who runs an exercise wants to see what is said.
    """
    kept = {name: value for name, value in cell.metadata.items() if name not in FOLDING}
    made = (HIDE_INPUT, HIDE_CELL, EXERCISE)
    tags = [tag for tag in kept.pop("tags", []) if tag not in made]
    title = title_of(cell.source)
    if title is not None:
        tags.append(HIDE_INPUT if is_worth_showing(cell) else HIDE_CELL)
        if title.startswith("Exercise"):
            tags.append(EXERCISE)
        kept["cellView"] = "form"
        kept["jupyter"] = {"source_hidden": True}
        kept["mystnb"] = {"code_prompt_hide": title, "code_prompt_show": title}
    return {**kept, "tags": tags} if tags else kept


def fold(notebook: NotebookNode) -> None:
    """Give every cell with code the metadata that its first line asks for."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata = nbformat.from_dict(folded(cell))


def main() -> None:
    """Fold the notebooks that are named, or all of them; write only what changes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("notebooks", nargs="*", type=Path, help="all of book/ if none is named")
    for path in parser.parse_args().notebooks or sorted(BOOK.glob("*/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        before = nbformat.writes(notebook)
        fold(notebook)
        if nbformat.writes(notebook) != before:
            print(path, flush=True)
            nbformat.write(notebook, path)


if __name__ == "__main__":
    main()
