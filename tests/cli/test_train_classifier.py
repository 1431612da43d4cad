"""``course-utils train classifier`` on a set made here."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision
from torch import Tensor, nn

from commands import Outcome, run_command
from course_utils.data.class_names import read_class_names
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import Preprocessing, evaluation_transform
from course_utils.models.pretrained import load_classifier
from course_utils.models.weights import BESIDE, WEIGHTS, read_weights
from course_utils.training import Evaluation, evaluate, loop, recipes
from picture_files import picture_set

OPTIONS = ("--epochs", "2", "--image-size", "64", "--stem-width", "4", "--batch-size", "8")


def train(data: Path | str, out: Path, *more: str) -> Outcome:
    return run_command("train", "classifier", "--data", data, "--output", out, *OPTIONS, *more)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 training and 6 validation pictures of each of two classes."""
    return picture_set(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """The folder that a training wrote, and what it said."""
    out = tmp_path_factory.mktemp("runs") / "made" / "by" / "train"
    return out, train(data, out)


def test_all_files_are_written(trained: tuple[Path, Outcome]) -> None:
    out, outcome = trained
    assert (outcome.status, outcome.err) == (0, "")
    names = sorted([WEIGHTS, *BESIDE])
    assert sorted(path.name for path in out.iterdir()) == names
    assert outcome.lines[-1].startswith(f"written: {out} (course-utils predict --weights {out} ")


def test_the_names_and_the_history_are_complete(trained: tuple[Path, Outcome]) -> None:
    out, outcome = trained
    assert read_class_names(out / "class_indices.json") == ("ants", "bees")
    lines = (out / "history.jsonl").read_text().splitlines()
    history = [json.loads(line) for line in lines]
    assert [epoch["number"] for epoch in history] == [1, 2]
    for epoch, line in zip(history, outcome.lines, strict=False):
        assert f"training loss {epoch['training_loss']:.3f}" in line
        assert f"accuracy {epoch['accuracy']:.3f}" in line


def test_the_weights_describe_themselves(trained: tuple[Path, Outcome], data: Path) -> None:
    _, info = load_classifier(trained[0])
    assert (info.architecture, info.stem_width, info.seed) == ("resnet18", 4, 0)
    assert info.class_names == ("ants", "bees")
    assert info.preprocessing == Preprocessing(resize=73, crop=64)
    assert info.data == data.name
    assert info.command.startswith(f"course-utils train classifier --data {data} --model resnet18")
    assert set(info.versions) == {"python", "torch", "torchvision", "course-utils"}


def test_the_stored_accuracy_is_that_of_the_stored_file(
    trained: tuple[Path, Outcome], data: Path
) -> None:
    model, info = load_classifier(trained[0])
    pictures = ImageFolder(data / "val", evaluation_transform(info.preprocessing))
    assert evaluate(model, pictures).accuracy == info.accuracy
    assert f"accuracy of the stored weights: {info.accuracy:.3f}" in trained[1].lines


def test_the_accuracy_is_measured_with_the_stored_numbers(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[dict[str, Tensor]] = []

    def spy(model: nn.Module, *others: Any) -> Evaluation:
        measured.append({name: tensor.clone() for name, tensor in model.state_dict().items()})
        return evaluate(model, *others)

    monkeypatch.setattr(recipes, "evaluate", spy)
    assert train(data, tmp_path, "--epochs", "1").status == 0
    stored, _ = read_weights(tmp_path / "weights.safetensors")
    assert all(torch.equal(measured[-1][name], tensor) for name, tensor in stored.items())


def test_predict_reads_the_folder(trained: tuple[Path, Outcome], data: Path) -> None:
    out, _ = trained
    outcome = run_command("predict", data / "val", "--weights", out, "--format", "json")
    predictions = [json.loads(line) for line in outcome.lines]
    right = sum(Path(p["path"]).parent.name == p["label"] for p in predictions)
    assert (outcome.status, len(predictions)) == (0, 12)
    assert right / 12 == load_classifier(out)[1].accuracy


def test_the_same_seed_gives_the_same_bytes(
    trained: tuple[Path, Outcome], data: Path, tmp_path: Path
) -> None:
    assert train(data, tmp_path).status == 0
    for path in trained[0].iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_another_seed_gives_other_weights(
    trained: tuple[Path, Outcome], data: Path, tmp_path: Path
) -> None:
    assert train(data, tmp_path, "--seed", "1").status == 0
    first, second = (load_classifier(out)[0].state_dict() for out in (trained[0], tmp_path))
    assert not first["fc.weight"].equal(second["fc.weight"])


def test_a_named_set_is_trained_on(embedded: Path, data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, embedded / "insects")
    outcome = train("insects", tmp_path, "--epochs", "1")
    assert outcome.status == 0
    assert load_classifier(tmp_path)[1].data == "insects"


def test_torchvisions_networks_train_too(data: Path, tmp_path: Path) -> None:
    options = ("--model", "squeezenet1_1", "--epochs", "1", "--image-size", "64")
    command = ("train", "classifier", "--data", data, "--output", tmp_path, *options)
    assert run_command(*command).status == 0
    assert load_classifier(tmp_path)[1].stem_width is None


def test_a_network_with_auxiliary_classifiers_trains_and_predicts(
    data: Path, tmp_path: Path
) -> None:
    options = ("--model", "googlenet", "--epochs", "1", "--image-size", "64", "--batch-size", "12")
    command = ("train", "classifier", "--data", data, "--output", tmp_path, *options)
    assert run_command(*command).status == 0
    outcome = run_command("predict", data / "val", "--weights", tmp_path)
    assert (outcome.status, len(outcome.lines)) == (0, 12)


def test_ctrl_c_leaves_a_checkpoint_to_resume_from(
    trained: tuple[Path, Outcome], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0

    def interrupt(*arguments: Any) -> float:
        nonlocal steps
        steps += 1
        if steps == 5:  # in the second epoch
            raise KeyboardInterrupt
        return take_step(*arguments)

    take_step = loop.take_step
    monkeypatch.setattr(loop, "take_step", interrupt)
    outcome = train(data, tmp_path)
    said = ["go on with the same command and --resume", "interrupted"]
    assert (outcome.status, [line for line in outcome.err.splitlines() if line]) == (130, said)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]
    monkeypatch.undo()
    checkpoint = (tmp_path / "checkpoint.pt").read_bytes()
    refused = train(data, tmp_path)
    assert (refused.status, "go on with --resume, or delete" in refused.err) == (1, True)
    assert (tmp_path / "checkpoint.pt").read_bytes() == checkpoint
    assert train(data, tmp_path, "--resume").status == 0
    weights = trained[0] / "weights.safetensors"
    assert (tmp_path / "weights.safetensors").read_bytes() == weights.read_bytes()


def test_a_finished_training_is_not_overwritten(data: Path, tmp_path: Path) -> None:
    (tmp_path / "weights.safetensors").write_bytes(b"former")
    for more, hint in (
        ((), "holds the weights of a training already; choose another folder"),
        (("--resume",), "this training is finished, there is nothing to resume"),
    ):
        outcome = train(data, tmp_path, *more)
        assert (outcome.status, hint in outcome.err) == (1, True)
    assert (tmp_path / "weights.safetensors").read_bytes() == b"former"


def test_the_report_counts_what_was_taken_for_what(
    trained: tuple[Path, Outcome], data: Path
) -> None:
    report = json.loads((trained[0] / "report.json").read_text())
    info = load_classifier(trained[0])[1]
    assert report["command"] == info.command
    assert report["versions"] == info.versions
    assert report["accuracy"] == info.accuracy
    confusion = report["confusion"]
    assert {name: sum(row.values()) for name, row in confusion.items()} == {"ants": 6, "bees": 6}
    right = confusion["ants"]["ants"] + confusion["bees"]["bees"]
    assert right / 12 == report["accuracy"]
    assert report["classes"]["bees"]["recall"] == confusion["bees"]["bees"] / 6
    assert report["majority_class"] == 0.5


def test_patience_ends_a_training_that_gets_no_better(data: Path, tmp_path: Path) -> None:
    outcome = train(data, tmp_path, "--epochs", "30", "--lr", "1e-9", "--patience", "2")
    assert outcome.status == 0
    assert len((tmp_path / "history.jsonl").read_text().splitlines()) == 3
    assert "stopped early, after epoch 3 of 30; kept epoch 1, the best accuracy" in outcome.lines
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["epochs"], report["kept_epoch"]) == (3, 1)
    assert "--patience 2" in load_classifier(tmp_path)[1].command


def test_the_body_may_learn_more_slowly(
    trained: tuple[Path, Outcome], data: Path, tmp_path: Path
) -> None:
    options = ("--pretrained", str(trained[0]), "--body-lr", "1e-12")
    assert train(data, tmp_path, *options).status == 0
    before, _ = read_weights(trained[0] / "weights.safetensors")
    after, info = read_weights(tmp_path / "weights.safetensors")
    assert torch.equal(before["conv1.weight"], after["conv1.weight"])
    assert not torch.equal(before["fc.weight"], after["fc.weight"])
    assert info is not None
    assert "--body-lr 1e-12" in info.command


def test_bad_pictures_are_left_out_listed_and_counted(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "set")
    (tmp_path / "set" / "train" / "ants" / "bad.jpg").write_bytes(b"no picture")
    (tmp_path / "set" / "train" / "bees" / "empty.png").touch()
    outcome = train(tmp_path / "set", tmp_path / "out")
    assert outcome.status == 1
    assert outcome.err.startswith("left out (2):\n")
    assert "bad.jpg: is not a picture" in outcome.err
    assert "empty.png: is empty" in outcome.err
    assert (tmp_path / "out" / "weights.safetensors").exists()


def test_a_set_with_more_than_a_tenth_of_bad_files_is_refused(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "set")
    for number in range(3):  # of 27
        (tmp_path / "set" / "train" / "ants" / f"bad{number}.jpg").write_bytes(b"no picture")
    outcome = train(tmp_path / "set", tmp_path / "out")
    assert outcome.status == 1
    assert "at least 3 of 27 files are no pictures; the first is" in outcome.err
    assert list((tmp_path / "out").iterdir()) == []


def test_a_class_of_which_no_file_is_a_picture_is_named(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "set")
    for split in ("train", "val"):
        (tmp_path / "set" / split / "wasps").mkdir()
        (tmp_path / "set" / split / "wasps" / "note.jpg").write_bytes(b"no picture")
    outcome = train(tmp_path / "set", tmp_path / "out")
    assert outcome.status == 1
    assert "wasps: none of its files is a picture" in outcome.err


def test_one_class_is_not_enough(data: Path, tmp_path: Path) -> None:
    for split in ("train", "val"):
        shutil.copytree(data / split / "ants", tmp_path / "set" / split / "ants")
    outcome = train(tmp_path / "set", tmp_path / "out")
    assert outcome.status == 1
    assert "holds only the class ants; a classifier needs at least two folders" in outcome.err


def test_an_empty_class_is_named(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "set")
    (tmp_path / "set" / "train" / "wasps").mkdir()
    outcome = train(tmp_path / "set", tmp_path / "out")
    assert outcome.status == 1
    assert "wasps: the folder holds no picture" in outcome.err


def test_both_splits_need_the_same_classes(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "set")
    (tmp_path / "set" / "val" / "bees").rename(tmp_path / "set" / "val" / "wasps")
    outcome = train(tmp_path / "set", tmp_path / "out")
    assert outcome.status == 1
    assert "has the classes ants, bees, but" in outcome.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (
            ("--data", "nowhere"),
            1,
            "nowhere: there is no such folder, and the named sets are insects",
        ),
        (("--model", "resnet81"), 1, "did you mean resnet18"),
        (("--model", "squeezenet1_0"), 1, "only this package's networks have a stem_width"),
        (("--output", "/dev/null/below"), 1, "cannot be made"),
        (("--epochs", "0"), 2, "--epochs"),
        (("--image-size", "32"), 2, "--image-size"),
        (("--lr", "0"), 2, "--lr"),
        (("--lr", "1e30"), 1, "try a rate ten times smaller"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(
    arguments: tuple[str, str], status: int, reason: str, data: Path, tmp_path: Path
) -> None:
    outcome = train(data, tmp_path / "out", *arguments)
    assert outcome.status == status
    assert reason in outcome.err
    assert "Traceback" not in outcome.err


def test_only_the_head_learns_on_a_frozen_body(
    trained: tuple[Path, Outcome], data: Path, tmp_path: Path
) -> None:
    outcome = train(data, tmp_path, "--pretrained", str(trained[0]), "--freeze")
    assert (outcome.status, outcome.err) == (0, "")
    before, info = read_weights(trained[0] / "weights.safetensors")
    after, new = read_weights(tmp_path / "weights.safetensors")
    changed = [name for name in before if not torch.equal(before[name], after[name])]
    assert sorted(changed) == ["fc.bias", "fc.weight"]
    assert info is not None
    assert new is not None
    assert (new.architecture, new.stem_width) == (info.architecture, info.stem_width)
    assert f"--pretrained {trained[0]} --freeze" in new.command


def test_without_freezing_the_body_learns_too(
    trained: tuple[Path, Outcome], data: Path, tmp_path: Path
) -> None:
    assert train(data, tmp_path, "--pretrained", str(trained[0])).status == 0
    before, _ = read_weights(trained[0] / "weights.safetensors")
    after, _ = read_weights(tmp_path / "weights.safetensors")
    assert not torch.equal(before["layer1.0.conv1.weight"], after["layer1.0.conv1.weight"])


def test_published_weights_of_other_classes_get_a_new_head(data: Path, tmp_path: Path) -> None:
    published = torchvision.models.squeezenet1_1(weights=None, num_classes=7)
    torch.save(published.state_dict(), tmp_path / "seven.pth")
    options = ("--pretrained", tmp_path / "seven.pth", "--freeze", "--epochs", "1")
    command = ("train", "classifier", "--data", data, *options, "--output")
    size = ("--image-size", "64")
    first = run_command(*command, tmp_path / "out", "--model", "squeezenet1_1", *size)
    assert first.status == 0
    after, info = read_weights(tmp_path / "out" / "weights.safetensors")
    assert after["classifier.1.weight"].shape[0] == 2
    assert info is not None
    assert (info.architecture, info.class_names) == ("squeezenet1_1", ("ants", "bees"))
    missing = run_command(*command, tmp_path / "2")
    assert (missing.status, "give --model NAME" in missing.err) == (1, True)
    other = run_command(*command, tmp_path / "3", "--model", "resnet18")
    assert (other.status, "made for another network" in other.err) == (1, True)


def test_a_body_without_trained_weights_cannot_be_frozen(data: Path, tmp_path: Path) -> None:
    outcome = train(data, tmp_path, "--freeze")
    assert outcome.status == 1
    assert "give --pretrained" in outcome.err


def test_the_weights_do_not_depend_on_the_workers(data: Path, tmp_path: Path) -> None:
    stored = []
    for workers in ("1", "3"):
        outcome = train(data, tmp_path / workers, "--workers", workers)
        assert outcome.status == 0
        stored.append((tmp_path / workers / "weights.safetensors").read_bytes())
    assert stored[0] == stored[1]
