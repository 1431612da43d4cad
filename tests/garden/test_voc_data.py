"""Segmenters trained with a random scale and without, and what is recorded of them."""

import pytest
import torch

from course_utils.data import VOCSegmentation
from course_utils.teaching.measurements import Row, read_measurement
from garden.experiments import voc_data as experiment
from garden.experiments.voc_data import FACTORS, SCALES, SEEDS


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return read_measurement("voc_data", "random scale").rows


def test_every_network_is_measured_at_every_size(rows: list[Row]) -> None:
    scales = [None if scale is None else [*scale] for scale in SCALES]
    found = [(row["seed"], row["scale"], row["factor"]) for row in rows]
    assert found == [(s, scale, f) for s in SEEDS for scale in scales for f in FACTORS]
    assert all(0 < row["mean IoU"] < row["accuracy"] < 1 for row in rows)
    assert all(sum(row["IoU"]) / len(row["IoU"]) == pytest.approx(row["mean IoU"]) for row in rows)


def test_both_begin_alike_and_see_other_crops() -> None:
    plain, scaled = (experiment.opened(3, scale) for scale in SCALES)
    for a, b in zip(plain.model.parameters(), scaled.model.parameters(), strict=True):
        assert torch.equal(a, b)
    for task in (plain, scaled):
        pictures = task.training_set
        assert isinstance(pictures, VOCSegmentation)
        assert (pictures.dropped, len(pictures)) == ((), 240)
        assert pictures[0][0].shape == (3, 96, 128)


def test_what_the_chapter_says_of_each_seed(rows: list[Row]) -> None:
    def gains(factor: float) -> list[float]:
        each = {
            (row["seed"], row["scale"] is None): row["mean IoU"]
            for row in rows
            if row["factor"] == factor
        }
        return [each[seed, False] - each[seed, True] for seed in SEEDS]

    assert min(gains(2.0)) > 0.1
    assert max(gains(1.0)) < 0
    assert max(gains(0.5)) < 0
