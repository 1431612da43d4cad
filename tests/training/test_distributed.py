"""Several processes train as one would, and end together."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from commands import Outcome
from course_utils.cli import torchrun
from course_utils.errors import CourseError, TrainingError
from course_utils.models.weights import BESIDE, WEIGHTS, read_weights
from course_utils.training import TrainingConfig, distributed, evaluate, fit, loop
from course_utils.training.distributed import BatchParts
from course_utils.training.state import TrainingState
from picture_files import picture_set
from report_pages import parsed
from together import run_together, train_together
from voc_files import voc_set

OPTIONS = ("--epochs", "2", "--model", "resnet10", "--image-size", "64", "--stem-width", "4")
FILES = sorted([WEIGHTS, *BESIDE])
CONFIG = TrainingConfig(epochs=4, learning_rate=1e-2, batch_size=8, seed=3)
"""With 39 pictures, 5 steps in an epoch: the last batch has 7, and its parts 3 and 4."""

Item = tuple[Tensor, Tensor]


class Pictures(torch.utils.data.Dataset[Item]):
    """Noise, with a label for each picture or for each pixel, of which many are void."""

    def __init__(self, count: int, seed: int, pixels: bool = False) -> None:
        generator = torch.Generator().manual_seed(seed)
        self.images = torch.randn(count, 3, 8, 8, generator=generator)
        self.labels = (self.images[:, 0].mean(dim=(1, 2)) > 0).long()
        if pixels:
            self.labels = (self.images[:, 0] > 0).long()
            for number in range(count):
                self.labels[number, : number % 8] = -100

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, position: int) -> Item:
        return self.images[position], self.labels[position]


TRAIN, VAL = Pictures(39, 0), Pictures(21, 1)


def network(norm: bool, pixels: bool = False) -> nn.Sequential:
    torch.manual_seed(0)
    middle: list[nn.Module] = [nn.BatchNorm2d(4)] if norm else []
    end: list[nn.Module] = [nn.Conv2d(4, 2, 1)]
    if not pixels:
        end = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2)]
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), *middle, nn.ReLU(), *end)


def fit_together(out: Path, norm: bool) -> None:
    """What each process does: train, note the loss of every step, and measure."""
    losses = []
    take_step = loop.take_step

    def noting(state: TrainingState, images: Tensor, labels: Tensor) -> float:
        losses.append(take_step(state, images, labels))
        return losses[-1]

    model = network(norm)
    with distributed.joined("cpu"), patch.object(loop, "take_step", noting):
        history = fit(model, TRAIN, VAL, CONFIG)
        found = evaluate(model, VAL)
    content = {
        "losses": losses,
        "weights": model.state_dict(),
        "training losses": [epoch.training_loss for epoch in history],
        "loss": found.loss,
        "counts": found.confusion.counts,
    }
    torch.save(content, out / f"{os.environ['RANK']}.pt")


def fit_in_halves(norm: bool) -> tuple[list[float], nn.Sequential]:
    """One process: each half's gradient added to the other's, then one step.

    A batch norm sees one half at a time, and the running statistics of both are averaged.
    """
    model = network(norm).train()
    state = TrainingState(model, TRAIN, CONFIG)
    losses = []
    norms = [deepcopy(dict(model.named_buffers())) for _ in range(2)]
    for _ in range(CONFIG.epochs):
        for images, labels in state.batches:
            state.optimizer.zero_grad()
            middle, total = len(labels) // 2, 0.0
            for half, running in zip((slice(middle), slice(middle, None)), norms, strict=True):
                model.load_state_dict(running, strict=False)
                loss = F.cross_entropy(model(images[half]), labels[half], reduction="sum")
                (loss / len(labels)).backward()
                running.update(deepcopy(dict(model.named_buffers())))
                total += loss.item()
            state.optimizer.step()
            state.schedule.step()
            losses.append(total / len(labels))
        mean = {name: (norms[0][name] + norms[1][name]) / 2 for name in norms[0]}
        norms = [deepcopy(mean), deepcopy(mean)]
        model.load_state_dict(mean, strict=False)
    return losses, model


def close(one: Tensor | list[float], two: Tensor | list[float]) -> bool:
    return torch.allclose(torch.as_tensor(one), torch.as_tensor(two), rtol=0, atol=1e-5)


@pytest.mark.parametrize("norm", [False, True])
def test_two_processes_train_as_one_that_accumulates_two_halves(norm: bool, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    outcome = run_together(2, fit_together, tmp_path, norm)
    assert outcome.status == 0, outcome.err
    losses, model = fit_in_halves(norm)
    found = evaluate(model, VAL)
    for rank in range(2):
        other = torch.load(tmp_path / f"{rank}.pt")
        assert len(other["losses"]) == len(losses) == 20
        assert close(other["losses"], losses)
        weights = model.state_dict()
        assert all(close(other["weights"][name], weights[name]) for name in weights)
        assert other["counts"] == found.confusion.counts
        assert other["loss"] == pytest.approx(found.loss, abs=1e-5)
    whole = [epoch.training_loss for epoch in fit(network(norm), TRAIN, VAL, CONFIG)]
    assert close(other["training losses"], whole) != norm  # batch norm sees the half


def fit_pixels_together(out: Path) -> None:
    model = network(norm=False, pixels=True)
    with distributed.joined("cpu"):
        fit(model, Pictures(12, 0, pixels=True), Pictures(5, 1, pixels=True), CONFIG)
    torch.save(model.state_dict(), out / f"{os.environ['RANK']}.pt")


@pytest.mark.parametrize(
    "how",
    [{}, {"loss": "ce+dice", "class_weights": (0.2, 3.0)}],
    ids=["plain", "weighted and dice"],
)
def test_parts_of_a_batch_make_its_loss(how: dict[str, Any], tmp_path: Path) -> None:
    """Three processes with unequal void: a batch of 9, then one of 3 with a picture each."""
    config = replace(CONFIG, batch_size=9, **how)
    with patch(f"{__name__}.CONFIG", config):
        outcome = run_together(3, fit_pixels_together, tmp_path)
    assert outcome.status == 0, outcome.err
    model = network(norm=False, pixels=True)
    fit(model, Pictures(12, 0, pixels=True), Pictures(5, 1, pixels=True), config)
    other = torch.load(tmp_path / "2.pt")
    assert all(close(other[name], tensor) for name, tensor in model.state_dict().items())


def count_together(out: Path, counts: tuple[int, ...]) -> None:
    with distributed.joined("cpu"):
        found = [evaluate(network(norm=False), Pictures(count, 1)) for count in counts]
    values = [(one.confusion.counts, one.loss) for one in found]
    torch.save(values, out / f"{os.environ['RANK']}.pt")


def test_each_picture_is_measured_once(tmp_path: Path) -> None:
    counts = (1, 2, 3, 4, 7)
    outcome = run_together(3, count_together, tmp_path, counts)
    assert outcome.status == 0, outcome.err
    found = [torch.load(tmp_path / f"{rank}.pt") for rank in range(3)]
    assert found[0] == found[1] == found[2]
    for count, (matrix, loss) in zip(counts, found[0], strict=True):
        alone = evaluate(network(norm=False), Pictures(count, 1))
        assert matrix == alone.confusion.counts
        assert sum(map(sum, matrix)) == count
        assert loss == pytest.approx(alone.loss, abs=1e-6)


def parts_of(count: int, batch_size: int, size: int) -> list[list[list[int]]]:
    """For each process, its part of each batch of the second epoch."""
    found = []
    for rank in range(size):
        with (
            patch.object(distributed, "size", lambda: size),
            patch.object(distributed, "rank", lambda rank=rank: rank),
        ):
            parts = BatchParts(count, batch_size, torch.Generator().manual_seed(5))
            list(parts)
            found.append(list(parts))
            assert len(found[-1]) == len(parts)
    return found


@given(size=st.integers(1, 5), each=st.integers(1, 6), count=st.integers(5, 60))
def test_the_parts_are_the_batches_of_one_process(size: int, each: int, count: int) -> None:
    parts = parts_of(count, size * each, size)
    (alone,) = parts_of(count, size * each, 1)
    batches = [list(chain(*together)) for together in zip(*parts, strict=True)]
    assert list(chain(*batches)) == list(chain(*alone))
    assert sorted(chain(*batches)) == list(range(count))
    rest = count % (size * each)
    joined = 0 < rest < size and len(alone) > 1
    assert batches == ([*alone[:-2], alone[-2] + alone[-1]] if joined else alone)
    for together in zip(*parts, strict=True):
        assert min(map(len, together)) >= 1
        assert max(map(len, together)) - min(map(len, together)) <= 1


def test_the_order_is_that_of_a_shuffling_loader() -> None:
    order = torch.Generator().manual_seed(3)
    loader = torch.utils.data.DataLoader(range(11), 4, shuffle=True, generator=order)
    state = TrainingState(network(norm=False), TRAIN, CONFIG)
    parts = BatchParts(11, 4, state.order)
    other = torch.utils.data.DataLoader(range(11), batch_sampler=parts, generator=state.order)
    for _ in range(2):
        assert [list(batch) for batch in loader] == [list(batch) for batch in other]


def test_what_cannot_be_shared_is_refused() -> None:
    with patch.object(distributed, "size", lambda: 3):
        with pytest.raises(TrainingError, match=r"a batch of 8 .* by 3 processes.*--batch-size 6"):
            BatchParts(9, 8, torch.Generator())
        with pytest.raises(TrainingError, match=r"2 pictures to learn from .* start 2 at most"):
            BatchParts(2, 6, torch.Generator())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return picture_set(tmp_path_factory.mktemp("set"), train=11, val=5)


def train(data: Path, out: Path, *more: str, count: int = 2) -> Outcome:
    return train_together(count, "classifier", "--data", data, "--output", out, *OPTIONS, *more)


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """The folder of a training of two processes, and what they said."""
    torch.set_num_threads(1)
    out = tmp_path_factory.mktemp("trained")
    return out, train(data, out)


def at_step(number: int, rank: int, happens: Callable[[], None]) -> object:
    """A ``take_step`` at whose call ``number`` something happens in this process."""
    calls, take_step = 0, loop.take_step

    def work(*arguments: object) -> float:
        nonlocal calls
        calls += 1
        if calls == number and distributed.rank() == rank:
            happens()
        return take_step(*arguments)  # type: ignore[arg-type]

    return work


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def report_of(outcome: Outcome) -> dict[str, str]:
    """What torchrun's report says of the process that failed first."""
    assert outcome.err.count("Root Cause (first observed failure)") == 1, outcome.err
    text = outcome.err.partition("Root Cause (first observed failure)")[2]
    lines = [line.partition(":") for line in text.splitlines()]
    return {name.strip(): value.strip() for name, sign, value in reversed(lines) if sign}


