"""The trained FCN with other kernels in its last layer, and what is recorded of it."""

import pytest
import torch
from torch.nn import functional as F

from course_utils.data import VOCSegmentation, dataset_path
from course_utils.models import bilinear_kernel
from course_utils.models.fcn import FCN
from course_utils.models.pretrained import load_segmenter
from course_utils.teaching.measurements import read_measurement
from garden.experiments import transposed_convolution as experiment


def test_the_sums_become_equal_and_keep_their_mean() -> None:
    torch.manual_seed(0)
    weight = torch.rand(3, 1, 8, 8) + 0.5
    even = experiment.even_sums(weight, 4)
    before, after = (experiment.sums_of_kinds(one, 4) for one in (weight, even))
    torch.testing.assert_close(after, before.mean(dim=(1, 2), keepdim=True).expand_as(after))
    torch.testing.assert_close(experiment.even_sums(even, 4), even, msg="twice is the same as once")


def test_with_even_moments_a_slope_stays_a_slope() -> None:
    torch.manual_seed(0)
    weight = torch.rand(2, 1, 8, 8, dtype=torch.float64) + 0.5
    even = experiment.even_moments(weight, 4)
    line = torch.arange(9.0, dtype=torch.float64)
    slope = (line[:, None] + 2 * line).expand(1, 2, 9, 9)
    large = F.conv_transpose2d(slope, even, stride=4, groups=2)[..., 8:-8, 8:-8]
    for direction in (-1, -2):
        steps = large.diff(dim=direction).flatten(2)
        torch.testing.assert_close(steps, steps.mean(dim=2, keepdim=True).expand_as(steps))
    torch.testing.assert_close(even.sum(dim=(1, 2, 3)), weight.sum(dim=(1, 2, 3)))
    torch.testing.assert_close(experiment.even_moments(even, 4), even, msg="twice is once")
    tent = bilinear_kernel(1, 1, 64)
    torch.testing.assert_close(experiment.even_moments(tent, 32), tent, msg="the tent stays")


def test_the_kernels_are_the_trained_one_its_controls_and_the_start() -> None:
    trained = torch.rand(8, 1, 64, 64)
    kernels = experiment.kernels_of(trained)
    assert kernels[experiment.TRAINED] is trained
    assert torch.equal(kernels["bilinear"][3], bilinear_kernel(1, 1, 64)[0])
    class_sums = [
        experiment.sums_of_kinds(kernels[name], 32).mean(dim=(1, 2))
        for name in (experiment.TRAINED, "bilinear, each class's sum")
    ]
    torch.testing.assert_close(*class_sums)
    of_one = experiment.sums_of_kinds(kernels["trained, every class's sum 1"], 32)
    torch.testing.assert_close(of_one.mean(dim=(1, 2)), torch.ones(8))


def test_a_line_every_32_columns_is_found() -> None:
    scores = torch.zeros(1, 2, 4, 160)
    for left in range(0, 160, 32):
        scores[..., left : left + 17] = 1  # falls behind the column 16 of each cell
    steps = experiment.steps_at_places(scores)
    assert steps.argmax() == 16
    assert steps.tolist().count(0) == 30, "the other step is the one up again, at the next cell"


def test_the_record_is_of_all_pictures_and_can_be_made_again() -> None:
    record = read_measurement("transposed_convolution", "kernels")
    names = VOCSegmentation(dataset_path("scenes"), "val").names
    assert record.settings == {"pictures": len(names)}
    rows = {row["kernel"]: row for row in record.rows}
    trained = rows[experiment.TRAINED]
    assert trained["changed"] == 0
    assert rows["sums made equal"]["grid"] > trained["grid"], "equal sums leave the lines"
    without = rows["bilinear, each class's sum"]
    assert without["grid"] < 1.1
    assert rows["bilinear"]["mean_iou"] < without["mean_iou"] < trained["mean_iou"]
    few = experiment.with_each_kernel(names[:2])
    assert [row["kernel"] for row in few] == list(rows)
    assert few[0]["changed"] == 0
    assert 0 < few[1]["changed"] < 0.05
    assert few[0]["accuracy"] == pytest.approx(trained["accuracy"], abs=0.1)


def test_all_starts_end_at_the_same_error() -> None:
    record = read_measurement("transposed_convolution", "starts")
    assert tuple(row["start"] for row in record.rows) == experiment.STARTS
    errors = torch.tensor([row["errors"] for row in record.rows])
    assert errors.shape == (3, experiment.SEEDS)
    assert errors.min() > 0.93
    assert errors.max() < 0.945


def test_the_small_layers_begin_as_they_are_called() -> None:
    weight = experiment.small_layers().weight.detach()
    kinds = experiment.sums_of_kinds(weight, 2).reshape(3, experiment.SEEDS, 4)
    bilinear, random, even = kinds.unbind()
    torch.testing.assert_close(bilinear, torch.ones_like(bilinear))
    torch.testing.assert_close(even, torch.ones_like(even))
    assert (random - 1).abs().max() > 0.1
    few = experiment.from_each_start(2)
    assert [row["start"] for row in few] == list(experiment.STARTS)


def test_the_trained_kernel_jumps_a_padding_from_its_ends() -> None:
    model, _ = load_segmenter("scenes-fcn32s")
    assert isinstance(model, FCN)
    columns = model.head.enlarge.weight.detach().mean(dim=(1, 2))  # (8, 64)
    steps = columns.diff(dim=1).abs().mean(dim=0)
    assert sorted(steps.topk(2).indices.tolist()) == [15, 47]
