"""Residual networks whose blocks begin at nothing, and what is recorded of them."""

import pytest
import torch

from course_utils.models.blocks import BasicBlock
from course_utils.models.registry import build_classifier
from course_utils.teaching.measurements import read_measurement
from garden.experiments import residual_block_gamma as experiment
from garden.experiments.residual_block_gamma import EPOCHS, SEEDS


def test_the_blocks_of_unchanged_shape_do_nothing() -> None:
    torch.manual_seed(0)
    network = build_classifier(experiment.NETWORK, 5, stem_width=16).train()
    experiment.silence(network)
    blocks = [part for part in network.modules() if isinstance(part, BasicBlock)]
    copying = [block for block in blocks if block.downsample is None]
    assert (len(blocks), len(copying)) == (16, 13)
    for block in copying:
        x = torch.rand(2, block.conv1.in_channels, 6, 6)
        assert torch.equal(block(x), x)


def test_every_seed_is_recorded_to_its_end() -> None:
    rows = read_measurement("residual_block_gamma", "zero").rows
    assert [row["seed"] for row in rows] == list(SEEDS)
    assert {len(row["history"]) for row in rows} == {EPOCHS}


def test_the_first_epoch_can_be_run_again() -> None:
    row = read_measurement("residual_block_gamma", "zero").rows[1]
    now = experiment.from_zero(1, until=1)
    for loss in ("training_loss", "validation_loss"):
        assert now["history"][0][loss] == pytest.approx(row["history"][0][loss], rel=0.03)
