"""Segmenters trained with a random scale and without, and what is recorded of them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import ndimage

from course_utils.data import VOCSegmentation, dataset_path
from course_utils.data.masks import VOID
from course_utils.data.transforms import RandomScale
from course_utils.teaching.measurements import Row, read_measurement
from garden.experiments import voc_data as experiment
from garden.experiments.scene_networks import config, run_of
from garden.experiments.voc_data import CROP, DRAWS, FACTORS, SCALE, SEEDS, EvenScale


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return read_measurement("voc_data", "random scale").rows


def test_every_network_is_measured_at_every_size(rows: list[Row]) -> None:
    found = [(row["seed"], row["draw"], row["factor"]) for row in rows]
    assert found == [(s, draw, f) for s in SEEDS for draw in DRAWS for f in FACTORS]
    assert all(0 < row["mean IoU"] < row["accuracy"] < 1 for row in rows)
    assert all(sum(row["IoU"]) / len(row["IoU"]) == pytest.approx(row["mean IoU"]) for row in rows)


def test_all_begin_alike_and_see_other_crops() -> None:
    tasks = [experiment.opened(3, draw) for draw in DRAWS]
    for task in tasks:
        for a, b in zip(task.model.parameters(), tasks[0].model.parameters(), strict=True):
            assert torch.equal(a, b)
        pictures = task.training_set
        assert isinstance(pictures, VOCSegmentation)
        assert (pictures.dropped, len(pictures)) == ((), 240)
        assert pictures[0][0].shape == (3, 96, 128)


def test_the_command_sees_what_the_better_networks_saw() -> None:
    run = replace(run_of("fcn8s-resnet18"), crop_size=CROP, scale=SCALE)
    seen = []
    for task in (run.open(config(3, 1)), experiment.opened(3, "doubling")):
        torch.manual_seed(0)
        seen.append([task.training_set[k] for k in range(3)])
    for ours, theirs in zip(*seen, strict=True):
        assert all(map(torch.equal, ours, theirs))


def test_an_even_factor_enlarges_two_pictures_of_three() -> None:
    assert [EvenScale(SCALE).drawn(share) for share in (0, 1 / 3, 1)] == [0.5, 1.0, 2.0]
    assert [RandomScale(SCALE).drawn(share) for share in (0, 1 / 2, 1)] == [0.5, 1.0, 2.0]


def test_what_the_chapter_says_of_each_seed(rows: list[Row]) -> None:
    each = {(row["seed"], row["draw"], row["factor"]): row["mean IoU"] for row in rows}

    def gains(draw: str, factor: float) -> list[float]:
        return [each[seed, draw, factor] - each[seed, None, factor] for seed in SEEDS]

    assert min(gains("factor", 2.0)) > 0.1
    assert max(gains("factor", 1.0)) < 0
    assert sorted(gains("factor", 0.5))[-2] < -0.02
    assert max(gains("factor", 0.5)) == pytest.approx(0, abs=0.001)
    assert min(gains("doubling", 2.0)) > 0
    assert max(gains("doubling", 1.0)) < 0
    assert sorted(gains("doubling", 0.5))[1] > 0.02
    assert min(gains("doubling", 0.5)) == pytest.approx(0, abs=0.002)
    halves = zip(gains("doubling", 0.5), gains("factor", 0.5), strict=True)
    apart = [power - factor for power, factor in halves]
    assert min(apart) > 0.02
    assert sum(apart) / len(SEEDS) == pytest.approx(0.06, abs=0.005)


def test_a_pasted_ant_takes_a_quarter_of_its_rim_along() -> None:
    taken = rim = 0
    pictures = VOCSegmentation(dataset_path("scenes"), "val")
    for index in range(len(pictures)):
        classes = pictures[index][1].numpy()
        nearest = ndimage.distance_transform_edt(
            np.isin(classes, (0, VOID)), return_distances=False, return_indices=True
        )
        of_ants = (classes == VOID) & (classes[tuple(nearest)] == 1)
        near = ndimage.binary_dilation(classes == 1, np.ones((3, 3)))
        rim, taken = rim + of_ants.sum(), taken + (of_ants & near).sum()
    assert taken / rim == pytest.approx(0.28, abs=0.005)
