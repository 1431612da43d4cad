"""What a training leaves in its folder, and what it does not touch there."""

import json
from pathlib import Path

import pytest
import torch

from course_utils.errors import TrainingError
from course_utils.models import resnet18
from course_utils.models.weights import PixelInfo, WeightsInfo, read_weights
from course_utils.training import ConfusionMatrix, Epoch, Evaluation, read_history
from course_utils.training.results import (
    CHECKPOINT,
    WEIGHTS,
    pixel_report,
    report,
    require_free,
    store,
    versions,
)

NAMES = ("ants", "bees", "wasps")
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


def test_four_files_are_stored(tmp_path: Path) -> None:
    model = resnet18(3, stem_width=4)
    info = WeightsInfo("resnet18", NAMES, stem_width=4, command="train it", versions=versions())
    epochs = [Epoch(1, 0.9, 0.8, 0.7, 0.6)]
    store(tmp_path, model.state_dict(), info, epochs, FOUND)
    tensors, stored = read_weights(tmp_path / WEIGHTS)
    assert stored == info
    assert torch.allclose(tensors["fc.weight"], model.fc.weight, atol=1e-3)
    assert read_history(tmp_path / "history.jsonl") == epochs
    content = json.loads((tmp_path / "report.json").read_text())
    assert (content["command"], content["versions"]) == ("train it", versions())
    assert len(list(tmp_path.iterdir())) == 4


def test_a_report_counts_what_was_taken_for_what() -> None:
    content = report(FOUND, NAMES)
    assert (content["accuracy"], content["loss"], content["majority_class"]) == (0.7, 0.5, 0.6)
    assert content["classes"] == {
        "ants": {"count": 4, "recall": 0.75, "precision": 0.6},
        "bees": {"count": 6, "recall": pytest.approx(2 / 3), "precision": 0.8},
        "wasps": {"count": 0, "recall": None, "precision": None},
    }
    assert content["confusion"] == {
        "ants": {"ants": 3, "bees": 1, "wasps": 0},
        "bees": {"ants": 2, "bees": 4, "wasps": 0},
        "wasps": {"ants": 0, "bees": 0, "wasps": 0},
    }


def test_a_report_on_pixels_has_intersections_over_unions(tmp_path: Path) -> None:
    content = pixel_report(FOUND, NAMES)
    assert content["pixel_accuracy"] == 0.7
    assert content["mean_iou"] == pytest.approx((3 / 6 + 4 / 7) / 2)
    assert content["majority_class"] == {"pixel_accuracy": 0.6, "mean_iou": pytest.approx(0.3)}
    info = WeightsInfo("fcn8s-resnet18", NAMES, pixels=PixelInfo((40, 60)))
    store(tmp_path, resnet18(3, stem_width=4).state_dict(), info, [], FOUND)
    written = json.loads((tmp_path / "report.json").read_text())
    assert written["classes"]["wasps"]["iou"] is None
    assert written["mean_iou"] == content["mean_iou"]
