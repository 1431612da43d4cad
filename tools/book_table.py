"""Print a table of what the chapters hold, so that two states of the book can be compared.

Run by ``make table``. ``--at main`` counts the book of another commit.
"""

import argparse
import ast
import re
import subprocess
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path

import nbformat

from chapter_counts import Counts, count

ROOT = Path(__file__).resolve().parent.parent
WRONG_ANSWERS = "tests/helpers/wrong_answers/{}.py"
MASKS = "tests/nbval_sanitize.ini"
CHAPTER = re.compile(r"^ *- file: (book/\w+/\w+)$", re.MULTILINE)
HEADER = (
    "chapter",
    "words",
    "visible lines",
    "folded lines",
    "verdicts",
    "integers",
    "decimals",
    "own tolerance",
    "figures",
    "to touch",
    "exercises",
    "wrong answers",
)
Read = Callable[[str], str | None]
"""Gives the text of a file of the repository; ``None`` where there is no such file."""


@dataclass(frozen=True)
class Row:
    """The numbers of a chapter or of the book, in the order of the header."""

    words: int
    visible: int
    folded: int
    verdicts: int
    integers: int
    decimals: int
    tolerant: int
    figures: int
    touch: int
    exercises: int
    wrong: int


def row_of(counts: Counts, wrong: int) -> Row:
    """What of a chapter's counts stands in the table."""
    chosen = {name: getattr(counts, name) for name in Row.__annotations__ if name != "wrong"}
    return Row(**chosen, wrong=wrong)


def count_wrong_answers(source: str) -> int:
    """Count the wrong answers that a module names; it is not executed, so it may be an old one."""
    for statement in ast.parse(source).body:
        target = getattr(statement, "target", None) or getattr(statement, "targets", [None])[0]
        value = getattr(statement, "value", None)
        if isinstance(target, ast.Name) and target.id == "WRONG" and isinstance(value, ast.Dict):
            return sum(len(named.values) for named in value.values if isinstance(named, ast.Dict))
    return 0


def read_masks(text: str) -> list[tuple[str, str]]:
    """What is masked before outputs are compared, as nbval reads it."""
    return re.findall(r"^regex: (.*)$\n^replace: (.*)$", text, flags=re.MULTILINE)


def rows(read: Read) -> dict[str, Row]:
    """Count all chapters, in the order of the table of contents."""
    masks = read_masks(read(MASKS) or "")
    found = {}
    for name in CHAPTER.findall(read("_toc.yml") or ""):
        text = read(f"{name}.ipynb")
        if text is not None:
            chapter = name.rpartition("/")[2]
            wrong = count_wrong_answers(read(WRONG_ANSWERS.format(chapter)) or "")
            counts = count(nbformat.reads(text, as_version=4), masks)
            found[chapter] = row_of(counts, wrong)
    return found


def table(found: dict[str, Row]) -> str:
    """Write the rows and their sum in Markdown."""
    total = Row(*map(sum, zip(*map(astuple, found.values()), strict=True)))
    lines = [HEADER, ("---", *["---:"] * (len(HEADER) - 1))]
    for name, row in (*found.items(), ("**the book**", total)):
        lines.append((name, *(f"{number:,}" for number in astuple(row))))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def read_here(name: str) -> str | None:
    """Read a file of the working tree."""
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else None


def reader_at(commit: str) -> Read:
    """Return what reads files as a commit has them."""

    def read(name: str) -> str | None:
        command = ["git", "-C", str(ROOT), "show", f"{commit}:{name}"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        return run.stdout if run.returncode == 0 else None

    return read


def main() -> None:
    """Print the table of the working tree, or of the commit that is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--at", metavar="COMMIT", help="count the book of this commit")
    commit = parser.parse_args().at
    found = rows(reader_at(commit) if commit else read_here)
    if not found:
        parser.error("no chapter is there: is this the name of a commit?")
    print(table(found))


if __name__ == "__main__":
    main()
