"""The table of the book counts any state of it, and sums it up."""

import subprocess
import sys
from dataclasses import replace

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

import book_table


def notebook(prose: str) -> str:
    """Write a notebook of one cell."""
    return nbformat.writes(new_notebook(cells=[new_markdown_cell(prose)]))


CHAPTERS = {
    "_toc.yml": "  - file: book/setup\n  - file: book/a/one\n  - file: book/b/two\n",
    "book/a/one.ipynb": nbformat.writes(
        new_notebook(cells=[new_markdown_cell("Three words here")])
    ),
    "book/b/two.ipynb": notebook("Two words"),
    "tests/helpers/wrong_answers/one.py": "WRONG: Answers = {'a': {'x': 1, 'y': 2}, 'b': {'z': 3}}",
    "tests/nbval_sanitize.ini": "[time]\nregex: \\d s\nreplace: TIME\n",
}


def test_the_chapters_are_counted_in_the_order_of_the_contents() -> None:
    found = book_table.rows(CHAPTERS.get)
    assert list(found) == ["one", "two"]
    assert [row.words for row in found.values()] == [3, 2]
    assert [row.wrong for row in found.values()] == [3, 0]


def test_the_table_ends_with_the_sum() -> None:
    rows = book_table.rows(CHAPTERS.get)
    rows["two"] = replace(rows["two"], words=1234)
    lines = book_table.table(rows).splitlines()
    assert len({line.count("|") for line in lines}) == 1
    assert lines[3].startswith("| two | 1,234 |")
    assert lines[-1].startswith("| **the book** | 1,237 |")


def test_masks_are_read_as_nbval_reads_them() -> None:
    assert book_table.read_masks(CHAPTERS["tests/nbval_sanitize.ini"]) == [("\\d s", "TIME")]


def test_wrong_answers_are_counted_without_running_anything() -> None:
    assert book_table.count_wrong_answers("raise ValueError\nWRONG = {'a': {'b': f(1)}}") == 1
    assert book_table.count_wrong_answers("RIGHT = {'a': {'b': 1}}") == 0


def test_the_book_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["book_table.py"])
    book_table.main()
    assert "| tensor_to_label |" in capsys.readouterr().out


def test_a_file_of_another_commit_is_read() -> None:
    command = ["git", "-C", str(book_table.ROOT), "rev-parse", "HEAD"]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("this is no git checkout")
    read = book_table.reader_at("HEAD")
    assert "book/pipeline" in (read("_toc.yml") or "")
    assert read("no/such/file") is None


def test_an_unknown_commit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["book_table.py", "--at", "no-such-commit"])
    with pytest.raises(SystemExit):
        book_table.main()
