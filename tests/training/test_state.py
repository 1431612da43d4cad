"""The moving parts of a training: they go on from where they were."""

from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from course_utils.data.transforms import Preprocessing
from course_utils.training import Epoch, TrainingConfig
from course_utils.training.loop import take_step
from course_utils.training.state import TrainingState

CONFIG = TrainingConfig(epochs=4, learning_rate=0.1, batch_size=4, seed=2, patience=9)


class Bytes(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """Ten pictures of bytes; the label is the position, modulo two."""

    def __len__(self) -> int:
        return 10

    def __getitem__(self, position: int) -> tuple[Tensor, int]:
        return torch.full((3, 4, 4), 20 * position, dtype=torch.uint8), position % 2


def fresh(preprocessing: Preprocessing = Preprocessing()) -> TrainingState:  # noqa: B008
    torch.manual_seed(0)
    model = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2))
    return TrainingState(model, Bytes(), CONFIG, preprocessing)


def epoch_of(state: TrainingState) -> list[float]:
    losses = [take_step(state, images, labels) for images, labels in state.batches]
    number = len(state.history) + 1
    state.note(Epoch(number, sum(losses), 0.0, 0.1 * number, 0.0))
    return losses


def test_batches_are_normalized_as_it_is_said() -> None:
    plain = fresh(Preprocessing(mean=(0, 0, 0), std=(1, 1, 1)))
    values = torch.cat([images[:, 0, 0, 0] for images, _ in plain.batches])
    assert (255 * values).sort().values.tolist() == pytest.approx(list(range(0, 200, 20)))
    assert len(plain.batches) == 3


def test_a_state_goes_on_where_another_one_was() -> None:
    whole, first, second = fresh(), fresh(), fresh()
    losses = [epoch_of(whole) for _ in range(4)]
    found = [epoch_of(first) for _ in range(2)]
    second.load_state_dict(first.state_dict())
    found += [epoch_of(second) for _ in range(2)]
    assert found == losses
    assert second.history == whole.history
    assert second.stopping.best["number"] == 4
    assert all(map(torch.equal, whole.model.parameters(), second.model.parameters()))


def test_each_epoch_has_an_order_of_its_own() -> None:
    state = fresh()
    orders = [
        tuple(float(image.max()) for images, _ in state.batches for image in images)
        for _ in range(3)
    ]
    assert all(one != two for one, two in pairwise(orders))
    assert len({tuple(sorted(order)) for order in orders}) == 1
    same = fresh()
    assert orders[0] == tuple(float(i.max()) for images, _ in same.batches for i in images)
