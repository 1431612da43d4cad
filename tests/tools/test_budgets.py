"""What the chapters cost: recorded, within bounds, and said in the chapters."""

import dataclasses
import json
from pathlib import Path

import pytest
from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import notebook_rules as rules
from budgets import (
    RECORD,
    Cost,
    Measurement,
    begin,
    chapters,
    notebook_path,
    read_record,
    say_cost,
    sentences,
    write_record,
)

MOST_SECONDS = 60
MOST_SECONDS_TOGETHER = 8 * 60
MOST_GIB = 2
NAMES = chapters()

each_chapter = pytest.mark.parametrize("name", NAMES, ids=lambda name: name.rpartition("/")[2])


@pytest.fixture(scope="module")
def recorded() -> Measurement:
    return read_record()


def test_every_chapter_is_measured_and_nothing_else(recorded: Measurement) -> None:
    assert list(recorded.chapters) == NAMES, "run make budgets"


@each_chapter
def test_a_chapter_stays_within_its_budget(name: str, recorded: Measurement) -> None:
    cost = recorded.chapters[name]
    assert 0 < cost.cpu_seconds <= MOST_SECONDS
    assert 0 < cost.peak_gib < MOST_GIB


def test_all_chapters_together_stay_within_theirs(recorded: Measurement) -> None:
    total = sum(cost.cpu_seconds for cost in recorded.chapters.values())
    assert total <= MOST_SECONDS_TOGETHER


@each_chapter
def test_a_chapter_says_what_was_measured(name: str, recorded: Measurement) -> None:
    notebook = rules.read_notebook(notebook_path(name))
    assert sentences(notebook) == [recorded.chapters[name].sentence], "run make budgets"


def test_the_record_says_of_the_machine_only_its_processor(recorded: Measurement) -> None:
    assert set(json.loads(RECORD.read_text())) == {"machine", "versions", "chapters"}
    assert recorded.machine
    assert "/" not in "".join(recorded.versions.values())


# The tool itself


@pytest.fixture
def cost() -> Cost:
    return Cost(24.68, 8.0, 12.34, 1.26, "abc1234")


def test_a_sentence_rounds(cost: Cost) -> None:
    assert "12 s of CPU time on a quiet core, 1.3 GiB of memory" in cost.sentence


def test_a_record_is_read_as_it_was_written(tmp_path: Path, cost: Cost) -> None:
    measured = Measurement("a processor", {"python": "3.11"}, {"b": cost, "gone": cost, "a": cost})
    write_record(measured, ["a", "b", "c"], tmp_path / "new" / "record.json")
    read = read_record(tmp_path / "new" / "record.json")
    assert list(read.chapters) == ["a", "b"]
    assert read == dataclasses.replace(measured, chapters={"a": cost, "b": cost})


def test_costs_of_another_machine_are_not_kept(cost: Cost) -> None:
    old = Measurement("a processor", {"python": "3.11"}, {"a": cost})
    assert begin(old, "a processor", {"python": "3.11"}).chapters == {"a": cost}
    assert begin(None, "another", {}).chapters == {}
    for machine, versions in (("another", {"python": "3.11"}), ("a processor", {})):
        with pytest.raises(SystemExit, match="measure all chapters"):
            begin(old, machine, versions)


def test_only_the_sentence_of_a_notebook_changes(tmp_path: Path, cost: Cost) -> None:
    prose = "# Title\n\n*Measured on a CPU, long ago.*\n\n*Measured* is a word."
    path = tmp_path / "chapter.ipynb"
    write(new_notebook(cells=[new_markdown_cell(prose), new_code_cell("1 + 1")]), path)
    say_cost(path, cost)
    notebook = rules.read_notebook(path)
    expected = prose.replace("*Measured on a CPU, long ago.*", cost.sentence)
    assert [cell.source for cell in notebook.cells] == [expected, "1 + 1"]
    assert sentences(notebook) == [cost.sentence]
