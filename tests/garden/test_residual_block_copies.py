"""Deep plain networks that begin as copies of shallow ones, and what is recorded of them."""

import pytest
import torch

from course_utils.models.registry import build_classifier
from course_utils.teaching.measurements import Row, read_measurement
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


@pytest.mark.parametrize(
    "name", ["copies", "copies, quarter of the rate", "alone, quarter of the rate"]
)
def test_every_seed_is_recorded_from_its_start_to_its_end(name: str) -> None:
    rows = read_measurement("residual_block_copies", name).rows
    assert [row["seed"] for row in rows] == list(SEEDS)
    assert max(row.get("gap", 0) for row in rows) < 1e-5
    assert {len(row["history"]) for row in rows} == {EPOCHS}


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("copies", {}),
        ("copies, quarter of the rate", {"learning_rate": experiment.QUARTER}),
    ],
)
def test_the_first_epoch_of_a_copy_can_be_run_again(name: str, again: dict[str, float]) -> None:
    row = read_measurement("residual_block_copies", name).rows[1]
    same_beginning(row, experiment.copied(1, until=1, **again))


def test_the_first_epoch_of_the_shallow_network_can_be_run_again() -> None:
    row = read_measurement("residual_block_copies", "alone, quarter of the rate").rows[1]
    same_beginning(row, experiment.by_itself(1, until=1))


def same_beginning(row: Row, now: Row) -> None:
    for loss in ("training_loss", "validation_loss"):
        assert now["history"][0][loss] == pytest.approx(row["history"][0][loss], rel=0.03)
