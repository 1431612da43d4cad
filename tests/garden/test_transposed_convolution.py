"""The trained FCN with other kernels in its last layer, and what is recorded of it."""

import pytest
import torch

from course_utils.data import VOCSegmentation, dataset_path
from course_utils.models import bilinear_kernel
from course_utils.teaching.measurements import read_measurement
from garden.experiments import transposed_convolution as experiment


def _sums(weight: torch.Tensor, stride: int) -> torch.Tensor:
    """Of each channel and kind of pixel, ``(C, stride · stride)``."""
    kinds = [(row, column) for row in range(stride) for column in range(stride)]
    parts = [weight[:, 0, row::stride, column::stride].sum(dim=(1, 2)) for row, column in kinds]
    return torch.stack(parts, dim=1)


def test_the_sums_become_equal_and_keep_their_mean() -> None:
    torch.manual_seed(0)
    weight = torch.rand(3, 1, 8, 8) + 0.5
    even = experiment.even_sums(weight, 4)
    before, after = _sums(weight, 4), _sums(even, 4)
    torch.testing.assert_close(after, before.mean(dim=1, keepdim=True).expand_as(after))
    torch.testing.assert_close(experiment.even_sums(even, 4), even, msg="twice is the same as once")


def test_the_kernels_are_the_trained_one_and_two_others() -> None:
    trained = torch.rand(8, 1, 64, 64)
    kernels = experiment.kernels_of(trained)
    assert kernels[experiment.TRAINED] is trained
    assert torch.equal(kernels["bilinear"][3], bilinear_kernel(1, 1, 64)[0])


def test_the_record_is_of_all_pictures_and_can_be_made_again() -> None:
    record = read_measurement("transposed_convolution", "kernels")
    names = VOCSegmentation(dataset_path("scenes"), "val").names
    assert record.settings == {"pictures": len(names)}
    trained, even, bilinear = record.rows
    assert trained["changed"] == 0
    assert bilinear["mean_iou"] < even["mean_iou"] < trained["mean_iou"]
    few = experiment.with_each_kernel(names[:2])
    assert [row["kernel"] for row in few] == [row["kernel"] for row in record.rows]
    assert few[0]["changed"] == 0
    assert 0 < few[1]["changed"] < 0.05
    assert few[0]["accuracy"] == pytest.approx(trained["accuracy"], abs=0.1)
