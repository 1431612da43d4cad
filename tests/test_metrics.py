"""One matrix of counts, and the ratios that are made of it."""

import math
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torchmetrics import classification

from course_utils.errors import TrainingError
from course_utils.training import ConfusionMatrix, Epoch, read_history, write_history
from course_utils.training.metrics import Counter

BY_HAND = ConfusionMatrix(((3, 1, 0), (1, 4, 1), (0, 0, 0)))
"""Ten answers; the third class never occurs, and is answered once."""


def test_the_ratios_by_hand() -> None:
    assert BY_HAND.total == 10
    assert BY_HAND.accuracy == 7 / 10
    assert BY_HAND.majority_share == 6 / 10
    assert BY_HAND.recall[:2].tolist() == pytest.approx([3 / 4, 4 / 6])
    assert math.isnan(BY_HAND.recall[2])
    assert BY_HAND.precision.tolist() == pytest.approx([3 / 4, 4 / 5, 0])
    assert BY_HAND.iou.tolist() == pytest.approx([3 / 5, 4 / 7, 0])
    assert BY_HAND.mean_accuracy == pytest.approx((3 / 4 + 4 / 6) / 2)
    assert BY_HAND.mean_iou == pytest.approx((3 / 5 + 4 / 7 + 0) / 3)
    assert BY_HAND.frequency_weighted_iou == pytest.approx(0.4 * 3 / 5 + 0.6 * 4 / 7)


def test_a_class_that_never_occurs_does_not_count() -> None:
    matrix = ConfusionMatrix(((2, 0, 0), (1, 1, 0), (0, 0, 0)))
    assert matrix.mean_iou == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert matrix.mean_accuracy == pytest.approx((1 + 1 / 2) / 2)


def counted(logits: Tensor, labels: Tensor, batch: int, ignore_index: int = -100) -> Counter:
    counter = Counter(ignore_index)
    for some, of_them in zip(logits.split(batch), labels.split(batch), strict=True):
        counter.add(some, of_them)
    return counter


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 5), st.integers(1, 7))
def test_batches_add_up_to_what_torchmetrics_says(seed: int, classes: int, batch: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, classes, (20, 3, 3), generator=generator)
    logits = torch.randn(20, classes, 3, 3, generator=generator)
    labels[:, 0] = 255
    matrix = counted(logits, labels, batch, ignore_index=255).confusion()
    assert matrix.total == 20 * 2 * 3
    options = {"num_classes": classes, "ignore_index": 255}
    micro = classification.MulticlassAccuracy(average="micro", **options)
    assert matrix.accuracy == pytest.approx(micro(logits, labels).item())
    each = classification.MulticlassRecall(average="none", **options)
    assert matrix.recall.nan_to_num().tolist() == pytest.approx(each(logits, labels).tolist())
    each = classification.MulticlassPrecision(average="none", **options)
    assert matrix.precision.nan_to_num().tolist() == pytest.approx(each(logits, labels).tolist())
    iou = classification.MulticlassJaccardIndex(average="none", **options)
    assert matrix.iou.nan_to_num().tolist() == pytest.approx(iou(logits, labels).tolist())


EPOCHS = [Epoch(1, 0.9, 0.8, 0.5, 0.3), Epoch(2, 0.7, 0.75, 0.625, 0.4)]


def test_a_history_survives_its_file(tmp_path: Path) -> None:
    write_history(tmp_path / "history.jsonl", EPOCHS)
    assert len((tmp_path / "history.jsonl").read_text().splitlines()) == 2
    assert read_history(tmp_path / "history.jsonl") == EPOCHS


@pytest.mark.parametrize("content", ["nonsense", "[1, 2]", '{"number": 1}'])
def test_another_file_is_no_history(content: str, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(content)
    with pytest.raises(TrainingError, match=r"other\.txt: is no history of a training"):
        read_history(tmp_path / "other.txt")
    with pytest.raises(TrainingError, match=r"nowhere\.jsonl: is no history"):
        read_history(tmp_path / "nowhere.jsonl")