def test_a_killed_process_ends_the_training_which_can_go_on(
    trained: tuple[Path, Outcome], data: Path, tmp_path: Path
) -> None:
    with patch.object(loop, "take_step", at_step(4, 1, be_killed)):  # 2 steps in an epoch
        outcome = train(data, tmp_path)
    assert outcome.status == 1
    report = report_of(outcome)
    assert report["rank"] == "1 (local_rank: 1)"
    assert report["exitcode"].startswith("-9")
    assert report["exitcode"].endswith("(SIGKILL)")
    assert "Traceback" not in outcome.err  # of the one that was left alone
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]
    outcome = train(data, tmp_path, "--resume")
    assert outcome.status == 0, outcome.err
    assert [line[:8] for line in outcome.lines[1:2]] == ["epoch 2:"]
    one, two = (read_weights(out / "weights.safetensors")[0] for out in (trained[0], tmp_path))
    assert all(close(one[name].float(), two[name].float()) for name in one)


def test_one_process_goes_on_where_the_first_of_two_was_killed(data: Path, tmp_path: Path) -> None:
    with patch.object(loop, "take_step", at_step(4, 0, be_killed)):
        outcome = train(data, tmp_path)
    assert report_of(outcome)["rank"] == "0 (local_rank: 0)"
    outcome = train(data, tmp_path, "--resume", count=1)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.lines[0].startswith("epoch 2:")


