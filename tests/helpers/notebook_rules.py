"""What the book asks of a notebook, as functions that list what breaks a rule."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from chapter_counts import python_source, shows_image

MAX_LINES = 40
IGNORING_TAGS = {"nbval-ignore-output", "nbval-skip"}
IGNORING_COMMENTS = re.compile(r"^\s*#\s*(NBVAL_IGNORE_OUTPUT|NBVAL_SKIP)\s*$", re.MULTILINE)
TEXT_TYPES = ("text/plain", "text/html", "text/markdown", "text/latex")
CHECKING = ("check", "assert", "verify", "claim", "expect", "holds")
SECTIONS = ("objectives", "summary", "exercises", "references")
PRIVATE = {
    "an absolute path": re.compile(
        r"(?<![\w.:/])/(?:home|root|Users|tmp|var|usr|opt|work|mnt|content)/"
    ),
    "a Windows path": re.compile(r"\b[A-Z]:\\"),
    "a date": re.compile(r"\b20\d\d-\d\d-\d\d\b"),
    "a time of day": re.compile(r"\b\d\d:\d\d:\d\d\b"),
    "an address in memory": re.compile(r"\bat 0x[0-9a-f]{6,}"),
}


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """List the cells with code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(cell: NotebookNode) -> list[str]:
    """List the texts that a cell shows; the name of a picture's class is not one."""
    shown = [output for output in cell.outputs if not is_caption(output)]
    return [text for output in shown for text in output_texts(output)]


def is_caption(output: NotebookNode) -> bool:
    """Say whether an output is the caption below a picture."""
    return bool(output.get("metadata", {}).get("role") == "caption")


def output_texts(output: NotebookNode) -> Iterator[str]:
    """Yield the texts of one output."""
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield f"{output.ename}: {output.evalue}"
    elif not shows_image(output):
        yield from (output.data[kind] for kind in TEXT_TYPES if kind in output.data)


def is_ignored(cell: NotebookNode) -> bool:
    """Say whether nbval is told not to compare a cell."""
    tags = set(cell.metadata.get("tags", []))
    return bool(tags & IGNORING_TAGS or IGNORING_COMMENTS.search(cell.source))


def asserts(cell: NotebookNode) -> bool:
    """Say whether a cell asserts something, itself or through a function named for it."""
    for node in ast.walk(ast.parse(python_source(cell.source))):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name.startswith(CHECKING):
                return True
    return False


def stopping_asserts(cell: NotebookNode) -> list[str]:
    """List what would stop a chapter although it could go on: asserts that say no reason.

    An ``assert`` with a message is an error: a process that ended, a file that is missing.
    """
    nodes = list(ast.walk(ast.parse(python_source(cell.source))))
    found: list[ast.stmt] = [n for n in nodes if isinstance(n, ast.Assert) and n.msg is None]
    raises = [node for node in nodes if isinstance(node, ast.Raise)]
    found += [n for n in raises if ast.unparse(n).startswith("raise AssertionError")]
    return [ast.unparse(node) for node in found]


def is_bare_verdict(cell: NotebookNode) -> bool:
    """Say whether all that a cell shows is the word ``True``."""
    return "".join(texts(cell)).strip() == "True"


def headings(notebook: NotebookNode) -> list[str]:
    """List the headings, with their signs, in order; code blocks hold none."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"^```.*?^```", "", cell.source, flags=re.DOTALL | re.MULTILINE)
            found += re.findall(r"^#{1,6} .+$", prose, flags=re.MULTILINE)
    return found


def missing_sections(notebook: NotebookNode) -> list[str]:
    """List the sections that a chapter should have and this one has not."""
    titles = [line.lstrip("# ").lower() for line in headings(notebook) if line.startswith("## ")]
    return [name for name in SECTIONS if not any(title.startswith(name) for title in titles)]


def setup_cell(notebook: NotebookNode) -> str:
    """Return the first cell with code, with its seed taken out."""
    return re.sub(r"seed=\d+", "seed=SEED", code_cells(notebook)[0].source)


def private_words(notebook: NotebookNode) -> list[str]:
    """List what the outputs tell about the machine that made them."""
    found = []
    for number, cell in enumerate(code_cells(notebook)):
        shown = [*texts(cell), *tracebacks(cell)]
        for what, pattern in PRIVATE.items():
            found += [f"cell {number}: {what}" for text in shown if pattern.search(text)]
    return found


def tracebacks(cell: NotebookNode) -> list[str]:
    """List the lines of the tracebacks that a cell shows."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    return [line for output in errors for line in output.traceback]
