"""Near the borders: by hand, and against a count of every pixel."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.data import Dataset

from course_utils.errors import TrainingError
from course_utils.training.boundary_metrics import BoundaryCounter, measure_pixels, near_border


def by_brute_force(labels: Tensor, width: int) -> Tensor:
    H, W = labels.shape
    found = torch.zeros(H, W, dtype=torch.bool)
    for row in range(H):
        for column in range(W):
            window = labels[
                max(row - width, 0) : row + width + 1, max(column - width, 0) : column + width + 1
            ]
            found[row, column] = bool((window != labels[row, column]).any())
    return found


@given(st.integers(0, 10_000), st.integers(1, 3))
def test_a_band_is_what_a_search_finds(seed: int, width: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randint(0, 3, (4, 5), generator=generator)
    labels = coarse.repeat_interleave(3, 0).repeat_interleave(4, 1)
    labels[labels == 2] = 255
    assert torch.equal(near_border(labels[None], width)[0], by_brute_force(labels, width))


def test_the_edge_of_the_picture_is_no_border() -> None:
    assert not near_border(torch.ones(1, 5, 5), 2).any()


def logits_of(answers: Tensor, num_classes: int) -> Tensor:
    return torch.nn.functional.one_hot(answers, num_classes).movedim(-1, 1).float()


def test_by_hand() -> None:
    """Five columns: the true border lies after the second one, the answer's after the third."""
    truth = torch.tensor([[[0, 0, 1, 1, 1]]])
    answer = torch.tensor([[[0, 0, 0, 1, 1]]])
    counter = BoundaryCounter(3, width=1)
    counter.add(logits_of(answer, 3), truth)
    assert counter.trimap_accuracy == 1 / 2  # of the columns 1 and 2
    assert counter.boundary_iou[0] == 0  # column 1 against column 2
    assert counter.boundary_iou[1] == 0  # column 2 against column 3
    assert math.isnan(counter.boundary_iou[2])
    wider = BoundaryCounter(3, width=2)
    wider.add(logits_of(answer, 3), truth)
    assert wider.trimap_accuracy == 3 / 4
    assert wider.boundary_iou[:2].tolist() == pytest.approx([1 / 3, 1 / 3])
    assert wider.mean_boundary_iou == pytest.approx(1 / 3)


class Pairs(Dataset[tuple[Tensor, Tensor]]):
    """Pictures of several sizes that show their own labels."""

    def __init__(self, labels: list[Tensor]) -> None:
        self.labels = labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        if index >= len(self):
            raise IndexError(index)
        return self.labels[index].float().expand(3, -1, -1), self.labels[index]


class Shifted(nn.Module):
    """Answers what is shown one column to the left; the first column answers the last."""

    def forward(self, x: Tensor) -> Tensor:
        return logits_of(x[:, 0].long().roll(1, dims=2), 3)


def test_a_network_is_measured_over_all_pictures() -> None:
    stripes = [torch.tensor([[0, 0, 0, 1, 1, 1]]), torch.tensor([[0, 0, 1, 1]])]
    confusion, found = measure_pixels(Shifted(), Pairs(stripes), width=1)
    assert confusion.counts == ((3, 2, 0), (2, 3, 0), (0, 0, 0))
    assert found.width == 1
    assert found.trimap_accuracy == 1 / 2  # the first column of the 1 is called 0, twice
    assert found.boundary_iou[:2] == (1 / 5, 0)  # column 1 of the second picture is shared
    assert found.mean_boundary_iou == pytest.approx(1 / 10)
    assert math.isnan(found.boundary_iou[2])


def test_no_pictures_are_refused() -> None:
    with pytest.raises(TrainingError, match="no pictures"):
        measure_pixels(Shifted(), Pairs([]))


def test_a_perfect_answer_is_perfect_and_void_does_not_count() -> None:
    truth = torch.zeros(2, 12, 12, dtype=torch.long)
    truth[:, 3:9, 3:9] = 255
    truth[:, 4:8, 4:8] = 1
    answer = truth.where(truth != 255, 1)
    counter = BoundaryCounter(2, width=2)
    counter.add(logits_of(answer, 2), truth)
    assert counter.trimap_accuracy == 1
    assert counter.boundary_iou.tolist() == [1, 1]


def test_batches_add_up() -> None:
    generator = torch.Generator().manual_seed(0)
    truth = torch.randint(0, 3, (6, 9, 9), generator=generator)
    logits = torch.rand(6, 3, 9, 9, generator=generator)
    whole, parts = BoundaryCounter(3, 1), BoundaryCounter(3, 1)
    whole.add(logits, truth)
    for some, of_them in zip(logits.split(2), truth.split(2), strict=True):
        parts.add(some, of_them)
    assert whole.trimap_accuracy == parts.trimap_accuracy
    assert torch.equal(whole.boundary_iou, parts.boundary_iou)


def test_a_band_needs_a_width() -> None:
    with pytest.raises(TrainingError, match="width=0: the band must be at least 1 pixel wide"):
        near_border(torch.zeros(1, 4, 4), 0)
