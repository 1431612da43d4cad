"""``course-utils train classifier`` with torchvision's networks, which have their own wishes."""

from pathlib import Path

import pytest
import torch

from commands import Outcome, run_command
from course_utils.models.weights import read_weights
from course_utils.training import Checkpointing, TrainingConfig, fit
from course_utils.training.classifier import ClassifierRun
from picture_files import picture_set


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 training and 6 validation pictures of each of two classes."""
    return picture_set(tmp_path_factory.mktemp("set"))


def train(data: Path, out: Path, *more: str) -> Outcome:
    options = ("--epochs", "1", "--batch-size", "12", *more)
    return run_command("train", "classifier", "--data", data, "--output", out, *options)


def test_mnasnet_is_stored_predicts_and_is_trained_on(data: Path, tmp_path: Path) -> None:
    """Its ``state_dict`` has a version, without which torchvision does not load it."""
    first = train(data, tmp_path / "a", "--model", "mnasnet0_5", "--image-size", "64")
    assert (first.status, first.err) == (0, "")
    again = train(data, tmp_path / "b", "--pretrained", str(tmp_path / "a"), "--image-size", "64")
    assert (again.status, again.err) == (0, "")
    picture = next((data / "val").rglob("*.png"))
    assert run_command("predict", "--weights", tmp_path / "b", picture).status == 0


def test_mnasnet_is_resumed(data: Path, tmp_path: Path) -> None:
    run = ClassifierRun(str(data), "mnasnet0_5", image_size=64)
    config = TrainingConfig(epochs=2, batch_size=12)
    for resume, until in ((False, 1), (True, None)):
        task = run.open(config)
        keeping = Checkpointing(tmp_path / "checkpoint.pt", task.settings, resume)
        sets = task.training_set, task.validation_set
        history = fit(task.model, *sets, config, checkpointing=keeping, until=until)
    assert [epoch.number for epoch in history] == [1, 2]


def test_a_checkpoint_of_another_program_is_trained_on(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    state = read_weights(_trained(data, tmp_path / "a"))[0]
    body = {f"model.{name}": t for name, t in state.items() if not name.startswith("fc.")}
    torch.save({"state_dict": body, "hyper_parameters": {"lr": 0.1}}, path)
    options = ("--pretrained", str(path), "--model", "shufflenet_v2_x0_5", "--freeze")
    outcome = train(data, tmp_path / "b", *options, "--image-size", "64")
    assert (outcome.status, outcome.err) == (0, "")
    after = read_weights(tmp_path / "b" / "weights.safetensors")[0]
    assert torch.equal(after["conv1.0.weight"], state["conv1.0.weight"])


def _trained(data: Path, out: Path) -> Path:
    assert train(data, out, "--model", "shufflenet_v2_x0_5", "--image-size", "64").status == 0
    return out / "weights.safetensors"


def test_numbers_of_the_stored_weights(data: Path, tmp_path: Path) -> None:
    options = ("--model", "resnet10", "--stem-width", "4", "--image-size", "64")
    outcome = train(data, tmp_path / "a", *options, "--dtype", "float16")
    assert outcome.lines[-2].startswith("accuracy of the stored weights (rounded to float16): ")
    info = read_weights(tmp_path / "a" / "weights.safetensors")[1]
    assert info is not None
    assert "--dtype float16" in info.command


def test_a_network_that_cannot_take_the_size_is_refused(data: Path, tmp_path: Path) -> None:
    outcome = train(data, tmp_path, "--model", "vit_b_32", "--image-size", "96")
    assert outcome.status == 1
    assert outcome.err.splitlines() == [
        "Error: vit_b_32 cannot train on pictures of 96×96 pixels (Wrong image height! Expected "
        "224 but got 96): give --image-size 224"
    ]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "size"), [("vit_b_32", 224), ("inception_v3", 299), ("maxvit_t", 224), (None, 96)]
)
def test_a_network_of_one_size_gets_it(name: str | None, size: int) -> None:
    """Each trains at it: ``test_rehearsal`` tries."""
    assert ClassifierRun("a", name).settled().image_size == size
    assert ClassifierRun("a", name, image_size=128).settled().image_size == 128
