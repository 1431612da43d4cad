"""The comparison in the place of nbval's own, for every notebook that pytest runs."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from nbval.plugin import IPyNbCell

from processor import processor

MOST_SHOWN = 8


class NotAsInTheBook(pytest.PytestWarning):
    """On another processor than the book's, an order or a bound of times is not as in the book."""


def pytest_configure(config: pytest.Config) -> None:
    """Run the notebooks with the Python that runs pytest, unless another kernel is named."""
    if config.getoption("nbval", False) and not config.getoption("nbval_kernel_name"):
        config.option.nbval_current_env = True


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let a notebook's cell compare its outputs in this way."""
    if isinstance(item, IPyNbCell):
        item.compare_outputs = Comparison(item)


class Comparison:
    """What one cell compares with: it stands for ``IPyNbCell.compare_outputs``."""

    def __init__(self, item: IPyNbCell) -> None:
        self.item = item

    def __call__(self, new: Sequence[Any], stored: Sequence[Any]) -> bool:
        # Late: it brings PyTorch, which reads once what tests/conftest.py sets.
        from comparison.outputs import compare_outputs

        found = compare_outputs(stored, new, self.item.cell.metadata)
        wrong = list(found.wrong)
        if found.reports and is_the_books(self.item.parent.nb.metadata):
            wrong += found.reports
        elif found.reports:
            self.item.warn(NotAsInTheBook("; ".join(found.reports)))
        more = [f"... and {len(wrong) - MOST_SHOWN} more"] if len(wrong) > MOST_SHOWN else []
        self.item.comparison_traceback = [*wrong[:MOST_SHOWN], *more]
        return not wrong


def is_the_books(metadata: Mapping[str, Any]) -> bool:
    """Say whether this is the processor that made the stored outputs."""
    return bool(metadata.get("course", {}).get("processor") == processor())
