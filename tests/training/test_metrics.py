"""One matrix of counts, and the ratios that are made of it."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional
from torchmetrics import classification

from course_utils.training import ConfusionMatrix
from course_utils.training.metrics import Counter, answered, wilson_interval

BY_HAND = ConfusionMatrix(((3, 1, 0), (1, 4, 1), (0, 0, 0)))
"""Ten answers; the third class never occurs, and is answered once."""


def test_the_ratios_by_hand() -> None:
    assert BY_HAND.total == 10
    assert BY_HAND.accuracy == 7 / 10
    assert BY_HAND.shares.tolist() == pytest.approx([4 / 10, 6 / 10, 0])
    assert BY_HAND.majority_share == 6 / 10
    assert BY_HAND.majority_mean_iou == pytest.approx((6 / 10 + 0) / 2)
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


@given(st.integers(0, 10_000), st.integers(2, 6))
def test_the_ratios_are_those_of_a_count_of_every_pixel(seed: int, classes: int) -> None:
    """Classes absent from truth and answers are left out, as in the paper; void is ignored."""
    generator = torch.Generator().manual_seed(seed)
    present = torch.randint(0, classes, (3,), generator=generator)
    labels = present[torch.randint(0, 3, (4, 5, 6), generator=generator)]
    answers = present[torch.randint(0, 3, (4, 5, 6), generator=generator)]
    labels[:, 0] = 255
    logits = functional.one_hot(answers, classes).movedim(-1, 1).float()
    matrix = counted(logits, labels, 2, ignore_index=255).confusion()
    counts = labels != 255
    pairs = list(zip(labels[counts].tolist(), answers[counts].tolist(), strict=True))
    ious, recalls, weighted = [], [], 0.0
    for index in range(classes):
        both = sum(truth == answer == index for truth, answer in pairs)
        either = sum(index in pair for pair in pairs)
        true = sum(truth == index for truth, _ in pairs)
        ious += [both / either] if either else []
        recalls += [both / true] if true else []
        weighted += true / len(pairs) * (both / either if either else 0)
    assert matrix.mean_iou == pytest.approx(sum(ious) / len(ious))
    assert matrix.mean_accuracy == pytest.approx(sum(recalls) / len(recalls))
    assert matrix.frequency_weighted_iou == pytest.approx(weighted)
    assert matrix.accuracy == pytest.approx(sum(t == a for t, a in pairs) / len(pairs))
    options = {"num_classes": classes, "ignore_index": 255}
    iou = classification.MulticlassJaccardIndex(average="macro", **options)
    assert matrix.mean_iou == pytest.approx(iou(logits, labels).item())


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 1 - 0.1611, 1.0),
    ],
)
def test_the_interval_is_the_published_one(right: int, total: int, low: float, high: float) -> None:
    """Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I."""
    assert wilson_interval(right, total) == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_there_is_no_interval() -> None:
    assert all(map(math.isnan, wilson_interval(0, 0)))


def test_the_most_frequent_mistakes_come_first() -> None:
    matrix = ConfusionMatrix(((9, 1, 4), (5, 8, 0), (1, 0, 7)))
    assert matrix.confused(10) == [(5, 1, 0), (4, 0, 2), (1, 0, 1), (1, 2, 0)]
    assert matrix.confused(2) == [(5, 1, 0), (4, 0, 2)]
    truths, answers = matrix.totals
    assert (truths.tolist(), answers.tolist()) == ([14, 13, 8], [15, 9, 11])


def test_a_label_that_no_class_has_is_no_count() -> None:
    counter = Counter()
    with pytest.raises(RuntimeError):
        counter.add(torch.zeros(2, 3), torch.tensor([0, 4]))


def test_of_equal_logits_the_first_class_is_answered() -> None:
    logits = torch.tensor([[1.0, 2.0, 2.0], [3.0, 3.0, 3.0]])
    assert answered(logits).tolist() == logits.argmax(dim=1).tolist() == [1, 0]
    generator = torch.Generator().manual_seed(0)
    maps = torch.randint(0, 3, (2, 5, 40, 40), generator=generator).float()
    assert torch.equal(answered(maps), maps.argmax(dim=1))
