"""Larger batches and larger steps, and what is recorded of them."""

from itertools import product

import pytest
import torch

from course_utils.teaching.measurements import read_measurement
from garden.experiments import scale_out as experiment
from garden.experiments.scale_out import BATCHES, CHAPTER, EPOCHS, RATE, RATES, SEEDS


def test_every_batch_rate_and_seed_is_recorded() -> None:
    rows = read_measurement(CHAPTER, "rates").rows
    found = [(row["k"], row["m"], row["seed"]) for row in rows]
    assert found == list(product(BATCHES, RATES, SEEDS))
    assert {row["epochs"] for row in rows} == {EPOCHS}
    lost = {(row["k"], row["m"]) for row in rows if row["loss"] is None}
    assert all(m > 8 for _, m in lost)  # what the rule asks for never diverges


def test_the_controls_are_recorded() -> None:
    warm = read_measurement(CHAPTER, "warm-up").rows
    assert [(row["k"], row["m"], row["seed"]) for row in warm] == [
        (k, k, seed) for k, seed in product(BATCHES[1:], SEEDS)
    ]
    longer = read_measurement(CHAPTER, "steps").rows
    assert [(row["k"], row["m"], row["seed"], row["epochs"]) for row in longer] == [
        (k, 1, seed, k * EPOCHS) for k, seed in product(BATCHES[1:], SEEDS)
    ]


def test_a_training_can_be_run_again() -> None:
    rows = {(r["k"], r["m"], r["seed"]): r for r in read_measurement(CHAPTER, "rates").rows}
    warm = {(r["k"], r["seed"]): r for r in read_measurement(CHAPTER, "warm-up").rows}
    now = experiment.trained(8, 8, 1)
    assert now["loss"] == pytest.approx(rows[8, 8, 1]["loss"], rel=0.03)
    assert now["accuracy"] == pytest.approx(rows[8, 8, 1]["accuracy"], abs=0.03)
    again = experiment.trained(4, 4, 2, warm_up=True)
    assert again["loss"] == pytest.approx(warm[4, 2]["loss"], rel=0.03)


@pytest.mark.parametrize("warm_up", [False, True])
def test_the_rate_rises_evenly_within_the_first_epoch(
    warm_up: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates: list[float] = []
    step = torch.optim.SGD.step

    def noting(self: torch.optim.SGD) -> None:
        rates.append(self.param_groups[0]["lr"])
        step(self)

    monkeypatch.setattr(torch.optim.SGD, "step", noting)
    experiment.trained(4, 4, 0, epochs=2, warm_up=warm_up)
    assert len(rates) == 16
    rising = [1 + 3 * number / 7 for number in range(8)] if warm_up else [4.0] * 8
    assert rates == pytest.approx([RATE * m for m in [*rising, *[4.0] * 8]])


def test_a_loss_that_is_no_number_is_none() -> None:
    row = experiment.trained(1, 1e6, 0, epochs=1)
    assert row["loss"] is None