def test_one_process_writes_and_speaks(trained: tuple[Path, Outcome]) -> None:
    out, outcome = trained
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.lines[0] == "2 processes train together, all on the CPU"
    assert [line.split(":")[0] for line in outcome.lines[1:3]] == ["epoch 1", "epoch 2"]
    assert len(outcome.lines) == 5
    assert sorted(path.name for path in out.iterdir()) == FILES
    info = read_weights(out / "weights.safetensors")[1]
    assert info is not None
    assert info.command.startswith("torchrun --nproc-per-node 2 -m course_utils train classifier")


def test_the_page_tells_of_the_pictures_of_both(trained: tuple[Path, Outcome]) -> None:
    """Its calibration counts them apart from the confusion matrix."""
    page = parsed((trained[0] / "report.html").read_bytes())
    counts = [int(row[1]) for row in page.cells if len(row) == 5 and " to " in row[0]]
    assert f"Of {sum(counts)} pictures" in page.said
    report = json.loads((trained[0] / "report.json").read_text())
    assert sum(counts) == sum(known["count"] for known in report["classes"].values())


def test_a_segmenter_trains_in_two_processes(tmp_path: Path) -> None:
    options = ("--model", "fcn8s-resnet10", "--stem-width", "4", "--crop-size", "40x60")
    set_, out = voc_set(tmp_path / "set"), tmp_path / "out"
    command = ("segmenter", "--data", set_, "--output", out, "--batch-size", "2", "--epochs", "2")
    outcome = train_together(2, *command, *options)
    assert (outcome.status, outcome.err) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == FILES


