"""A training that was stopped goes on as if it had never stopped."""

import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from commands import Outcome, run_command
from course_utils.errors import CourseError, TrainingError
from course_utils.models.checksums import checksum
from course_utils.training import loop
from course_utils.training.checkpoint import (
    load_checkpoint,
    random_states,
    restore_random_states,
    save_checkpoint,
)
from full_disk import disk_space
from picture_files import noise

EPOCHS = "3"
OPTIONS = ("--epochs", EPOCHS, "--image-size", "64", "--stem-width", "4", "--batch-size", "8")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes of noise."""
    root = tmp_path_factory.mktemp("set")
    for seed, name in enumerate(("ants", "bees")):
        for split, count in (("train", 10), ("val", 4)):
            (root / split / name).mkdir(parents=True)
            for number in range(count):
                picture = noise(100 * seed + number, (70, 70))
                picture.save(root / split / name / f"{number}.png")
    return root


def train(data: Path, out: Path, *more: str) -> Outcome:
    """Train in this process."""
    return run_command("train", "classifier", "--data", data, "--output", out, *OPTIONS, *more)


@pytest.fixture(scope="module")
def uninterrupted(data: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The weights file of a training that nobody stopped."""
    torch.set_num_threads(1)
    out = tmp_path_factory.mktemp("whole")
    assert train(data, out).status == 0
    return (out / "weights.safetensors").read_bytes()


