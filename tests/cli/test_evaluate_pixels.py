"""``course-utils evaluate`` with weights that label pixels: how many pictures at a time."""

import json
import re
from pathlib import Path

import pytest
from torch import Tensor

from commands import Outcome, run_command
from course_utils.training.metrics import Counter
from voc_files import add_pair, blocks, list_names, voc_set
from weight_files import write_segmenter


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "small.safetensors"
    write_segmenter(path)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Five pictures of one size."""
    return voc_set(tmp_path / "set", val=5)


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pictures were counted together."""
    seen: list[int] = []
    add = Counter.add

    def noting(counter: Counter, logits: Tensor, labels: Tensor) -> None:
        seen.append(len(labels))
        add(counter, logits, labels)

    monkeypatch.setattr(Counter, "add", noting)
    return seen


def evaluate(data: Path, weights: Path, *more: str | Path) -> Outcome:
    return run_command("evaluate", "--data", data, "--weights", weights, *more)


def test_the_batch_size_is_honored_and_changes_no_count(
    weights: Path, data: Path, sizes: list[int], tmp_path: Path
) -> None:
    reports = []
    for more in ((), ("--batch-size", "2")):
        path = tmp_path / "report.json"
        assert evaluate(data, weights, "--output", path, *more).status == 0
        reports.append(json.loads(path.read_text()))
    assert sizes == [1, 1, 1, 1, 1, 2, 2, 1]
    one, two = reports
    assert one["confusion"] == two["confusion"]
    assert one["loss"] == pytest.approx(two["loss"], rel=1e-6)


def test_pictures_of_several_sizes_are_measured_one_by_one(weights: Path, data: Path) -> None:
    add_pair(data, "low", blocks(0, (40, 90)))
    list_names(data, "val", ["val_0", "low", "val_1"])
    assert evaluate(data, weights).status == 0
    assert evaluate(data, weights, "--batch-size", "1").status == 0
    outcome = evaluate(data, weights, "--batch-size", "2")
    sentence = (
        "Error: pictures of 40×90 and 70×90 pixels (height×width) do not fit into one batch: take "
        "a batch size of 1"
    )
    assert (outcome.status, outcome.err.splitlines()) == (1, [sentence])


def test_what_cannot_be_used_is_left_out_and_listed(weights: Path, tmp_path: Path) -> None:
    data = voc_set(tmp_path / "many", val=20)
    (data / "JPEGImages" / "val_3.jpg").write_bytes(b"no picture")
    outcome = evaluate(data, weights)
    assert outcome.status == 1
    assert outcome.lines[1].endswith("of 19 pictures")
    assert "val_3.jpg: is not a picture" in outcome.err
    for number in range(4):
        (data / "SegmentationClass" / f"val_{number}.png").unlink()
    outcome = evaluate(data, weights)
    refused = "at least [345] of 20 pictures of val or their masks cannot be used; the first is"
    assert re.search(refused, outcome.err)
