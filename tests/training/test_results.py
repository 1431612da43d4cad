"""What a training leaves in its folder, and what it does not touch there."""

import json
import shutil
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from course_utils.errors import CourseError, TrainingError
from course_utils.models import resnet18
from course_utils.models.weights import BESIDE, WeightsInfo, read_weights
from course_utils.pages.sheet import page
from course_utils.training import (
    ConfusionMatrix,
    Epoch,
    Evaluation,
    TrainingConfig,
    read_history,
)
from course_utils.training.config_files import read_config
from course_utils.training.results import (
    CHECKPOINT,
    WEIGHTS,
    own_folder,
    require_free,
    require_names,
    store,
    versions,
)

NAMES = ("ants", "bees", "wasps")


MEMORY: dict[str, object] = {
    "memory": {"train": {"pictures": 3, "of": 5, "bytes": 120}},
    "left_out": ["a.jpg: is empty"],
}
EPOCH = Epoch(1, 0.9, 0.8, 0.7, 0.6)
FOUND = Evaluation(0.5, ConfusionMatrix(((3, 1, 0), (2, 4, 0), (0, 0, 0))))


def test_an_empty_folder_is_free(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        for resume in (False, True):
            require_free(folder, resume)


@pytest.mark.parametrize(
    ("name", "resume", "said"),
    [
        (WEIGHTS, False, "holds the weights of a training already; choose another folder, or del"),
        (CHECKPOINT, False, "holds the checkpoint of a training already; go on with --resume, or"),
        (WEIGHTS, True, r"nothing to resume; .* give --pretrained .* and another --output$"),
        (CHECKPOINT, True, None),
    ],
)
def test_a_training_is_not_overwritten(
    name: str, resume: bool, said: str | None, tmp_path: Path
) -> None:
    (tmp_path / name).touch()
    if said is None:
        require_free(tmp_path, resume)
        return
    with pytest.raises(TrainingError, match=said):
        require_free(tmp_path, resume)


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("name", BESIDE)
@pytest.mark.parametrize("content", ["{}", "", '["command", "versions", "data"]', "/", "->"])
def test_files_of_others_are_not_replaced(
    content: str, name: str, resume: bool, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    require_free(tmp_path, resume)
    if content == "/":
        (tmp_path / name).mkdir()
    elif content == "->":
        (tmp_path / name).symlink_to("nowhere")
    else:
        (tmp_path / name).write_text(content)
    with pytest.raises(TrainingError, match=f"{name}: would be replaced, and is not of a training"):
        require_free(tmp_path, resume)


def test_a_training_whose_weights_were_deleted_may_be_replaced(tmp_path: Path) -> None:
    info = WeightsInfo("resnet18", NAMES, stem_width=4)
    weights = resnet18(3, stem_width=4).state_dict()
    store(tmp_path, weights, info, [EPOCH], FOUND, {}, TrainingConfig())
    (tmp_path / WEIGHTS).unlink()
    require_free(tmp_path, False)
    (tmp_path / "report.json").unlink()
    (tmp_path / CHECKPOINT).touch()  # killed while it was stored
    require_free(tmp_path, True)
    (tmp_path / "history.jsonl").unlink()
    (tmp_path / "history.jsonl").mkdir()
    with pytest.raises(TrainingError, match=r"history\.jsonl: would be replaced"):
        require_free(tmp_path, True)


MODEL = resnet18(3, stem_width=4)
INFO = WeightsInfo("resnet18", NAMES, stem_width=4)


def test_one_training_at_a_time_has_a_folder(tmp_path: Path) -> None:
    with own_folder(tmp_path / "a" / "b", False, MODEL, INFO):
        for resume in (False, True):
            with (
                pytest.raises(CourseError, match="b: another run is writing there"),
                own_folder(tmp_path / "a" / "b", resume, MODEL, INFO),
            ):
                pass
    assert not list((tmp_path / "a" / "b").iterdir())


def test_what_a_killed_training_left_is_removed(tmp_path: Path) -> None:
    part = tmp_path / f".{CHECKPOINT}.{2**22 + 1}.part"
    part.write_text("half")
    (tmp_path / ".course-utils.lock").touch()
    (tmp_path / CHECKPOINT).touch()
    with own_folder(tmp_path, True, MODEL, INFO):
        assert not part.exists()
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]


def test_a_page_of_others_is_not_replaced_beside_what_is_ours(tmp_path: Path) -> None:
    """The folder of an older training, without its weights, in which another report was put."""
    store(
        tmp_path,
        MODEL.state_dict(),
        INFO,
        [EPOCH],
        FOUND,
        MEMORY,
        TrainingConfig(),
        page=page("of ours"),
    )
    (tmp_path / WEIGHTS).unlink()
    require_free(tmp_path, False)
    (tmp_path / "report.html").write_text("<html>what pytest wrote</html>")
    with pytest.raises(TrainingError, match=r"report\.html: would be replaced, and is not of a"):
        require_free(tmp_path, False)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"class_names": ("ants", "fourmi-\udce9")},
        {"class_names": ("\ud800", "bees")},
        {"data": "b\udcff"},
        {"command": "course-utils train classifier --data 'b\udcff'"},
        {"class_names": ("ants", "bees", "\udfff")},
    ],
)
def test_names_that_cannot_be_stored_are_refused(spoilt: dict[str, object], tmp_path: Path) -> None:
    info = replace(INFO, **spoilt)
    with pytest.raises(TrainingError, match="no UTF-8, so that it cannot be stored"):
        require_names(info)
    with pytest.raises(TrainingError, match="rename"), own_folder(tmp_path, False, MODEL, info):
        pass
    require_names(replace(INFO, class_names=("蜜蜂", "fourmi-é", "a b"), data="é"))