def errors_in(text: str) -> list[str]:
    """Each sentence about an error."""
    lines = text.splitlines()
    return [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (("--data", "nowhere"), "nowhere: there is no such folder"),
        (("--batch-size", "7"), "a batch of 7 pictures cannot be shared evenly by 2 processes"),
        (("--lr", "1e30"), "the loss is nan in epoch 1, step 2, at a learning rate of "),
        (("--epochs", "0"), "Invalid value for '--epochs'"),
    ],
)
def test_a_mistake_is_answered_once(
    more: tuple[str, str], reason: str, data: Path, tmp_path: Path
) -> None:
    outcome = train(data, tmp_path, *more)
    assert outcome.status == 1
    (error,) = errors_in(outcome.err)
    assert error.startswith(reason)
    assert "Traceback" not in outcome.err


def test_bad_pictures_are_listed_once(data: Path, tmp_path: Path) -> None:
    bad = data / "train" / "ants" / "bad.png"
    bad.write_bytes(b"no picture")
    outcome = train(data, tmp_path, "--epochs", "1")
    bad.unlink()
    assert outcome.status == 1
    assert outcome.err.count("bad.png: is not a picture") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES


def fail() -> None:
    raise ZeroDivisionError("one divided by nothing")


def refuse() -> None:
    raise TrainingError("this part of the pictures is gone: look for it")


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (fail, "ZeroDivisionError: one divided by nothing"),
        (refuse, "course_utils.errors.TrainingError: this part of the pictures is gone: look for"),
    ],
)
def test_an_error_in_one_process_is_in_the_report(
    happens: Callable[[], None], said: str, data: Path, tmp_path: Path
) -> None:
    with (
        patch.object(loop, "take_step", at_step(2, 1, happens)),
        patch.object(torchrun, "LONGEST_WAIT", 0.5),
    ):
        outcome = train(data, tmp_path)
    assert outcome.status == 1
    assert errors_in(outcome.err) == []
    assert report_of(outcome)["rank"] == "1 (local_rank: 1)"
    assert said in outcome.err.partition("Root Cause")[2]


START = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")


def test_torchrun_starts_the_command() -> None:
    """With a mistake, which shows before a process has to load much."""
    command = (*START, "-m", "course_utils", "train", "classifier", "--epochs", "0")
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    (error,) = errors_in(run.stderr)
    assert error.startswith("Invalid value for '--epochs'")


def test_ctrl_c_ends_all_processes(data: Path, tmp_path: Path) -> None:
    """As a terminal does it: all processes of the group get the signal."""
    options = ("--output", str(tmp_path), *OPTIONS, "--epochs", "9999")
    command = (*START, "-m", "course_utils", "train", "classifier", "--data", str(data), *options)
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, stdout=pipe, stderr=pipe, text=True, start_new_session=True, preexec_fn=hear_ctrl_c
    )
    assert process.stdout is not None
    while not process.stdout.readline().startswith("epoch 1:"):
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode != 0
    lines = err.splitlines()
    for said in ("interrupted", "go on with the same command and --resume"):
        assert lines.count(said) == 1
    with pytest.raises(ProcessLookupError):  # nobody of the group is left
        os.killpg(process.pid, 0)


def hear_ctrl_c() -> None:
    """A process that a shell starts in the background does not hear it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_with_fewer_gpus_than_processes_all_compute_on_the_cpu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    assert distributed.own_device("auto").type == "cpu"
    with pytest.raises(CourseError, match="2 processes need as many GPUs, and there are 1"):
        distributed.own_device("cuda")
    for name in ("cuda:0", "mps"):
        with pytest.raises(CourseError, match=f"--device {name} is one GPU, and several processes"):
            distributed.own_device(name)


def join_on_several_kinds(out: Path) -> None:
    kind = "cpu" if os.environ["RANK"] == "0" else "meta"
    with (
        patch.object(distributed, "own_device", lambda name: torch.device(kind)),
        pytest.raises(TrainingError, match="some processes compute on GPUs and others on"),
        distributed.joined("auto"),
    ):
        pass
    assert not torch.distributed.is_initialized()
    (out / os.environ["RANK"]).touch()


def test_all_processes_compute_on_one_kind_of_device(tmp_path: Path) -> None:
    outcome = run_together(2, join_on_several_kinds, tmp_path)
    assert outcome.status == 0, outcome.err
    assert len(list(tmp_path.iterdir())) == 2


def leave_by(out: Path, error: Exception | None) -> None:
    with patch("time.sleep"), suppress(ValueError, RuntimeError), distributed.joined("cpu"):
        assert torch.distributed.is_initialized()
        if error is not None:
            raise error
    assert not torch.distributed.is_initialized()
    (out / os.environ["RANK"]).touch()


@pytest.mark.parametrize("error", [None, ValueError("mine"), RuntimeError("a peer's")], ids=repr)
def test_the_group_is_left_also_with_an_error(error: Exception | None, tmp_path: Path) -> None:
    """Threads of a group that is not left abort the process when it ends, now and then."""
    outcome = run_together(2, leave_by, tmp_path, error)
    assert outcome.status == 0, outcome.err
    assert len(list(tmp_path.iterdir())) == 2


def test_a_process_alone_joins_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "1")
    with distributed.joined("cpu") as device:
        assert device.type == "cpu"
        assert not torch.distributed.is_initialized()
        assert (distributed.size(), distributed.rank()) == (1, 0)
