"""The time of each layer: every setting is measured, and the routine changes no result."""

import pytest
import torch

from course_utils.models.blocks import Bottleneck
from garden.experiments import resnext


def test_every_block_is_measured_in_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resnext, "ROUNDS", {1: 2, 2: 2})
    monkeypatch.setattr(resnext, "STAGES", {1: (64, 4), 2: (128, 2)})
    with torch.inference_mode():
        found = resnext.rows()
    keys = ("stage", "pictures", "layout", "routine", "block")
    settings = {tuple(row[key] for key in keys) for row in found}
    assert len(settings) == len(found) == 2 * 2 * 2 * 2 * len(resnext.KINDS)
    for row in found:
        assert set(row["ms"]) == {*resnext.PARTS, "whole"}
        low, median, high = row["ms"].pop("whole")
        assert 0 <= low <= median <= high
        assert all(time >= 0 for time in row["ms"].values())


def test_both_routines_compute_the_same() -> None:
    block = Bottleneck(256, 64, groups=32, width_per_group=4).eval()
    x = torch.randn(1, 256, 6, 6)
    with torch.inference_mode():
        for layer in (block.conv1, block.conv2, block.conv3):
            given = x[:, : layer.in_channels]
            torch.testing.assert_close(
                resnext._convolve(layer, given, one=True),
                resnext._convolve(layer, given, one=False),
            )
        assert len(resnext._times(block, x, one=True)) == len(resnext.PARTS)