def kill_this_process(*arguments: object, **options: object) -> Tensor:
    """End at once, as by SIGKILL from outside: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def after(calls: int, real: Callable[..., object]) -> Callable[..., object]:
    """A function that works as it should so many times, and is then killed."""
    count = 0

    def work(*arguments: object, **options: object) -> object:
        nonlocal count
        count += 1
        return (kill_this_process if count > calls else real)(*arguments, **options)

    return work


def train_until_killed(data: Path, out: Path, place: object, name: str, calls: int) -> None:
    """Train in a child process that is killed at the call ``calls + 1`` of ``place.name``."""
    child = os.fork()
    if child == 0:
        setattr(place, name, after(calls, getattr(place, name)))
        train(data, out)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize(
    ("place", "name", "calls"),
    [
        (loop, "take_step", 4),  # in the middle of the second epoch
        (loop, "evaluate", 1),  # when the second epoch is evaluated
        (os, "fsync", 1),  # while the second checkpoint is being written
    ],
)
def test_a_killed_training_resumes_to_the_same_bytes(
    place: object, name: str, calls: int, data: Path, tmp_path: Path, uninterrupted: bytes
) -> None:
    torch.set_num_threads(1)
    train_until_killed(data, tmp_path, place, name, calls)
    assert (tmp_path / "checkpoint.pt").exists()
    assert not (tmp_path / "weights.safetensors").exists()
    outcome = train(data, tmp_path, "--resume")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.lines[0].startswith("epoch 2:")
    assert (tmp_path / "weights.safetensors").read_bytes() == uninterrupted
    assert len((tmp_path / "history.jsonl").read_text().splitlines()) == int(EPOCHS)
    assert not (tmp_path / "checkpoint.pt").exists()


def test_other_settings_are_refused_with_the_differences(data: Path, tmp_path: Path) -> None:
    train_until_killed(data, tmp_path, loop, "evaluate", 1)
    checkpoint = (tmp_path / "checkpoint.pt").read_bytes()
    outcome = train(data, tmp_path, "--resume", "--lr", "0.1", "--seed", "5")
    assert outcome.status == 1
    assert "learning_rate was 0.002 and is 0.1; seed was 0 and is 5" in outcome.err
    assert (tmp_path / "checkpoint.pt").read_bytes() == checkpoint


def test_other_pictures_are_refused(data: Path, tmp_path: Path) -> None:
    train_until_killed(data, tmp_path, loop, "evaluate", 1)
    extra = data / "train" / "ants" / "extra.png"
    noise(7, (70, 70)).save(extra)
    outcome = train(data, tmp_path, "--resume")
    extra.unlink()
    assert outcome.status == 1
    assert "pictures was 20 and is 21" in outcome.err


def test_without_a_checkpoint_there_is_nothing_to_resume(data: Path, tmp_path: Path) -> None:
    outcome = train(data, tmp_path / "new", "--resume")
    assert outcome.status == 1
    assert "there is no checkpoint to resume from; leave out --resume" in outcome.err


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04"])
def test_a_damaged_checkpoint_is_an_error(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(content)
    with pytest.raises(TrainingError, match="is damaged"):
        load_checkpoint(tmp_path / "checkpoint.pt", {})


SETTINGS = {"epochs": 3}


def stored(path: Path, **changes: object) -> None:
    """Write a checkpoint of which fields are changed, or left out by ``...``; its sum is right."""
    save_checkpoint(path, {"step": torch.ones(300)}, SETTINGS)
    content = {**torch.load(path), **changes}
    del content["crc32"]
    content = {name: value for name, value in content.items() if value is not ...}
    torch.save({**content, "crc32": checksum(content)}, path)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("state", ..., "is damaged (Object missing required field `state`)"),
        ("state", [], "is damaged (state: Expected `object`, got `array`)"),
        ("settings", ..., "missing required field `settings`"),
        ("settings", {1: 2}, "is damaged (settings: Expected `str`"),
        ("settings", {"epochs": torch.ones(2)}, "other settings: epochs was tensor([1., 1.]) and"),
        ("random", ..., "missing required field `random`"),
        ("random", torch.ones(2, 3), "is damaged ("),
        (
            "random",
            {**random_states(), "python": [3, [1] * 9, None]},
            "(random.python[1]: Expected",
        ),
        ("random", {**random_states(), "python": [9, [1] * 625, None]}, "random states do not fit"),
        ("random", {**random_states(), "numpy": [torch.ones(3), 700, 0, 0.0]}, "random.numpy[1]"),
        ("random", {**random_states(), "numpy": [torch.ones(3), 7, 0, 0.0]}, "states do not fit"),
        ("random", {**random_states(), "torch": torch.ones(9)}, "random states do not fit"),
        ("more", 1, "is damaged (more: is unknown)"),
    ],
)
def test_a_field_that_is_missing_or_wrong_is_named(
    name: str, value: object, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "checkpoint.pt"
    stored(path, **{name: value})
    with pytest.raises(TrainingError) as caught:
        load_checkpoint(path, SETTINGS)
    assert str(caught.value).startswith(f"{path}: ")
    assert sentence in str(caught.value)
    assert "without --resume" in str(caught.value)


def test_what_was_written_is_compared_with_its_checksum(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    stored(path)
    assert torch.equal(load_checkpoint(path, SETTINGS)["step"], torch.ones(300))
    content = torch.load(path)
    content["state"]["step"][7] = 2
    torch.save(content, path)  # whose own checksums are right
    with pytest.raises(TrainingError, match="its checksum is not that of its content"):
        load_checkpoint(path, SETTINGS)


@pytest.mark.parametrize("field", ["state", "settings"])
def test_a_small_file_that_would_never_end_is_damaged(field: str, tmp_path: Path) -> None:
    lists: list[object] = [1]
    for _ in range(40):
        lists = [lists, lists]
    content = {"state": {}, "settings": {}, "random": random_states(), "crc32": 0}
    for value in (lists, torch.zeros(1).expand(1 << 40), [torch.zeros(9999)] * 99_999):
        torch.save({**content, field: {"a": value}}, tmp_path / "checkpoint.pt")
        with pytest.raises(TrainingError, match=r"again and again|too often"):
            load_checkpoint(tmp_path / "checkpoint.pt", {})


def test_settings_of_any_length_are_told_in_a_line(tmp_path: Path) -> None:
    stored(tmp_path / "checkpoint.pt", settings={"a": "x" * 100_000, "b": torch.ones(9, 9)})
    with pytest.raises(TrainingError, match="made with other settings: a was 'xxx") as caught:
        load_checkpoint(tmp_path / "checkpoint.pt", {})
    assert len(str(caught.value)) < 2000
    assert "\n" not in str(caught.value)


def test_a_flipped_bit_is_noticed_or_changes_nothing(tmp_path: Path) -> None:
    path, draw = tmp_path / "checkpoint.pt", random.Random(0)
    stored(path)
    content, noticed = path.read_bytes(), 0
    for _ in range(100):
        damaged = bytearray(content)
        damaged[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        path.write_bytes(damaged)
        try:
            assert torch.equal(load_checkpoint(path, SETTINGS)["step"], torch.ones(300))
        except TrainingError:
            noticed += 1
    assert noticed > 60


@pytest.mark.parametrize("room", [40, 1_000, 100_000, 1_000_000, 8_000_000])
def test_a_full_disk_leaves_the_former_checkpoint(room: int, tmp_path: Path) -> None:
    """PyTorch says something else of it, which depends on where the disk ends."""
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(path, {"step": 1}, {})
    with disk_space(room), pytest.raises(CourseError, match=r"checkpoint\.pt: .*File too large"):
        save_checkpoint(path, {"step": torch.zeros(2_000_000)}, {})
    assert load_checkpoint(path, {}) == {"step": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_a_checkpoint_into_a_full_device() -> None:
    with pytest.raises(CourseError, match="/dev/full: cannot be written"):
        save_checkpoint(Path("/dev/full"), {"step": 1}, {})


def test_all_generators_go_back_to_where_they_were() -> None:
    def draw() -> list[float]:
        return [random.random(), float(np.random.rand()), float(torch.rand(1))]  # noqa: NPY002

    random.gauss(0, 1)
    np.random.randn()  # noqa: NPY002  leaves a second number cached
    states = random_states()
    first = [*draw(), float(np.random.randn())]  # noqa: NPY002
    draw()
    restore_random_states(states)
    assert [*draw(), float(np.random.randn())] == first  # noqa: NPY002


def test_tensors_that_no_training_stores_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    for tensor in (torch.ones(2, device="meta"), torch.zeros(1).expand(10**9)):
        state = {"state": {"a": tensor}, "settings": {}, "random": random_states(), "crc32": 1}
        torch.save(state, path)
        with pytest.raises(TrainingError, match=r"a\.pt: is damaged \("):
            load_checkpoint(path, {})