@pytest.mark.parametrize("name", ["ants", " ", "\x1b", "x" * 2000])
def test_a_class_that_a_list_could_not_name_is_refused_before_the_training(name: str) -> None:
    with pytest.raises(TrainingError, match=r"set: .* class.*; rename the folder or the class"):
        require_names(replace(INFO, class_names=("ants", name), data="set"))


def test_a_disk_without_room_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two checkpoints: weights, two moments of each, and what batch norms count."""
    room = shutil.disk_usage(tmp_path)
    trained = 4 * sum(parameter.numel() for parameter in MODEL.parameters())
    needed = 2 * (3 * trained + sum(buffer.nbytes for buffer in MODEL.buffers()))
    for free, refused in ((needed - 1, True), (needed, False)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: room._replace(free=free))
        expected = pytest.raises(TrainingError, match="make room") if refused else nullcontext()
        with expected, own_folder(tmp_path, False, MODEL, INFO):
            pass


def test_seven_files_are_stored(tmp_path: Path) -> None:
    model = resnet18(3, stem_width=4)
    info = WeightsInfo("resnet18", NAMES, stem_width=4, command="train it", versions=versions())
    epochs = [EPOCH]
    config = TrainingConfig(seed=7)
    trained = model.state_dict(), info, epochs, FOUND, MEMORY, config
    store(tmp_path, *trained, {"loss"}, page=b"<p>a page</p>")
    tensors, stored = read_weights(tmp_path / WEIGHTS)
    assert stored == info
    assert torch.allclose(tensors["fc.weight"], model.fc.weight, atol=1e-3)
    assert read_history(tmp_path / "history.jsonl") == epochs
    content = json.loads((tmp_path / "report.json").read_text())
    assert MEMORY.items() <= content.items()
    assert (content["command"], content["versions"]) == ("train it", versions())
    assert (tmp_path / "history.csv").read_text().splitlines()[1] == "1,0.9,0.8,0.7,0.6"
    assert read_config(tmp_path / "training.toml", {"loss"})["seed"] == 7
    assert (tmp_path / "report.html").read_bytes() == b"<p>a page</p>"
    assert len(list(tmp_path.iterdir())) == 7
