"""Which files of tests are begun first where several workers share them: the dearest."""

import json
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = ROOT / "benchmarks" / "results" / "chapters.json"

DEAR_FILES = {
    "tests/book/test_browser.py": 45,
}
"""CPU seconds of the files that take more than a few, on a quiet core."""


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
