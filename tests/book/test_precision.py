"""Notebooks compute in float32, without TF32, and repeatably: ``start`` sees to it, and no cell."""

import re
from pathlib import Path

import pytest

import notebook_rules as rules
from refresh import BOOK, find_notebooks

SWITCHES = re.compile(
    r"set_float32_matmul_precision|tf32|fp32_precision|cudnn\.(benchmark|deterministic)"
    r"|use_deterministic_algorithms|autocast|GradScaler|tensor_cores|mixed.precision"
    r"|TrainingConfig\([^)]*precision",
    re.IGNORECASE,
)
TRAINS = re.compile(r"\btrain\W{1,4}(classifier|segmenter)\W{1,4}--")
"""A command; on a GPU it takes bfloat16 unless it is told otherwise."""
IN_FLOAT32 = re.compile(r"--device\W+cpu\b|--precision\W+fp32\b")


def switches(source: str) -> bool:
    """Whether a cell changes what numbers are computed in."""
    commanded = TRAINS.search(source) and not IN_FLOAT32.search(source)
    return bool(SWITCHES.search(source) or commanded)


@pytest.mark.parametrize("path", find_notebooks(BOOK), ids=lambda path: path.stem)
def test_no_cell_switches_the_precision(path: Path) -> None:
    first, *others = [cell.source for cell in rules.code_cells(rules.read_notebook(path))]
    assert "start(" in first
    assert not [source for source in (first, *others) if switches(source)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("torch.backends.cuda.matmul.allow_tf32 = True", True),
        ("torch.backends.cudnn.benchmark = True", True),
        ("with torch.autocast('cuda'):", True),
        ('fit(model, a, b, TrainingConfig(epochs=1,\n  precision="bf16"))', True),
        ('["train", "classifier", "--data", "a"]', True),
        ('["train", "classifier", "--data", "a", "--device", "cpu"]', False),
        ("!course-utils train segmenter --data a --output b --precision fp32", False),
        ('short = model.to(torch.bfloat16); precision = 1; prepare(model, "bf16")', False),
    ],
)
def test_a_switch_is_seen(source: str, found: bool) -> None:
    assert switches(source) == found
