"""A recorded measurement is read only if it is whole, and made with the weights that are here."""

import json
from pathlib import Path

import pytest

from course_utils.errors import DataError
from course_utils.teaching.measurements import read_measurement, weights_digest

EMBEDDED = "insects-resnet18"


def line(name: str, digest: str) -> str:
    """A measurement as a file holds it."""
    facts = {"name": name, "command": "make it", "weights": EMBEDDED, "digest": digest}
    return json.dumps({**facts, "versions": {}, "settings": {"a": 1}, "rows": []}) + "\n"


@pytest.fixture
def file(embedded: Path) -> Path:
    """Where the measurements of a chapter would lie."""
    (embedded / "records").mkdir()
    return embedded / "records" / "chapter.jsonl"


def test_a_measurement_is_found_by_its_name(file: Path) -> None:
    digest = weights_digest(EMBEDDED)
    file.write_text(line("x", digest) + line("y", digest))
    found = read_measurement("chapter", "y")
    assert (found.name, found.weights, found.settings) == ("y", EMBEDDED, {"a": 1})


def test_other_weights_make_a_measurement_void(file: Path) -> None:
    file.write_text(line("x", "0" * 16))
    with pytest.raises(DataError, match=r"x was measured with other weights .* NAMES=chapter"):
        read_measurement("chapter", "x")


@pytest.mark.parametrize("content", [None, "nonsense", "{}", ""])
def test_a_missing_or_damaged_file_is_an_error(content: str | None, file: Path) -> None:
    if content is not None:
        file.write_text(content)
    with pytest.raises(DataError, match=r"chapter\.jsonl: holds no measurement x .* experiments"):
        read_measurement("chapter", "x")
