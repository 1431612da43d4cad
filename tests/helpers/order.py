"""Which files of tests are begun first where several workers share them: the dearest."""

import json
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = ROOT / "benchmarks" / "results" / "chapters.json"

DEAR_FILES = {
    "tests/book/test_changed_chapters.py": 40,
    "tests/book/test_built_book.py": 36,
    "tests/book/test_browser.py": 35,
    "tests/training/test_distributed.py": 25,
    "tests/book/test_data_sheets.py": 23,
    "tests/book/test_touch.py": 15,
    "tests/cli/test_locate.py": 20,
    "tests/fuzzing/test_fuzzing.py": 18,
    "tests/inference/test_localization.py": 19,
    "tests/repository/test_types.py": 18,
    "tests/inference/test_preparation.py": 14,
    "tests/book/test_touch_modes.py": 13,
    "tests/models/test_conversion.py": 13,
    "tests/models/test_resnet.py": 11,
    "tests/benchmarks/test_benchmarks.py": 10,
    "tests/book/test_touch_look.py": 8,
    "tests/comparison/test_plugin.py": 9,
    "tests/garden/test_garden.py": 9,
    "tests/inference/test_tiling.py": 8,
    "tests/models/test_transfer.py": 8,
    "tests/inference/test_sliding.py": 7,
    "tests/analysis/test_gradient_fields.py": 7,
    "tests/tools/test_measure_chapters.py": 5,
    "tests/repository/test_makefile.py": 4,
}
"""CPU seconds of the files that take more than a few, on a quiet core."""

SLOW = (
    "tests/book/test_data_sheets.py",
    "tests/garden/test_garden.py",
    "tests/inference/test_localization.py::test_photographs_are_found_where",
    "tests/inference/test_preparation.py::test_photographs",
    "tests/training/test_distributed.py",
)
"""What ``make test-fast`` leaves out besides the tests that are marked ``slow`` in their file.

For the moment: mark them there, and empty the list.
"""


@cache
def cost_of(path: Path) -> float:
    """CPU seconds that the tests of a file take: a chapter's from the record, others' from here."""
    name = path.relative_to(ROOT)
    if path.suffix == ".ipynb":
        return chapter_costs().get(name.with_suffix("").as_posix(), 30.0)
    return DEAR_FILES.get(name.as_posix(), 0.0)


@cache
def chapter_costs() -> dict[str, float]:
    """CPU seconds of the chapters, as ``make budgets`` has recorded them."""
    record = json.loads(CHAPTERS.read_text(encoding="utf-8"))
    return {name: chapter["cpu_seconds"] for name, chapter in record["chapters"].items()}
