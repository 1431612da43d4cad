"""Reads the data sheets of the book's appendix."""

import re
from pathlib import Path


def read_page(root: Path) -> str:
    """The page with all data sheets."""
    return (root / "book" / "appendix" / "data.md").read_text(encoding="utf-8")


def sheet(page: str, title: str) -> str:
    """The section below a heading, its lines joined."""
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, title
    return " ".join(found[1].split())


def number_in_row(text: str, row: str) -> float:
    """The first number of the table's row that begins with these words."""
    found = re.search(rf"\| {re.escape(row)} \| ([\d.]+)", text)
    assert found, row
    return float(found[1])


def pictures(folder: Path) -> list[Path]:
    """All pictures of a set, in order."""
    return sorted(folder.rglob("*.jpg"))


def cells(text: str, row: str) -> list[str]:
    """The cells of a row after its name."""
    found = re.search(rf"\| {re.escape(row)} \| ([^|]+) \| ([^|]+) \|", text)
    assert found, row
    return [found[1], found[2]]
