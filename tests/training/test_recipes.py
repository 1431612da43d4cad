"""What all trainings share: how they begin, what is written down of them, and what they leave."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import torch
from torch import nn

from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import (
    Preprocessing,
    evaluation_transform,
    training_transform,
)
from course_utils.data.voc import VOCSegmentation
from course_utils.errors import ModelError, TrainingError, WeightsError
from course_utils.models.weights import read_weights
from course_utils.runtime import full_precision
from course_utils.training import (
    Epoch,
    Evaluation,
    TrainingConfig,
    distributed,
    evaluate,
    fit,
    loop,
    recipes,
)
from course_utils.training.classifier import ClassifierRun
from course_utils.training.command import command_line
from course_utils.training.recipes import Run, train_and_store
from course_utils.training.segmenter import SegmenterRun
from picture_files import picture_set
from voc_files import voc_set

CONFIG = TrainingConfig(epochs=2, batch_size=8, seed=5)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 training and 6 validation pictures of each of two classes."""
    return picture_set(tmp_path_factory.mktemp("set"))


@pytest.fixture
def run(data: Path) -> ClassifierRun:
    return ClassifierRun(str(data), "resnet10", stem_width=4, image_size=64)


def test_the_command_says_all_that_was_chosen() -> None:
    run = ClassifierRun("my set", "resnet18", 16, image_size=96)
    begin = "course-utils train classifier --data 'my set' --model resnet18 --stem-width 16"
    end = "--epochs 2 --lr 0.002 --batch-size 8 --seed 5 --precision fp32"
    assert command_line(run, CONFIG) == f"{begin} --image-size 96 {end}"
    frozen = SegmenterRun("scenes", pretrained="garden-resnet18", freeze=True, small="pad")
    config = replace(CONFIG, body_learning_rate=1e-4, patience=3)
    assert command_line(frozen, config) == (
        "course-utils train segmenter --data scenes --pretrained garden-resnet18 --freeze "
        "--crop-size 160x256 --small pad --epochs 2 --lr 0.002 --body-lr 0.0001 --batch-size 8 "
        "--patience 3 --seed 5 --precision fp32"
    )
    scaled = SegmenterRun("scenes", scale=(0.5, 1.25))
    assert "--crop-size 160x256 --small drop --scale 0.5 1.25 --epochs 2" in command_line(
        scaled, CONFIG
    )
    with patch.object(distributed, "size", lambda: 4):
        several = command_line(run, CONFIG)
    assert several.startswith("torchrun --nproc-per-node 4 -m course_utils train classifier --data")


@pytest.mark.parametrize(
    ("run", "name", "width"),
    [
        (ClassifierRun("a"), "resnet18", 16),
        (ClassifierRun("a", stem_width=64), "resnet18", 64),
        (ClassifierRun("a", "resnet50"), "resnet50", 16),
        (ClassifierRun("a", "squeezenet1_1"), "squeezenet1_1", None),
        (SegmenterRun("a"), "fcn8s-resnet18", 16),
        (SegmenterRun("a", "fcn8s-resnet34"), "fcn8s-resnet34", 16),
        (ClassifierRun("a", pretrained="b"), None, None),
        (SegmenterRun("a", "fcn16s-resnet18", pretrained="b"), "fcn16s-resnet18", None),
    ],
)
def test_a_network_from_scratch_is_slim_unless_it_is_said(
    run: Run, name: str | None, width: int | None
) -> None:
    settled = run.settled()
    assert (settled.architecture, settled.stem_width) == (name, width)
    assert settled.settled() == settled


@pytest.mark.parametrize("how", [{"freeze": True}, {"freeze_until": "layer2"}])
@pytest.mark.parametrize("run", [ClassifierRun("a"), SegmenterRun("a")])
def test_a_fresh_body_is_not_frozen(run: Run, how: dict[str, Any]) -> None:
    with pytest.raises(TrainingError, match="cannot be frozen: give --pretrained"):
        replace(run, **how).network(("ants", "bees"))


def test_a_network_is_frozen_in_one_way() -> None:
    with pytest.raises(TrainingError, match="--freeze lets the head alone learn: leave it or --fr"):
        ClassifierRun("a", pretrained="b", freeze=True, freeze_until="layer2")


