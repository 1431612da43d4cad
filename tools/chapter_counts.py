"""What a chapter consists of, counted: words, lines, verdicts, numbers, figures, exercises."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from fold import title_of

FENCED = re.compile(r"^(```+|:::+).*?^\1\s*$", re.DOTALL | re.MULTILINE)
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
TARGET = re.compile(r"\]\([^)]*\)")
TAG = re.compile(r"<[^>]+>")
WORD = re.compile(r"[^\W\d_][\w'’]*")
HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
APART = ("exercises", "references")
"""Sections whose words do not count as the chapter's prose."""

VERDICT = re.compile(r"(?<!\S)(?:True|False)[ \t]*$", re.MULTILINE)
NUMBER = re.compile(r"(?<![\w.])-?(?:\d+(?:,\d{3})*)(?P<decimals>\.\d+)?(?P<exponent>e[-+]?\d+)?")
OWN_TOLERANCE = {"tolerance", "range", "measured"}
UNCOMPARED_TAGS = {"nbval-ignore-output", "nbval-skip"}
Masks = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Counts:
    """What one chapter holds.

    Attributes:
        words: Of prose, without the exercises and the references.
        visible: Lines of code that a reader sees.
        folded: Those behind a title.
        longest: The lines of the longest visible cell.
        cells: The visible cells.
        verdicts: Lines of output that end in a bare ``True`` or ``False``.
        integers: Whole numbers in the outputs that are compared.
        decimals: Other numbers there.
        tolerant: Those of the decimals that have a tolerance of their own or are measured.
        figures: Pictures.
        touch: Figures to touch.
        exercises: Cells that check an answer.
        wrong: Wrong answers that the tests try; they stand beside the notebook.
    """

    words: int
    visible: int
    folded: int
    longest: int
    cells: int
    verdicts: int
    integers: int
    decimals: int
    tolerant: int
    figures: int
    touch: int
    exercises: int
    wrong: int = 0


def count(notebook: NotebookNode, masks: Masks = ()) -> Counts:
    """Count what a notebook holds."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    visible = [code_lines(cell.source) for cell in cells if title_of(cell.source) is None]
    folded = [code_lines(cell.source) for cell in cells if title_of(cell.source) is not None]
    numbers = [(cell, number) for cell in cells for number in compared_numbers(cell, masks)]
    decimals = [cell for cell, number in numbers if number["decimals"] or number["exponent"]]
    return Counts(
        words=len(words(notebook)),
        visible=sum(visible),
        folded=sum(folded),
        longest=max(visible, default=0),
        cells=len(visible),
        verdicts=sum(len(bare_verdicts(cell)) for cell in cells),
        integers=len(numbers) - len(decimals),
        decimals=len(decimals),
        tolerant=sum(map(has_own_tolerance, decimals)),
        figures=sum(shows_image(output) for cell in cells for output in cell.outputs),
        touch=sum(calls(cell.source).count("touch") for cell in cells),
        exercises=sum("check" in calls(cell.source) for cell in cells),
    )


def code_lines(source: str) -> int:
    """Count the lines of a cell that are not empty, without its title."""
    lines = [line for line in source.splitlines() if line.strip()]
    return len(lines) - (title_of(source) is not None)


def prose(notebook: NotebookNode) -> str:
    """The text of a chapter without the sections that stand apart."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    before, *sections = HEADING.split(FENCED.sub("", text))
    pairs = zip(sections[::2], sections[1::2], strict=True)
    kept = [f"{title}\n{body}" for title, body in pairs if not title.lower().startswith(APART)]
    return "\n".join([before, *kept])


def words(notebook: NotebookNode) -> list[str]:
    """The words of a chapter's prose, without code blocks, formulas and addresses."""
    text = prose(notebook)
    for pattern in (FORMULA, TARGET, TAG):
        text = pattern.sub(" ", text)
    return WORD.findall(text)


def python_source(source: str) -> str:
    """A cell's code without the lines that only a notebook understands."""
    return re.sub(r"^([ \t]*)[%!].*$", r"\1pass", source, flags=re.MULTILINE)


def calls(source: str) -> list[str]:
    """Name the plain functions that a cell calls, in any place."""
    tree = ast.parse(python_source(source))
    found = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [function.id for function in found if isinstance(function, ast.Name)]


def shown_texts(cell: NotebookNode) -> Iterator[str]:
    """Yield what a cell shows as text; not the captions and the package's source."""
    for output in cell.outputs:
        data = output.get("data", {})
        if output.output_type == "stream":
            yield output.text
        elif output.output_type == "error":
            yield f"{output.ename}: {output.evalue}"
        elif "text/html" in data:
            yield TAG.sub(" ", data["text/html"])
        elif not shows_image(output) and "text/markdown" not in data:
            yield data.get("text/plain", "")


def shows_image(output: NotebookNode) -> bool:
    """Say whether an output is a picture."""
    return any(kind.startswith("image/") for kind in output.get("data", {}))


def bare_verdicts(cell: NotebookNode) -> list[str]:
    """The lines that end in ``True`` or ``False`` where a number could stand."""
    lines = [line for text in shown_texts(cell) for line in text.splitlines()]
    return [line for line in lines if VERDICT.search(line)]


def has_own_tolerance(cell: NotebookNode) -> bool:
    """Say whether a cell's metadata change how its numbers are compared."""
    return bool(OWN_TOLERANCE & set(cell.metadata.get("compare", ())))


def compared_numbers(cell: NotebookNode, masks: Masks) -> Iterator[re.Match[str]]:
    """Yield the numbers in what a cell shows, but those that are masked or ignored."""
    if UNCOMPARED_TAGS & set(cell.metadata.get("tags", ())):
        return
    for text in shown_texts(cell):
        for pattern, replacement in masks:
            text = re.sub(pattern, replacement, text)
        yield from NUMBER.finditer(text)
