"""Measure everything, show it, keep it, and fail where a ratio fell below its floor."""

import os

# Before PyTorch is loaded: one thread, and threads that wait do not count as work.
os.environ.update(OMP_NUM_THREADS="1", OMP_WAIT_POLICY="PASSIVE", COURSE_DATA="embedded")

import sys
from collections.abc import Callable, Sequence

import torch

from benchmarks import (
    dense,
    fcn_step,
    flat_memory,
    folder,
    growth,
    report,
    starting,
    training,
    voc_data,
)
from benchmarks.processors import processor_class
from benchmarks.row import Row
from benchmarks.targets import TARGETS

PARTS: tuple[Callable[[], list[Row]], ...] = (
    folder.rows,
    dense.rows,
    fcn_step.rows,
    training.rows,
    voc_data.rows,
    starting.rows,
    flat_memory.rows,
)


def main() -> int:
    """Run every part; the exit status."""
    torch.set_num_threads(1)
    processor = processor_class()
    rows = []
    for part in PARTS:
        found = [held(row, processor) for row in part()]
        print(report.table(found), flush=True)
        rows += found
    growths = growth.growths()
    print(report.growth_table(growths))
    path = report.write(report.content(rows, growths))
    print(f"written: benchmarks/results/{path.name}")
    return status(rows)


def held(row: Row, processor: str) -> Row:
    """The row with what is asked of it on this class of processors."""
    target = TARGETS[row.name]
    return row.held_to(target.aim, target.floor(processor))


def status(rows: Sequence[Row]) -> int:
    """1 if a row lies below its floor; each is named."""
    failed = [row for row in rows if row.failed]
    for row in failed:
        print(f"{row.name}: {row.ratio:.2f} is below its floor of {row.floor:g}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