@pytest.mark.parametrize("kind", [ClassifierRun, SegmenterRun])
def test_a_layer_that_is_not_there_is_said_before_a_picture_is_read(
    kind: type[Run], data: Path, small_weights: Path, tmp_path: Path
) -> None:
    root = voc_set(tmp_path / "pixels") if kind is SegmenterRun else data
    how: dict[str, Any] = {"crop_size": (40, 60)} if kind is SegmenterRun else {}
    run = kind(str(root), pretrained=str(small_weights), freeze_until="layer9", **how)
    with (
        patch.object(ImageFolder, "read_at", side_effect=AssertionError),
        patch.object(VOCSegmentation, "read", side_effect=AssertionError),
        pytest.raises(ModelError, match="has no layer 'layer9' before its head; choose one of"),
    ):
        run.open(CONFIG)


def test_what_is_frozen_stays_to_the_bit_with_its_norms(
    data: Path, small_weights: Path, tmp_path: Path
) -> None:
    run = ClassifierRun(str(data), pretrained=str(small_weights), freeze_until="layer2")
    task = run.open(replace(CONFIG, epochs=1))
    assert task.settings["freeze_until"] == "layer2"
    info = train_and_store(task, tmp_path, CPU)
    assert f"--pretrained {small_weights} --freeze-until layer2 --epochs" in info.command
    before, _ = read_weights(small_weights)
    after, _ = read_weights(tmp_path / "weights.safetensors")
    changed = {
        name.partition(".")[0] for name in before if not torch.equal(before[name], after[name])
    }
    assert changed == {"layer3", "layer4", "fc"}


@pytest.mark.parametrize("freeze", [False, True])
def test_a_trained_body_may_be_frozen(freeze: bool, small_weights: Path) -> None:
    run = ClassifierRun("a", pretrained=str(small_weights), freeze=freeze)
    model, name, stem_width = run.network(("ants", "bees", "wasps"))
    assert (name, stem_width) == ("resnet18", 4)
    learning = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert (learning == {"fc.weight", "fc.bias"}) == freeze
    assert isinstance(model.fc, nn.Linear)
    assert model.fc.out_features == 3


def test_the_seed_decides_about_the_fresh_weights(run: ClassifierRun) -> None:
    first, same, other = (
        run.open(replace(CONFIG, seed=seed)).model.state_dict() for seed in (5, 5, 6)
    )
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert not torch.equal(first["fc.weight"], other["fc.weight"])


def test_a_training_on_bytes_is_that_on_numbers_to_the_bit(run: ClassifierRun, data: Path) -> None:
    """The same pictures, normalized one by one, before they are gathered."""
    torch.set_num_threads(1)
    on_bytes, on_numbers = run.open(CONFIG), run.open(CONFIG)
    preprocessing = on_bytes.info.preprocessing
    sets = (
        ImageFolder(data / "train", training_transform(preprocessing)),
        ImageFolder(data / "val", evaluation_transform(preprocessing)),
    )
    torch.manual_seed(1)
    expected = fit(on_numbers.model, *sets, CONFIG)
    torch.manual_seed(1)
    history = fit(on_bytes.model, on_bytes.training_set, on_bytes.validation_set, CONFIG)
    assert history == expected
    weights, others = on_bytes.model.state_dict(), on_numbers.model.state_dict()
    assert all(torch.equal(weights[name], others[name]) for name in weights)
    assert on_bytes.training_set[0][0].dtype == torch.uint8


def test_what_is_stored_is_what_was_measured(run: ClassifierRun, tmp_path: Path) -> None:
    epochs: list[Epoch] = []
    info = train_and_store(run.open(CONFIG), tmp_path / "a" / "b", CPU, epochs.append)
    assert [epoch.number for epoch in epochs] == [1, 2]
    _, stored = read_weights(tmp_path / "a" / "b" / "weights.safetensors")
    assert stored == info
    assert info.accuracy is not None
    assert info.command == command_line(run, CONFIG)
    assert not (tmp_path / "a" / "b" / "checkpoint.pt").exists()


