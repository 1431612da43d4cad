"""The answers of a network that was left in train mode, and of one with other preprocessing."""

import pytest
import torch

from course_utils.inference.classification import Classifier
from course_utils.teaching.measurements import read_measurement
from garden.experiments import preprocessing, train_mode
from garden.experiments.train_mode import MIXED, ONE_CLASS, batches_of

LABELS = torch.arange(2).repeat(15)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.from_checkpoint("insects-resnet18", device="cpu")


@pytest.mark.parametrize("kind", [MIXED, ONE_CLASS])
@pytest.mark.parametrize("size", train_mode.SIZES)
def test_every_picture_is_in_one_batch(kind: str, size: int) -> None:
    batches = batches_of(LABELS, kind, size, order=3)
    assert sorted(torch.cat(batches).tolist()) == list(range(len(LABELS)))
    assert max(map(len, batches)) == min(size, 30 if kind == MIXED else 15)


def test_a_batch_of_one_class_has_one_class() -> None:
    kinds = [set(LABELS[batch].tolist()) for batch in batches_of(LABELS, ONE_CLASS, 4, order=0)]
    assert kinds == [{0}] * 4 + [{1}] * 4


def test_another_order_makes_other_batches() -> None:
    first, again, other = (batches_of(LABELS, MIXED, 8, order)[0].tolist() for order in (0, 0, 1))
    assert first == again != other


def test_the_network_remembers_nothing_of_train_mode(classifier: Classifier) -> None:
    before = {name: value.clone() for name, value in classifier.model.state_dict().items()}
    inputs, labels = torch.rand(4, 3, 64, 64), torch.tensor([0, 1, 0, 1])
    row = train_mode.answers(classifier, inputs, labels, MIXED, 2, 0)
    assert (row["seed"], row["batches"], row["size"]) == (0, MIXED, 2)
    after = classifier.model.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())
    assert not classifier.model.training


def test_the_record_has_a_row_for_each_order() -> None:
    recorded = read_measurement("inference", "train mode")
    found = [(row["size"], row["batches"], row["seed"]) for row in recorded.rows]
    alone = [(1, kind, 0) for kind in (MIXED, ONE_CLASS)]
    several = [
        (s, k, o) for s in train_mode.SIZES[1:] for k in (MIXED, ONE_CLASS) for o in range(10)
    ]
    assert sorted(found) == sorted(alone + several)
    half = recorded.settings["pictures"] / 2
    assert all(row[name] <= half for row in recorded.rows for name in ("ants_right", "bees_right"))
    one, other = (r for r in recorded.rows if r["size"] == 1)
    assert one["ants_right"] == other["ants_right"] and one["bees_right"] == other["bees_right"]


def test_the_recorded_preprocessing_can_be_measured_again(classifier: Classifier) -> None:
    recorded = read_measurement("inference", "preprocessing").rows
    assert len(recorded) == 8 * len(preprocessing.SIZES)
    small = preprocessing.SIZES[0]
    for row, again in zip(recorded, preprocessing.rows(classifier, [small]), strict=False):
        assert {**row, "right": 0} == {**again, "right": 0}
        assert abs(row["right"] - again["right"]) <= 1
