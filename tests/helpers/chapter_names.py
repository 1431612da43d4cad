"""Names that do not last: a chapter by its number, by its place, or with another title."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat

from chapter_counts import shown_texts
from refresh import BOOK, find_notebooks

ORDINAL = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    "[a-z]+teenth|twentieth|next|last|previous|preceding"
)
CARDINAL = (
    r"\d+|(?-i:[IVX]+)\b|one\b|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b|"
    r"eleven\b|twelve\b|[a-z]+teen\b"
)
NUMBERED = re.compile(
    rf"\b(?:chapters?|chap\.|ch\.)[ \t]*\n?[ \t]*(?:{CARDINAL})"
    rf"|\b(?:{ORDINAL})\s+chapters?\b"
    r"|\bchapters? before(?: this(?: one)?)?\b"
    r"|\bfig(?:ure|\.)\s*\d+\.\d+",
    re.IGNORECASE,
)
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+\.ipynb)\)")


def numbered_names(text: str) -> list[str]:
    """List what names a chapter or a figure of the book by its number or its place."""
    return [" ".join(match[0].split()) for match in NUMBERED.finditer(text)]


def other_titles(text: str, folder: Path) -> list[str]:
    """List the links to chapters whose text begins like a title, but is not the chapter's."""
    found = []
    for words, target in LINK.findall(text):
        name, path = " ".join(words.split()), (folder / target).resolve()
        titles = {title_of(path), title_of(path).partition(":")[0]} if path.exists() else set()
        if name[0].isupper() and name not in titles:
            found.append(f"{name} ({target})")
    return found


def title_of(path: Path) -> str:
    """The title of a chapter, as its first line has it."""
    first = nbformat.read(path, as_version=4).cells[0].source
    return first.partition("\n")[0].removeprefix("# ").strip()


def texts_of(path: Path) -> Iterator[str]:
    """Yield the texts of a file: of a notebook its cells, and what they show."""
    if path.suffix != ".ipynb":
        yield path.read_text(encoding="utf-8")
        return
    for cell in nbformat.read(path, as_version=4).cells:
        yield cell.source
        if cell.cell_type == "code":
            yield from shown_texts(cell)
            data = (output.get("data", {}) for output in cell.outputs)
            yield from (shown["text/markdown"] for shown in data if "text/markdown" in shown)


def files_with_prose(root: Path) -> list[Path]:
    """List what readers read: chapters, pages, data sheets, docstrings and messages."""
    folders = ("book", "course_utils", "garden", "tools", "benchmarks", "data", "tests")
    found = [*root.glob("*.md"), *find_notebooks(BOOK)]
    for folder in folders:
        for kind in ("*.md", "*.py"):
            found += (root / folder).rglob(kind)
    return sorted(path for path in found if "chapter_names" not in path.name)