@pytest.mark.parametrize(("precision", "inside"), [("fp32", "highest"), ("bf16", "high")])
def test_the_stored_weights_are_measured_in_full_precision(
    precision: str,
    inside: str,
    run: ClassifierRun,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """TF32 and bfloat16 are of the training alone."""
    found: list[str] = []

    def measure(*arguments: Any) -> Evaluation:
        found.append(torch.get_float32_matmul_precision())
        return evaluate(*arguments)

    for module in (loop, recipes):
        monkeypatch.setattr(module, "evaluate", measure)
    full_precision()
    config = replace(CONFIG, precision=precision)
    info = train_and_store(run.open(config), tmp_path, CPU)
    assert found == [inside, inside, "highest"]
    assert info.command.endswith(f" --precision {precision}")


def test_a_folder_with_a_training_is_not_written_to(run: ClassifierRun, tmp_path: Path) -> None:
    (tmp_path / "weights.safetensors").write_bytes(b"former")
    with pytest.raises(TrainingError, match="holds the weights of a training already"):
        train_and_store(run.open(CONFIG), tmp_path, CPU)
    with pytest.raises(TrainingError, match="another --output"):
        train_and_store(run.open(CONFIG), tmp_path, CPU, resume=True)
    assert [path.name for path in tmp_path.iterdir()] == ["weights.safetensors"]


def test_other_pictures_are_another_training(run: ClassifierRun, data: Path) -> None:
    settings = run.open(CONFIG).settings
    assert settings["classes"] == ["ants", "bees"]
    assert (settings["pictures"], settings["image_size"], settings["model"]) == (24, 64, "resnet10")
    names = "names of the pictures"
    moved = (data / "train" / "ants" / "0.png").rename(data / "train" / "ants" / "new.png")
    assert run.open(CONFIG).settings[names] != settings[names]
    moved.rename(data / "train" / "ants" / "0.png")
    assert run.open(CONFIG).settings == settings


def test_weights_too_large_for_their_file_can_still_be_stored(
    run: ClassifierRun, tmp_path: Path
) -> None:
    """The checkpoint stays, and another ``dtype`` resumes it."""
    task = run.open(CONFIG)
    model = task.model.double()  # type: ignore[attr-defined]
    model.conv1.weight.data *= 1e6
    model.float()
    with pytest.raises(WeightsError) as caught:
        train_and_store(replace(task, dtype="float16"), tmp_path, CPU)
    assert re.fullmatch(
        r"the weights cannot be stored: \S+ holds [\d.e+]+, and float16 ends at 65504: store the "
        "weights in float32, with the same command, --resume, and without --dtype float16",
        str(caught.value),
    )
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]
    train_and_store(run.open(CONFIG), tmp_path, CPU, resume=True)
    assert read_weights(tmp_path / "weights.safetensors")[1] is not None


def test_a_file_of_half_the_size_is_measured_as_it_is(run: ClassifierRun, tmp_path: Path) -> None:
    small = replace(run, dtype="float16")
    info = train_and_store(small.open(CONFIG), tmp_path / "16", CPU)
    whole = train_and_store(run.open(CONFIG), tmp_path / "32", CPU)
    assert info.command == command_line(small, CONFIG)
    assert "--dtype float16" in info.command
    assert "--dtype" not in whole.command
    sizes = [(tmp_path / d / "weights.safetensors").stat().st_size for d in ("16", "32")]
    assert 1.8 < sizes[1] / sizes[0] < 2
    one, two = (read_weights(tmp_path / d / "weights.safetensors")[0] for d in ("16", "32"))
    assert torch.equal(one["fc.weight"], two["fc.weight"].half().float())


def test_a_dtype_that_no_file_has_is_refused() -> None:
    with pytest.raises(TrainingError, match="dtype='float8': choose one of float32, float16"):
        ClassifierRun("a", dtype="float8")


def test_a_width_beside_trained_weights_is_refused_unless_it_is_theirs(
    small_weights: Path,
) -> None:
    run = ClassifierRun("a", pretrained=str(small_weights), stem_width=4)
    assert run.network(("ants", "bees"))[2] == 4
    with pytest.raises(TrainingError, match=r"--stem-width 8: the weights have 4; leave it out"):
        replace(run, stem_width=8).network(("ants", "bees"))


def test_what_cannot_be_trained_is_said_before_the_first_step(
    run: ClassifierRun, tmp_path: Path
) -> None:
    task = run.open(replace(CONFIG, batch_size=1))
    small = replace(task, info=replace(task.info, preprocessing=Preprocessing(32, 32)))
    with pytest.raises(TrainingError, match="--batch-size 1 gives no more: give another"):
        train_and_store(small, tmp_path, CPU)
    assert not list(tmp_path.iterdir())
