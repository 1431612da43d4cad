"""The experiments of the chapter on training and transfer, on a few pictures."""

import pytest
import torch

from course_utils.models.pretrained import load_classifier
from course_utils.teaching.measurements import read_measurement
from garden.experiments import fine_tuning, insect_tensors, learning_rates, transfer
from garden.sets.labeled import COUNTS


def test_no_set_of_the_course_holds_a_test_picture() -> None:
    assert min(insect_tensors.FRESH) > max(COUNTS["insects"].values())


def test_pictures_of_flowers_with_an_insect_are_found() -> None:
    pictures = insect_tensors.changing("flowers")
    pictures.samples = pictures.samples[16:20]
    assert insect_tensors.without_insects(pictures) == [0, 1, 3]


def test_a_body_is_a_network_without_its_head() -> None:
    body = transfer.body_of(load_classifier("garden-resnet18")[0])
    one, other = (transfer.network(seed, body) for seed in (0, 1))
    assert torch.equal(one.get_parameter("conv1.weight"), body["conv1.weight"])
    assert not torch.equal(one.get_parameter("fc.weight"), other.get_parameter("fc.weight"))


def test_a_head_on_cached_features_gives_the_recorded_row() -> None:
    known, validation = (insect_tensors.cut("insects", split) for split in ("train", "val"))
    pictures = insect_tensors.changing("insects")
    insects = transfer.Insects(pictures, known, validation, insect_tensors.fresh([1000]))
    body = transfer.body_of(load_classifier("garden-resnet18")[0])
    found = transfer.train_cached_head(insects, 3, body)
    recorded = next(
        row
        for row in read_measurement("fine_tuning", "ways").rows
        if (row["learns"], row["body"], row["seed"]) == ("cached head", "garden", 3)
    )
    assert found["validation"] == pytest.approx(recorded["validation"], abs=0.02)


def test_the_record_has_a_row_for_each_seed() -> None:
    rows = read_measurement("fine_tuning", "ways").rows
    ways = {(row["learns"], row["body"], row.get("epochs")) for row in rows}
    assert len(rows) == len(ways) * len(fine_tuning.SEEDS)
    bodies = read_measurement("fine_tuning", "pretraining").rows
    assert [row["seed"] for row in bodies] == list(fine_tuning.BODIES)
    rates = read_measurement("fine_tuning", "learning rates").rows
    assert len(rates) == len(learning_rates.RATES) * len(fine_tuning.SEEDS)
