"""``course-utils evaluate``: the same numbers as predict gives, added up."""

import json
import shutil
from pathlib import Path

import pytest
from torch import Tensor

from commands import Outcome, run_command
from course_utils.models.pretrained import load_classifier
from course_utils.training.metrics import Counter
from picture_files import picture_set


def evaluate(data: Path | str, weights: Path | str, *more: str | Path) -> Outcome:
    return run_command("evaluate", "--data", data, "--weights", weights, *more)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return picture_set(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def weights(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small training's folder."""
    out = tmp_path_factory.mktemp("weights")
    options = ("--epochs", "1", "--image-size", "64", "--stem-width", "4")
    assert run_command("train", "classifier", "--data", data, "--output", out, *options).status == 0
    return out


def test_the_numbers_are_those_of_the_training(data: Path, weights: Path, tmp_path: Path) -> None:
    outcome = evaluate(data, weights, "--output", tmp_path / "report.json")
    assert (outcome.status, outcome.err) == (0, "")
    accuracy = load_classifier(weights)[1].accuracy
    assert outcome.lines[0] == f"accuracy {accuracy:.3f} of 12 pictures"
    assert outcome.lines[1] == "the most frequent class alone 0.500"
    written = json.loads((tmp_path / "report.json").read_text())
    trained = json.loads((weights / "report.json").read_text())
    assert written["confusion"] == trained["confusion"]
    assert written["loss"] == pytest.approx(trained["loss"], rel=1e-4)


def test_the_matrix_is_what_predict_says(data: Path, weights: Path) -> None:
    said = run_command("predict", data / "val", "--weights", weights, "--format", "json")
    pairs = [(Path(p["path"]).parent.name, p["label"]) for p in map(json.loads, said.lines)]
    lines = evaluate(data, weights).lines
    matrix = {line.split()[0]: [int(n) for n in line.split()[1:]] for line in lines[-2:]}
    for name in ("ants", "bees"):
        assert matrix[name] == [pairs.count((name, other)) for other in ("ants", "bees")]


def test_another_split_can_be_measured(data: Path, weights: Path) -> None:
    assert "of 24 pictures" in evaluate(data, weights, "--split", "train").lines[0]


def test_bad_pictures_are_listed_and_the_rest_is_measured(
    data: Path, weights: Path, tmp_path: Path
) -> None:
    shutil.copytree(data, tmp_path / "set")
    (tmp_path / "set" / "val" / "ants" / "bad.jpg").write_bytes(b"no picture")
    outcome = evaluate(tmp_path / "set", weights)
    assert outcome.status == 1
    assert "of 12 pictures" in outcome.lines[0]
    assert "bad.jpg: is not a picture" in outcome.err


def test_some_of_the_classes_are_enough(data: Path, weights: Path, tmp_path: Path) -> None:
    shutil.copytree(data / "val" / "bees", tmp_path / "val" / "bees")
    outcome = evaluate(tmp_path, weights)
    assert outcome.status == 0
    recall = sum(line.startswith("bees") for line in outcome.lines)
    assert recall == 2  # in the table and in the matrix
    assert "of 6 pictures" in outcome.lines[0]


def test_a_folder_of_another_class_is_refused(data: Path, weights: Path, tmp_path: Path) -> None:
    shutil.copytree(data / "val", tmp_path / "val")
    (tmp_path / "val" / "ants").rename(tmp_path / "val" / "wasps")
    outcome = evaluate(tmp_path, weights)
    assert outcome.status == 1
    assert "the folders wasps are none of the classes ants, bees" in outcome.err


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (("--split", "test"), "test: there is no such folder"),
        (("--weights", "nowhere"), "nowhere"),
        (("--output", "/nowhere/report.json"), "cannot be written"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(
    more: tuple[str, str], reason: str, data: Path, weights: Path
) -> None:
    outcome = evaluate(data, weights, *more)
    assert outcome.status == 1
    assert reason in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(("more", "sizes"), [((), [8, 4]), (("--batch-size", "5"), [5, 5, 2])])
def test_the_batch_size_is_honored(
    more: tuple[str, ...],
    sizes: list[int],
    data: Path,
    weights: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []
    add = Counter.add

    def noting(counter: Counter, logits: Tensor, labels: Tensor) -> None:
        seen.append(len(labels))
        add(counter, logits, labels)

    monkeypatch.setattr(Counter, "add", noting)
    assert evaluate(data, weights, *more).status == 0
    assert seen == sizes


def test_folders_called_by_wordnet_need_a_list_that_has_both(
    data: Path, weights: Path, tmp_path: Path
) -> None:
    root = shutil.copytree(data, tmp_path / "set")
    for name, wnid in (("ants", "n02219486"), ("bees", "n02206856")):
        (root / "val" / name).rename(root / "val" / wnid)
    outcome = evaluate(root, weights)
    assert outcome.status == 1
    assert "need a list of classes that has both, such as imagenet_class_index" in outcome.err
    (tmp_path / "a.json").write_text('{"0": ["n02219486", "ants"], "1": ["n02206856", "bees"]}')
    outcome = evaluate(root, weights, "--classes", tmp_path / "a.json")
    assert outcome.status == 0
    assert outcome.lines[0] == evaluate(data, weights).lines[0]


def test_what_looks_like_a_picture_is_named_at_the_end(
    data: Path, weights: Path, tmp_path: Path
) -> None:
    root = shutil.copytree(data, tmp_path / "set")
    (root / "val" / "ants" / "x.nef").write_text("raw")
    outcome = evaluate(root, weights)
    assert outcome.status == 1
    assert outcome.lines == evaluate(data, weights).lines
    (_, line) = outcome.err.splitlines()
    assert "val/ants: 1 file looks like a picture and cannot be read (x.nef)" in line
