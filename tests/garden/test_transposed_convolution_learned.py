"""The head of the trained FCN, learned again, and what is recorded of it."""

import pytest
import torch

from course_utils.data.masks import VOID
from course_utils.models import bilinear_kernel
from course_utils.models.fcn import FCN
from course_utils.models.pretrained import load_segmenter
from course_utils.teaching.measurements import Row, read_measurement
from garden.experiments import transposed_convolution_learned as experiment


def _rows(name: str) -> list[Row]:
    return read_measurement(experiment.CHAPTER, name).rows


def test_labels_are_left_out_at_the_border_or_in_the_middle() -> None:
    labels = torch.zeros(2, 96, 128, dtype=torch.int64)
    assert torch.equal(experiment.without(labels, "nothing"), labels)
    border, middle = (experiment.without(labels, name) for name in ("border", "middle"))
    assert (border[:, 16:-16, 16:-16] == 0).all()
    assert (border != VOID).sum() == 2 * 64 * 96
    assert (middle[:, 32:64] == VOID).all()
    assert (middle[:, :, 48:80] == VOID).all()
    assert (middle != VOID).sum() == 2 * 64 * 96
    assert (labels == 0).all(), "what is given stays as it is"


def test_a_kernel_begins_bilinear_and_learns() -> None:
    model, _ = load_segmenter(experiment.WEIGHTS)
    assert isinstance(model, FCN)
    kernel = experiment.bilinear(8)
    assert torch.equal(kernel[5], bilinear_kernel(1, 1, 64)[0])
    before = kernel.clone()
    maps, labels = torch.randn(3, 128, 2, 3), torch.zeros(3, 64, 96, dtype=torch.int64)
    experiment.learn([kernel.requires_grad_()], model.head.score, kernel, (maps, labels), 0, 1)
    largest = (kernel - before).abs().max().item()
    assert largest == pytest.approx(experiment.RATE, rel=1e-3), "Adam's first step is the rate"


def test_the_border_draws_the_lines_where_squares_meet() -> None:
    squares: dict[object, list[float]] = {}
    for row in _rows("lines"):
        squares.setdefault(row["left out"], []).append(row["where squares meet"])
    assert {name: len(found) for name, found in squares.items()} == {
        experiment.TRAINED: 1,
        **dict.fromkeys(experiment.LEFT_OUT, len(experiment.SEEDS)),
    }
    assert max(squares["border"]) < 1.1
    assert min(squares["nothing"] + squares["middle"]) > 1.8
    again = [row for row in _rows("lines") if row["left out"] != experiment.TRAINED]
    assert min(row["where copies end"] for row in again) > 1.8, "the others stay"
    assert all(row["sums"][0] < 0.9 and row["sums"][1] > 1.5 for row in again)


def test_a_head_labels_better_if_its_kernel_learns() -> None:
    found: dict[object, list[float]] = {True: [], False: []}
    for row in _rows("heads"):
        found[row["kernel learns"]].append(row["mean_iou"])
    assert [len(values) for values in found.values()] == [len(experiment.SEEDS)] * 2
    assert min(found[True]) > max(found[False])
