"""Print a table of what the chapters hold, so that two states of the book can be compared.

Run by ``make table``. ``--at main`` counts the book of another commit.
"""

import argparse
import ast
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat

from chapter_counts import Counts, count

ROOT = Path(__file__).resolve().parent.parent
WRONG_ANSWERS = "tests/helpers/wrong_answers/{}.py"
MASKS = "tests/nbval_sanitize.ini"
CHAPTER = re.compile(r"^ *- file: (book/\w+/\w+)$", re.MULTILINE)
COLUMNS = {
    "words": "words",
    "visible lines": "visible",
    "folded lines": "folded",
    "verdicts": "verdicts",
    "integers": "integers",
    "decimals": "decimals",
    "own tolerance": "tolerant",
    "figures": "figures",
    "to touch": "touch",
    "exercises": "exercises",
    "wrong answers": "wrong",
}
"""The columns behind the chapter's name, and which of its counts each shows."""

Read = Callable[[str], str | None]
"""Gives the text of a file of the repository; ``None`` where there is no such file."""


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


def rows(read: Read) -> dict[str, Counts]:
    """Count all chapters, in the order of the table of contents."""
    masks = read_masks(read(MASKS) or "")
    found = {}
    for name in CHAPTER.findall(read("_toc.yml") or ""):
        text = read(f"{name}.ipynb")
        if text is not None:
            chapter = name.rpartition("/")[2]
            wrong = count_wrong_answers(read(WRONG_ANSWERS.format(chapter)) or "")
            counts = count(nbformat.reads(text, as_version=4), masks)
            found[chapter] = replace(counts, wrong=wrong)
    return found


def table(found: dict[str, Counts]) -> str:
    """Write the rows and their sum in Markdown."""
    numbers = {chapter: numbers_of(counts) for chapter, counts in found.items()}
    numbers["**the book**"] = [sum(column) for column in zip(*numbers.values(), strict=True)]
    lines = [["chapter", *COLUMNS], ["---", *["---:"] * len(COLUMNS)]]
    lines += [[name, *(f"{n:,}" for n in row)] for name, row in numbers.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def numbers_of(counts: Counts) -> list[int]:
    """A chapter's row."""
    return [getattr(counts, name) for name in COLUMNS.values()]


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
