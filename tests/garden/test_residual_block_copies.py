"""Deep plain networks that begin as copies of shallow ones, and what is recorded of them."""

import pytest
import torch

from course_utils.models.registry import build_classifier
from course_utils.teaching.measurements import read_measurement
from garden.experiments import residual_block_copies as experiment
from garden.experiments.flower_networks import STEM_WIDTH
from garden.experiments.gradients import some_pictures
from garden.experiments.residual_block_copies import DEEP, EPOCHS, SEEDS, SHALLOW


def test_the_deep_network_gives_what_the_shallow_one_gives() -> None:
    torch.manual_seed(0)
    shallow = build_classifier(SHALLOW, 5, STEM_WIDTH).train()
    deep = build_classifier(DEEP, 5, STEM_WIDTH)
    images, _ = some_pictures()
    with torch.no_grad():
        wanted = shallow(images)
        assert (deep.train()(images) - wanted).abs().max() > 0.1
        experiment.copy_into(deep, shallow.state_dict(), images)
        assert (deep.train()(images) - wanted).abs().max() < 1e-5
        other = torch.rand_like(images)
        assert (deep(other) - shallow(other)).abs().max() > 1e-3


def test_every_seed_is_recorded_from_its_start_to_its_end() -> None:
    rows = read_measurement("residual_block_copies", "copies").rows
    assert [row["seed"] for row in rows] == list(SEEDS)
    assert max(row["gap"] for row in rows) < 1e-5
    assert {len(row["history"]) for row in rows} == {EPOCHS}


def test_the_first_epoch_can_be_run_again() -> None:
    row = read_measurement("residual_block_copies", "copies").rows[1]
    now = experiment.copied(1, until=1)
    for loss in ("training_loss", "validation_loss"):
        assert now["history"][0][loss] == pytest.approx(row["history"][0][loss], rel=0.03)
