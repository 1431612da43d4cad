"""The effective fields that are recorded, by four measures."""

import torch

from course_utils.models import resnet18
from course_utils.teaching.measurements import read_measurement
from garden.experiments.receptive_field import SEEDS, SIDE, densities


def test_channels_taken_alone_cannot_cancel() -> None:
    torch.manual_seed(0)
    model, pictures = resnet18(2, stem_width=2).eval(), torch.rand(1, 3, SIDE, SIDE)
    found = densities(model, pictures, 1)
    assert (found["each"] >= found["summed"] * 0.999 - 1e-9).all()
    assert found["each"].sum() > 1.2 * found["summed"].sum()
    assert list(densities(model, pictures, None)) == ["summed", "summed, squared"]


def test_by_each_measure_trained_fields_are_narrower_than_random_ones() -> None:
    rows = read_measurement("receptive_field", "measures").rows
    random = [row["side"] for row in rows if row["network"] == "random"]
    assert len(random) == len(SEEDS)
    for row in rows:
        if row["network"] in ("insects", "garden"):
            for kind, side in row["side"].items():
                assert side < min(one[kind] for one in random)
