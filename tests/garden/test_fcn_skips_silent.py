"""FCN-8s with silent skips, and what is recorded of it."""

import pytest
import torch

from course_utils.models.registry import build_segmenter
from course_utils.teaching.measurements import read_measurement
from garden.experiments import fcn_skips_silent as experiment


def test_held_skips_stay_silent_while_all_else_learns() -> None:
    torch.manual_seed(0)
    network = build_segmenter("fcn8s-resnet18", 3, stem_width=4).train()
    experiment.hold(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.1, weight_decay=0.05)
    before = network.head.score.weight.clone()
    network(torch.randn(2, 3, 64, 64)).square().sum().backward()
    optimizer.step()
    assert not torch.equal(network.head.score.weight, before)
    assert all(weight.abs().max() == 0 for weight in experiment.skips(network))


def test_every_seed_is_recorded_to_its_end() -> None:
    rows = read_measurement("fcn_skips_silent", "silent").rows
    assert [row["seed"] for row in rows] == list(experiment.SEEDS)
    assert {len(row["losses"]) for row in rows} == {experiment.EPOCHS}
    assert {len(row["iou"]) for row in rows} == {8}


@pytest.mark.slow
def test_the_first_epoch_can_be_run_again() -> None:
    row = read_measurement("fcn_skips_silent", "silent").rows[0]
    now = experiment.silent(0, until=1)
    assert now["losses"][0] == pytest.approx(row["losses"][0], rel=0.03)
