"""What is recorded are the trainings that ``make experiments`` would run."""

import os
from collections.abc import Iterator
from types import ModuleType

import pytest

from course_utils.teaching.records import read_records

NAMES = [
    "residual_block",
    "residual_block_rates",
    "residual_block_long",
    "resnext_flowers",
    "fcn_skips",
]


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The tool; what it writes into the environment is taken back."""
    for name in ("OMP_NUM_THREADS", "COURSE_DATA"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    import run_experiments

    yield run_experiments


def test_every_group_of_trainings_is_tried(tool: ModuleType) -> None:
    assert sorted(NAMES) == sorted(tool.CHAPTERS)


@pytest.mark.parametrize("name", NAMES)
def test_the_records_are_the_tools_trainings(name: str, tool: ModuleType) -> None:
    recorded = {(record.run, record.config): len(record.history) for record in read_records(name)}
    wanted = {(run, config): config.epochs for run, config in tool.CHAPTERS[name]()}
    assert recorded == wanted
