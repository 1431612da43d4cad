"""Deep plain networks without batch norm, and what is recorded of them."""

import pytest

from course_utils.teaching.measurements import read_measurement
from garden.experiments.why_depth_is_hard_norm import CHAPTER, EPOCHS, SEEDS, trained


def test_every_seed_is_recorded_from_its_start_to_its_end() -> None:
    rows = read_measurement(CHAPTER, "no norm").rows
    assert [row["seed"] for row in rows] == list(SEEDS)
    assert {len(row["history"]) for row in rows} == {EPOCHS}


def test_the_first_epoch_can_be_run_again() -> None:
    row = read_measurement(CHAPTER, "no norm").rows[1]
    now = trained(1, until=1)
    for loss in ("training_loss", "validation_loss"):
        assert now["history"][0][loss] == pytest.approx(row["history"][0][loss], rel=0.03)
