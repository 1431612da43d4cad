"""A training's choices in a file: read strictly, and written so that they are the same again."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from course_utils.errors import CourseError, TrainingError
from course_utils.training import TrainingConfig
from course_utils.training.config_files import EXAMPLE, FIELDS, read_config, write_config
from small_trainings import OTHERWISE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "training.toml"


@pytest.mark.parametrize("name", FIELDS)
def test_every_choice_may_stand_in_a_file(name: str, file: Path) -> None:
    write_config(file, replace(TrainingConfig(), **{name: OTHERWISE[name]}))
    assert read_config(file)[name] == OTHERWISE[name] != getattr(TrainingConfig(), name)
    written = next(x for x in file.read_text().splitlines() if x.startswith(f"{name} = "))
    file.write_text(written)
    assert read_config(file) == {name: OTHERWISE[name]}


ODD = replace(
    TrainingConfig(),
    learning_rate=1e-5,
    weight_decay=0.1 + 0.2,
    warmup=math.nextafter(1, 0),
    clip_norm=1e6 / 3,
    body_learning_rate=1e38,
    class_weights=(1 / 3, 0.0, 1e-6),
)


@pytest.mark.parametrize("config", [TrainingConfig(), TrainingConfig(**OTHERWISE), EXAMPLE, ODD])
def test_what_is_written_is_read_again_to_the_last_digit(
    config: TrainingConfig, file: Path
) -> None:
    write_config(file, config)
    assert TrainingConfig(**read_config(file)) == config
    text = file.read_text()
    assert [name for name in FIELDS if f"# {name} is not set\n" in text] == [
        name for name in FIELDS if getattr(config, name) is None
    ]


def test_what_a_command_decides_is_said_and_not_chosen(file: Path) -> None:
    config = TrainingConfig(**OTHERWISE)
    write_config(file, config, {"monitor", "ignore_index"})
    assert '# decided by the command: monitor = "validation_loss"\n' in file.read_text()
    found = read_config(file, {"monitor", "ignore_index"})
    assert set(FIELDS) - set(found) == {"monitor", "ignore_index"}
    file.write_text('monitor = "accuracy"')
    with pytest.raises(TrainingError, match=r"toml: monitor: the command decides this.*leave it"):
        read_config(file, {"monitor", "ignore_index"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("# nothing\n\n", {}),
        ("\ufeffepochs = 3\r\nseed = 1\r\n", {"epochs": 3, "seed": 1}),
        ("learning_rate = 1", {"learning_rate": 1.0}),
        ("class_weights = [1, 2.5]", {"class_weights": (1.0, 2.5)}),
        ("clip_norm = 1e-6 # short\n'patience' = 0x10", {"clip_norm": 1e-6, "patience": 16}),
        ('precision = "auto"\nseed = 2', {"seed": 2}),
    ],
)
def test_ways_of_writing_it(text: str, found: dict[str, Any], file: Path) -> None:
    file.write_text(text, encoding="utf-8", newline="")
    assert read_config(file) == found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("epochs = 3.0", "epochs: Expected `int`, got `float`; a right line is, for example, ep"),
        ("epochs = true", "epochs: Expected `int`, got `bool`"),
        ('epochs = "3"', "epochs: Expected `int`, got `str`"),
        ("epochs = 0", "epochs=0: must lie between 1 and 1000000; a right line"),
        ("clip_norm = inf", "clip_norm=inf: must lie between"),
        ("warmup = nan", "warmup=nan: must lie between 0 and 1"),
        (f"learning_rate = 1{'0' * 400}", "learning_rate: Number out of range; a right line"),
        (f"seed = 1{'0' * 5000}", "is no TOML (Exceeds the limit"),
        ('class_weights = [1, "a"]', "class_weights[1]: Expected `float`, got `str`"),
        ("class_weights = []", "class_weights=(): each is 0, or lies between"),
        ('loss = "focal"', "loss='focal': choose one of ce, dice, ce+dice"),
        ('loss = "dice"\nlabel_smoothing = 0.5', "loss='dice': class weights and label smoothing"),
        ('precision = "fp16"', "precision='fp16': choose one of fp32, bf16"),
        ("[training]\nepochs = 3", "training: is no choice of a training: choose among epochs, "),
        ("learning-rate = 1", "learning-rate: is no choice of a training: did you mean learning_"),
        ("epochs.a = 1", "epochs: Expected `int`, got `object`"),
        ("epochs", "is no TOML (Expected '=' after a key"),
        ("epochs = 1\nepochs = 2", "is no TOML (Cannot overwrite a value"),
        ("x = " + "[" * 10_000, "is no TOML ("),
    ],
)
def test_what_is_wrong_is_named_with_file_field_and_remedy(
    text: str, sentence: str, file: Path
) -> None:
    file.write_text(text)
    with pytest.raises(TrainingError) as caught:
        read_config(file)
    assert str(caught.value).startswith(f"{file}: {sentence}")


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.toml", tmp_path, Path("/dev/zero")):
        with pytest.raises(CourseError, match=f"{path}: choices of a training cannot be read"):
            read_config(path)


def test_the_name_of_an_option_leads_to_the_field(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("lr = 0.1")
    with pytest.raises(TrainingError, match=r"lr: is no choice .*did you mean learning_rate\?"):
        read_config(path)
