"""The map of the chapters on the first page says what the chapters say."""

import json
import re
from pathlib import Path

import pytest
import yaml
from sphinx.errors import ExtensionError

from chapter_map import PLACE, map_of


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A book of one chapter, which needs another."""
    toc = {"parts": [{"caption": "I", "numbered": 1, "chapters": [{"file": "book/a/one"}]}]}
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
    (tmp_path / "book" / "a").mkdir(parents=True)
    text = "# One: a start\n\n**You need** [Two: more](../b/two.ipynb).\n\n*Measured.*"
    cells = [{"cell_type": "markdown", "source": text.splitlines(keepends=True)}]
    (tmp_path / "book" / "a" / "one.ipynb").write_text(json.dumps({"cells": cells}))
    (tmp_path / "benchmarks" / "results").mkdir(parents=True)
    costs = {"chapters": {"book/a/one": {"cpu_seconds": 11.6}}}
    (tmp_path / "benchmarks" / "results" / "chapters.json").write_text(json.dumps(costs))
    return tmp_path


def test_a_chapter_with_what_it_needs_and_takes(small: Path) -> None:
    lines = map_of(small, "book/intro").splitlines()
    assert "- [One: a start](a/one.ipynb) · 12 s  " in lines
    assert "  *You need* [Two](b/two.ipynb)." in lines


def test_a_chapter_that_nobody_measured_is_an_error(small: Path) -> None:
    (small / "benchmarks" / "results" / "chapters.json").write_text('{"chapters": {}}')
    with pytest.raises(ExtensionError, match="book/a/one"):
        map_of(small, "book/intro")


def test_a_chapter_that_needs_nothing_is_an_error(small: Path) -> None:
    path = small / "book" / "a" / "one.ipynb"
    path.write_text(path.read_text().replace("You need", "You want"))
    with pytest.raises(ExtensionError, match="book/a/one"):
        map_of(small, "book/intro")


def test_the_book_names_every_chapter_once(root: Path) -> None:
    assert PLACE in (root / "book" / "intro.md").read_text("utf-8")
    parts = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))["parts"]
    chapters = [c["file"] for part in parts if part.get("numbered") for c in part["chapters"]]
    links = re.findall(r"^- \[.+\]\((.+)\.ipynb\)", map_of(root, "book/intro"), re.MULTILINE)
    assert [f"book/{link}" for link in links] == chapters
