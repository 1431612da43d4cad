"""The experiments of the chapter *A label for every pixel*, and what is recorded of them."""

import math
from itertools import product
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from course_utils.teaching.measurements import read_measurement
from course_utils.training.metrics import ConfusionMatrix
from garden.experiments import fcn, fcn_seeds, fcn_starts


def test_the_published_loss_is_the_mean_of_each_picture() -> None:
    torch.manual_seed(0)
    logits, labels = torch.randn(3, 4, 5, 6), torch.randint(4, (3, 5, 6))
    found = fcn.loss_of_each(logits, labels)
    assert found.shape == (3,)
    assert torch.allclose(found.mean(), F.cross_entropy(logits, labels))


def test_the_published_way_is_recorded_for_each_rate_and_seed() -> None:
    rows = read_measurement("fcn", "published way").rows
    for rate, marks in ((fcn.RATE, fcn.MARKS), (fcn.FASTER, fcn.SHORT)):
        found = [(row["seed"], row["step"]) for row in rows if row["rate"] == rate]
        assert found == [(seed, mark) for seed in fcn.SEEDS for mark in marks]
    assert all(row["pictures"] == row["step"] * fcn.BATCH for row in rows)


def test_the_recipe_is_recorded_after_each_epoch() -> None:
    rows = read_measurement("fcn", "course's recipe").rows
    seen = [211 * epoch for epoch in range(1, fcn.RECIPE_EPOCHS + 1)]
    found = [(row["seed"], row["pictures"]) for row in rows]
    assert found == [(seed, n) for seed in fcn.RECIPE_SEEDS for n in seen]


def test_a_start_gives_the_recorded_losses() -> None:
    rows = read_measurement("fcn_starts", "starts").rows
    assert len(rows) == len(fcn_starts.STARTS) * len(fcn_starts.SEEDS)
    assert {len(row["losses"]) for row in rows} == {fcn_starts.STEPS}
    recorded = rows[-1]
    found = fcn_starts.losses_from(recorded["start"], recorded["seed"], steps=2)
    assert found["losses"] == pytest.approx(recorded["losses"][:2], abs=0.01)
    assert recorded["losses"][0] == pytest.approx(math.log(8), abs=0.02)


def test_the_chapters_loop_is_recorded_for_each_way_seed_and_epoch() -> None:
    rows = read_measurement("fcn_seeds", "ways").rows
    epochs = range(1, fcn_seeds.EPOCHS + 1)
    found = [(row["way"], row["seed"], row["epoch"]) for row in rows]
    assert found == list(product(fcn_seeds.WAYS, fcn_seeds.SEEDS, epochs))


@pytest.mark.parametrize("way", fcn_seeds.WAYS)
def test_a_way_changes_what_it_says(way: str) -> None:
    enlarge: Any = fcn_seeds.network(4, seed=0)[2]
    before = enlarge.weight.clone()
    fcn_seeds.WAYS[way](enlarge)
    assert enlarge.weight.requires_grad == (way != "enlarge frozen")
    assert torch.equal(enlarge.weight, before) == (way != "enlarge PyTorch's own")
    (row,) = fcn_seeds.trained(way, seed=0, steps=1)
    assert (row["way"], row["epoch"]) == (way, 1)


def test_what_is_measured_by_hand() -> None:
    """Of 8 pixels of ground 6 are right, of 8 of things 5 are found and 4 are called right."""
    found = fcn_seeds.measured(ConfusionMatrix(((6, 2, 0), (1, 3, 0), (2, 1, 1))))
    assert found["accuracy"] == 10 / 16
    assert found["mean IoU"] == pytest.approx((6 / 11 + 3 / 7 + 1 / 4) / 3, abs=1e-4)
    assert found["things IoU"] == 5 / 10
    assert found["right thing"] == 4 / 5
