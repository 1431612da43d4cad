"""The recorded command is complete: its words give the same run, and the same weights."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import torch

from commands import run_command
from course_utils.cli import train_classifier, train_segmenter
from course_utils.cli.train_options import training_config
from course_utils.training import TrainingConfig
from course_utils.training.classifier import ClassifierRun
from course_utils.training.command import ALWAYS, IF_UNUSUAL, command_line
from course_utils.training.recipes import Run, train_and_store
from course_utils.training.segmenter import SegmenterRun, for_pixels
from picture_files import picture_set
from small_trainings import OTHERWISE
from voc_files import voc_set

CLASSIFIER = ClassifierRun("my set", "resnet18", 16, image_size=96)
SEGMENTER = SegmenterRun("scenes", "fcn8s-resnet18", 16)
CONFIG = TrainingConfig(epochs=3, batch_size=4)
Training = tuple[Run, TrainingConfig]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[Training]:
    """What the command line would train; nothing is trained."""
    found: list[Training] = []

    @contextmanager
    def note(
        run: Run, line: Any, output: Path, device: str, resume: bool, workers: int, **how: Any
    ) -> Any:
        found.append((run, training_config(**how)))
        raise KeyboardInterrupt
        yield

    for module in (train_classifier, train_segmenter):
        monkeypatch.setattr(module, "trained", note)
    return found


def read(command: str, parsed: list[Training]) -> Training:
    program, *words = shlex.split(command)
    assert program == "course-utils"
    assert run_command(*words, "--output", "nowhere").err.strip() == "interrupted"
    return parsed.pop()


RUNS: dict[str, Run] = {
    "plain": CLASSIFIER,
    "settled": ClassifierRun("my set"),
    "of torchvision": ClassifierRun("a", "squeezenet1_1"),
    "quotes": replace(CLASSIFIER, data='it\'s "mine" & $HOME; x*/', architecture="resnet10"),
    "a dash": replace(CLASSIFIER, data="-set", architecture="-strange"),
    "another script": replace(CLASSIFIER, data="花/é ü\n\\"),
    "width": replace(CLASSIFIER, stem_width=64),
    "size": replace(CLASSIFIER, image_size=64),
    "pretrained": ClassifierRun("a", pretrained="my runs/one", freeze=True),
    "partly frozen": ClassifierRun("a", pretrained="my runs/one", freeze_until="layer 2"),
    "pretrained at a size": ClassifierRun("a", "resnet50", pretrained="b", image_size=120),
    "half": replace(CLASSIFIER, dtype="float16"),
    "nothing random": replace(CLASSIFIER, augment="none"),
    "trivial": replace(CLASSIFIER, augment="trivial"),
    "upside down": replace(CLASSIFIER, vertical_flip=True),
    "pixels": SEGMENTER,
    "settled pixels": SegmenterRun("scenes"),
    "crop": replace(SEGMENTER, crop_size=(64, 480), small="pad"),
    "scale": replace(SEGMENTER, scale=(0.5, 2.0)),
    "half of pixels": replace(SEGMENTER, dtype="float16"),
    "pixels without chance": replace(SEGMENTER, augment="none"),
    "pixels partly frozen": SegmenterRun("scenes", pretrained="b", freeze_until="body.layer2"),
    "pixels pretrained": SegmenterRun("scenes", pretrained="garden-resnet18", freeze=True),
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_the_words_give_the_run_again(run: Run, parsed: list[Training]) -> None:
    config = for_pixels(CONFIG) if isinstance(run, SegmenterRun) else CONFIG
    again, its_config = read(command_line(run, config), parsed)
    assert again.settled() == run.settled()
    assert replace(its_config, **{name: getattr(config, name) for name in run.decides}) == config


@pytest.mark.parametrize("kind", [ClassifierRun, SegmenterRun])
def test_no_field_of_a_run_is_left_out(kind: type[Run]) -> None:
    """Each has another value than usual in one of the runs."""
    runs = [run for run in RUNS.values() if isinstance(run, kind)]
    tried = {f.name for f in fields(kind) if any(getattr(r, f.name) != f.default for r in runs)}
    assert tried == {field.name for field in fields(kind)}


@pytest.mark.parametrize("run", [CLASSIFIER, SEGMENTER], ids=["classifier", "segmenter"])
@pytest.mark.parametrize("name", OTHERWISE)
def test_every_choice_that_differs_is_in_it(name: str, run: Run, parsed: list[Training]) -> None:
    config = replace(CONFIG, **{name: OTHERWISE[name]})
    command = command_line(run, config)
    if name in run.decides:
        assert command == command_line(run, CONFIG)
    else:
        _, its_config = read(command, parsed)
        assert getattr(its_config, name) == OTHERWISE[name]
        assert its_config == config


def test_no_choice_is_left_out() -> None:
    known = {*ALWAYS, *IF_UNUSUAL, "precision"}
    for kind in (ClassifierRun, SegmenterRun):
        assert known | kind.decides == {field.name for field in fields(TrainingConfig)}


def test_what_is_as_usual_is_not_said() -> None:
    command = command_line(CLASSIFIER, CONFIG)
    assert not any(option in command for option in IF_UNUSUAL.values())


@pytest.mark.parametrize("value", [1e-5, 0.1 + 0.2, 1 / 3, 4e-6 / 3, 999.00000000001])
def test_numbers_keep_all_their_digits(value: float, parsed: list[Training]) -> None:
    config = replace(CONFIG, learning_rate=value, weight_decay=value, clip_norm=value)
    assert read(command_line(CLASSIFIER, config), parsed)[1] == config


@pytest.fixture
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("kind", ["from scratch", "from weights", "pixels"])
@pytest.mark.usefixtures("one_thread")
def test_the_command_gives_the_same_file(kind: str, small_weights: Path, tmp_path: Path) -> None:
    """Every choice is another than usual, and a change of any of them changes the weights."""
    run: Run = ClassifierRun(str(tmp_path / "a set"), "resnet10", 4, image_size=64)
    if kind == "pixels":
        run = SegmenterRun(
            str(voc_set(tmp_path / "a set")), "fcn8s-resnet10", 4, crop_size=(40, 60)
        )
    else:
        picture_set(tmp_path / "a set")
    if kind == "from weights":
        run = ClassifierRun(run.data, pretrained=str(small_weights), freeze=True)
    unusual = {name: value for name, value in OTHERWISE.items() if name not in run.decides}
    config = TrainingConfig(**{**unusual, "epochs": 2, "class_weights": "median"})
    info = train_and_store(run.open(config), tmp_path / "one", torch.device("cpu"))
    _, *words = shlex.split(info.command)
    assert run_command(*words, "--output", tmp_path / "other").status == 0
    one, other = (tmp_path / name / "weights.safetensors" for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()
