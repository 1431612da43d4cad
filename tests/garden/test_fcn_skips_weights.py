"""FCN-8s with shifted logits, and what is recorded of it."""

import pytest
import torch
from torch import nn

from course_utils.teaching.measurements import read_measurement
from course_utils.teaching.records import read_records
from garden.experiments import fcn_skips_weights as experiment


def test_each_class_is_shifted_by_its_own_number() -> None:
    found = experiment.Shifted(nn.Identity(), torch.tensor([1.0, -2.0]))(torch.zeros(1, 2, 3, 4))
    assert found.unique().tolist() == [-2.0, 1.0]
    assert found[0, 1].unique().tolist() == [-2.0]


def test_both_trainings_are_recorded_at_both_shifts() -> None:
    rows = read_measurement("fcn_skips_weights", "shifted").rows
    cases = [(loss, times) for loss, shifts in experiment.TIMES.items() for times in shifts]
    assert [(row["loss"], row["times"]) for row in rows] == cases
    assert {len(row["losses"]) for row in rows} == {experiment.EPOCHS}


def test_without_a_shift_they_are_the_recorded_networks() -> None:
    rows = read_measurement("fcn_skips_weights", "shifted").rows
    records = [
        record
        for record in read_records("fcn_skips")
        if record.run.architecture == experiment.NETWORK
        and record.config.seed == experiment.SEED
        and record.config.loss == "ce"
    ]
    for record in records:
        loss = "weighted" if record.config.class_weights else "plain"
        row = next(row for row in rows if row["loss"] == loss and row["times"] == 0)
        assert record.accuracy == pytest.approx(row["accuracy"], abs=1e-6)
        assert list(record.iou) == pytest.approx(row["iou"], abs=1e-6)
    assert len(records) == 2
