"""A report says what was taken for what."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from course_utils.models import resnet18
from course_utils.models.weights import PixelInfo, WeightsInfo
from course_utils.training import ConfusionMatrix, Epoch, Evaluation, TrainingConfig
from course_utils.training.reports import pixel_report, report
from course_utils.training.results import store

NAMES = ("ants", "bees", "wasps")


EPOCH = Epoch(1, 0.9, 0.8, 0.7, 0.6)
FOUND = Evaluation(0.5, ConfusionMatrix(((3, 1, 0), (2, 4, 0), (0, 0, 0))))


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


@pytest.mark.parametrize("describe", [report, pixel_report])
def test_what_is_no_number_is_null(describe: Callable[..., dict[str, object]]) -> None:
    """Nothing was counted, and the loss has no end."""
    nothing = Evaluation(math.inf, ConfusionMatrix(((0, 0), (0, 0))))
    content = describe(nothing, NAMES[:2])
    json.dumps(content, allow_nan=False)
    assert content["loss"] is None
    assert [content[name] for name in content if name.endswith("accuracy")].count(None) > 0


def test_a_report_on_pixels_has_intersections_over_unions(tmp_path: Path) -> None:
    content = pixel_report(FOUND, NAMES)
    assert content["pixel_accuracy"] == 0.7
    assert content["mean_iou"] == pytest.approx((3 / 6 + 4 / 7) / 2)
    assert content["majority_class"] == {"pixel_accuracy": 0.6, "mean_iou": pytest.approx(0.3)}
    info = WeightsInfo("fcn8s-resnet18", NAMES, pixels=PixelInfo((40, 60)))
    store(
        tmp_path, resnet18(3, stem_width=4).state_dict(), info, [EPOCH], FOUND, {}, TrainingConfig()
    )
    written = json.loads((tmp_path / "report.json").read_text())
    assert written["classes"]["wasps"]["iou"] is None
    assert written["mean_iou"] == content["mean_iou"]
