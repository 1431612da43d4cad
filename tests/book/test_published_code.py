"""The page *Published code → today*: what the old lines say, and how the page is made."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from published_lines import (
    BEFORE,
    COMPLAINING,
    NOT_RUN,
    OLDER,
    SECTIONS,
    TEXT,
    blocks,
    run,
    today,
)

pytestmark = pytest.mark.usefixtures("files_of_the_page")


def test_the_table_leads_to_every_section_in_its_order() -> None:
    rows = re.findall(r"^\| \[.*?\]\(#([a-z-]+)\)", TEXT, re.MULTILINE)
    assert list(dict.fromkeys(rows)) == list(SECTIONS)
    assert set(BEFORE) | NOT_RUN == set(SECTIONS)
    groups = re.findall(r"^## (.*)$", TEXT, re.MULTILINE)
    assert groups == ["It stops with an error", "It warns", "It runs, and is wrong"]


def test_code_is_narrow() -> None:
    for label in SECTIONS:
        for kind, width in (("old", 58), ("today", 70)):
            for line in "\n".join(blocks(label, kind)).splitlines():
                assert len(line) <= width, line


def test_errors_come_first_then_warnings_then_what_says_nothing() -> None:
    order = {"Error": 0, "Warning": 1}
    kinds = [blocks(label, "message")[0].split(":")[0] for label in COMPLAINING]
    ranks = [order["Warning" if kind.endswith("Warning") else "Error"] for kind in kinds]
    assert list(SECTIONS)[: len(COMPLAINING)] == COMPLAINING
    assert ranks == sorted(ranks)


def test_the_table_names_the_kind_of_every_error() -> None:
    for label in COMPLAINING:
        rows = [row for row in TEXT.splitlines() if row.startswith("|") and f"(#{label})" in row]
        for row, message in zip(rows, blocks(label, "message"), strict=True):
            kind = message.split(":")[0]
            assert ("a warning" if kind.endswith("Warning") else f"`{kind}`") in row


def assert_said(told: str, real: list[str]) -> None:
    """A line of the page is what was really said, to its end or to its ``…``."""
    start = told.removesuffix("…").strip()
    assert [said for said in real if said == start or (told != start and said.startswith(start))], (
        told,
        real,
    )


@pytest.mark.skipif(OLDER, reason="the page tells the messages of later versions")
@pytest.mark.parametrize("label", [label for label in COMPLAINING if label not in NOT_RUN])
def test_the_old_line_says_what_the_page_prints(label: str) -> None:
    if label == "try-all-gpus" and torch.cuda.is_available():
        pytest.skip("with a GPU the list of devices is not empty")
    names = BEFORE[label]()
    for code, told in zip(blocks(label, "old"), blocks(label, "message"), strict=True):
        real = run(code, names)
        for line in told.splitlines():
            assert_said(line, real)


def test_a_process_that_starts_processes_when_it_is_imported_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing\n"
        "process = multiprocessing.get_context('spawn').Process(target=print)\n"
        "process.start()\nprocess.join()\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    (told,) = blocks("workers", "message")
    assert told.strip().removesuffix("…").strip() in " ".join(done.stderr.split())


def test_without_the_guard_the_workers_block_would_do_its_work_twice() -> None:
    assert today("workers")["batches"] == [[0, 1], [2, 3], [4, 5]]
    assert "batches" not in today("workers", __name__="__mp_main__")  # what a worker runs
