"""The training loop learns what can be learnt, repeatably, and says when it cannot."""

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.errors import TrainingError
from course_utils.models import resnet18
from course_utils.training import Epoch, TrainingConfig, evaluate, fit


class Points(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """ "Pictures" of noise; class 1 is brighter."""

    def __init__(self, count: int, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        self.labels = [number % 2 for number in range(count)]
        self.images = torch.rand(count, 3, 8, 8, generator=generator)
        self.images += torch.tensor(self.labels)[:, None, None, None]
        self.seen: list[int] = []

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, position: int) -> tuple[Tensor, int]:
        self.seen.append(position)
        return self.images[position], self.labels[position]


TRAIN, VAL = Points(33, 0), Points(20, 1)
CONFIG = TrainingConfig(epochs=8, learning_rate=0.5, batch_size=8, seed=3)


def linear() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2))


def test_training_learns() -> None:
    model = linear()
    before = evaluate(model, VAL)
    history = fit(model, TRAIN, VAL, CONFIG)
    assert [epoch.number for epoch in history] == list(range(1, 9))
    assert history[-1].validation.accuracy == 1 > before.accuracy
    assert history[-1].training_loss < history[0].training_loss
    assert evaluate(model, VAL) == history[-1].validation


def test_the_same_seed_trains_the_same_and_another_does_not() -> None:
    one, two = linear(), linear()
    assert fit(one, TRAIN, VAL, CONFIG) == fit(two, TRAIN, VAL, CONFIG)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    other = TrainingConfig(epochs=8, learning_rate=0.5, batch_size=8, seed=4)
    assert fit(linear(), TRAIN, VAL, other) != fit(linear(), TRAIN, VAL, CONFIG)


def test_every_picture_is_seen_once_an_epoch_in_a_new_order() -> None:
    pictures = Points(33, 0)
    fit(linear(), pictures, VAL, TrainingConfig(epochs=2, batch_size=8))
    first, second = pictures.seen[:33], pictures.seen[33:]
    assert sorted(first) == sorted(second) == list(range(33))
    assert first != second != list(range(33))


def test_epochs_are_reported_as_they_end() -> None:
    reported: list[Epoch] = []
    history = fit(linear(), TRAIN, VAL, TrainingConfig(epochs=3), on_epoch=reported.append)
    assert reported == history


@pytest.mark.parametrize(("epochs", "count"), [(1, 1), (1, 9), (2, 3), (3, 8)])
def test_the_smallest_trainings_work(epochs: int, count: int) -> None:
    config = TrainingConfig(epochs=epochs, batch_size=8)
    history = fit(linear(), Points(count, 0), VAL, config)
    assert len(history) == epochs
    assert math.isfinite(history[-1].training_loss)


def test_a_loss_that_is_no_number_is_an_error() -> None:
    pictures = Points(8, 0)
    pictures.images[0] = math.inf
    with pytest.raises(
        TrainingError, match=r"in epoch 1, step 1, at a learning rate of 0\.02: try"
    ):
        fit(linear(), pictures, VAL, CONFIG)


def test_a_step_without_a_number_changes_nothing() -> None:
    pictures = Points(8, 0)
    pictures.images[:] = math.inf
    model = linear()
    before = [parameter.clone() for parameter in model.parameters()]
    with pytest.raises(TrainingError):
        fit(model, pictures, VAL, CONFIG)
    assert all(map(torch.equal, before, model.parameters()))


def test_too_little_memory_says_which_batch_size_to_try() -> None:
    class Greedy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(1))

        def forward(self, images: Tensor) -> Tensor:
            raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(TrainingError, match="batches of 8: try a batch size of 4"):
        fit(Greedy(), TRAIN, VAL, CONFIG)


def test_the_training_loss_is_the_mean_over_pictures() -> None:
    """33 pictures in batches of 8: the last one alone counts as one picture, not as a batch."""
    model = linear()
    with torch.inference_mode():
        expected = F.cross_entropy(model(TRAIN.images), torch.tensor(TRAIN.labels)).item()
    still = TrainingConfig(epochs=1, learning_rate=1e-12, weight_decay=0, batch_size=8)
    assert fit(model, TRAIN, VAL, still)[0].training_loss == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_an_evaluation_is_the_mean_over_pictures(batch_size: int) -> None:
    model = linear()
    with torch.inference_mode():
        logits, labels = model(VAL.images), torch.tensor(VAL.labels)
    result = evaluate(model, VAL, batch_size=batch_size)
    assert result.loss == pytest.approx(F.cross_entropy(logits, labels).item(), rel=1e-5)
    assert result.accuracy == (logits.argmax(dim=1) == labels).float().mean().item()


def test_an_evaluation_changes_no_statistics() -> None:
    model = resnet18(2, stem_width=4).train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    evaluate(model, VAL)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_the_rate_rises_and_falls_to_almost_nothing() -> None:
    """After a one-cycle training the last steps hardly move the weights."""
    weights: list[Tensor] = []
    model = linear()
    config = TrainingConfig(epochs=12, learning_rate=0.01, batch_size=8)
    fit(model, TRAIN, VAL, config, on_epoch=lambda _: weights.append(model[2].weight.clone()))
    moves = [(after - before).abs().sum().item() for before, after in pairwise(weights)]
    assert max(moves) in moves[:7]
    assert moves[-1] < max(moves) / 10
