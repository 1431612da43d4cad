"""Pictures of ants and bees that no set of the course holds, and what a network says of them."""

import pytest

from course_utils.inference.classification import Classifier
from course_utils.teaching.measurements import read_measurement
from garden.experiments import fresh_insects
from garden.sets.labeled import COUNTS

ROUNDING = 1e-3
"""Another processor rounds the logits otherwise."""


def test_no_set_of_the_course_holds_one_of_them() -> None:
    assert min(fresh_insects.INDICES) > max(COUNTS["insects"].values())


def test_the_record_has_a_row_for_each_picture() -> None:
    rows = read_measurement("tensor_to_label", "fresh pictures").rows
    pictures = {(row["seed"], row["label"]) for row in rows}
    assert len(rows) == len(pictures) == 2 * len(fresh_insects.INDICES)


def test_the_experiment_gives_the_recorded_rows() -> None:
    recorded = read_measurement("tensor_to_label", "fresh pictures")
    classifier = Classifier.from_checkpoint(recorded.weights, device="cpu")
    by_picture = {(row["seed"], row["label"]): row["log_odds"] for row in recorded.rows}
    for row in fresh_insects.answers(classifier, [1000, 1999]):
        expected = by_picture[row["seed"], row["label"]]
        assert row["log_odds"] == pytest.approx(expected, abs=ROUNDING)
