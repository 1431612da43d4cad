"""The experiments of the chapter on ResNet's blocks: files of another depth, and times."""

from itertools import product

import torch

from course_utils.models.registry import build_classifier
from course_utils.teaching.measurements import read_measurement
from garden.experiments.depth_times import DEPTHS, PICTURES
from garden.experiments.flower_networks import STEM_WIDTH
from garden.experiments.own_process import INSTRUCTIONS
from garden.experiments.resnet_from_blocks import SEEDS, _filled


def test_a_smaller_network_takes_what_has_its_names() -> None:
    large = build_classifier("resnet34", 5, STEM_WIDTH)
    small = _filled("resnet18", large, seed=0).state_dict()
    theirs = large.state_dict()
    assert all(torch.equal(tensor, theirs[name]) for name, tensor in small.items())
    assert len(theirs) - len(small) == 96


def test_every_time_is_recorded_with_its_quartiles() -> None:
    rows = read_measurement("resnet_from_blocks", "time of each depth").rows
    cases = [(row["instructions"], row["depth"], row["pictures"]) for row in rows]
    assert cases == list(product(INSTRUCTIONS, DEPTHS, PICTURES))
    assert all(row["ms"] == sorted(row["ms"]) for row in rows)


def test_each_seed_is_recorded_before_and_after() -> None:
    rows = read_measurement("resnet_from_blocks", "wrong file").rows
    assert [row["seed"] for row in rows] == list(SEEDS)
    assert all(0.8 < row["34"] < 1 and 0.15 < row["34 in 18"] < 0.4 for row in rows)
