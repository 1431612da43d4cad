"""The experiments of the chapter on ResNet's blocks: files of another depth, and times."""

from itertools import product

import torch

from course_utils.models.registry import build_classifier
from course_utils.teaching.measurements import read_measurement
from garden.experiments import other_depths
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


def test_a_larger_network_that_adds_nothing_has_the_features_of_the_smaller_one() -> None:
    file = other_depths.FILES[0]
    own, zeroed, filled = (
        other_depths.started(way, file, seed=0).eval()
        for way in (other_depths.OWN, other_depths.ZEROED, other_depths.FILLED)
    )
    pictures = torch.rand(2, 3, 64, 64)
    features = [
        torch.nn.Sequential(*list(model.children())[:-1])(pictures).flatten(1)
        for model in (own, zeroed, filled)
    ]
    torch.testing.assert_close(features[0], features[1])
    assert not torch.allclose(features[0], features[2])


def test_a_fresh_network_is_the_one_that_takes_the_file() -> None:
    file = other_depths.FILES[0]
    fresh, filled = (
        other_depths.started(way, of, seed=0).state_dict()
        for way, of in ((other_depths.FRESH, ""), (other_depths.FILLED, file))
    )
    same = {name for name, tensor in fresh.items() if torch.equal(tensor, filled[name])}
    assert {"fc.weight", "fc.bias", "layer1.2.conv1.weight"} <= same
    assert "layer1.0.conv1.weight" not in same


def test_every_start_is_recorded_with_each_seed() -> None:
    for file in other_depths.FILES:
        rows = read_measurement(other_depths.CHAPTER, f"from {file}").rows
        starts = [start for start in other_depths.STARTS if start[1] in ("", file)]
        cases = [(row["seed"], row["start"], row["file"]) for row in rows]
        assert cases == [(seed, *start) for seed, start in product(SEEDS, starts)]
        assert all(len(row["right"]) == other_depths.EPOCHS for row in rows)
    controls = read_measurement(other_depths.CONTROL_CHAPTER, "controls").rows
    cases = [(row["seed"], row["start"]) for row in controls]
    assert cases == list(product(SEEDS, other_depths.CONTROLS))
