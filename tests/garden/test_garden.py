"""The committed folder as a whole: small, without doubles, and as its manifest says."""

import hashlib
from collections import Counter
from pathlib import Path

from course_utils.data.manifest import MANIFEST, verify_manifest
from course_utils.data.sources import SOURCES
from garden.sets.catalog import SETS


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in files_below(folder)) / 1e6


def test_the_garden_renders_every_set_that_the_library_knows() -> None:
    assert list(SETS) == list(SOURCES)


def test_the_files_are_small(data: Path) -> None:
    assert sum(megabytes(data / name) for name in SETS) <= 14
    assert megabytes(data) <= 25


def test_no_two_files_are_the_same(data: Path) -> None:
    files = [path for path in files_below(data) if path.name != MANIFEST]
    digests = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    assert digests.most_common(1)[0][1] == 1


def test_the_manifest_is_up_to_date(data: Path) -> None:
    assert verify_manifest(data) == []
