"""The training loop learns what can be learned, repeatably, and says when it cannot."""

import math
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.data.transforms import Preprocessing
from course_utils.errors import TrainingError
from course_utils.models import resnet18
from course_utils.training import Epoch, TrainingConfig, evaluate, fit
from course_utils.training.loop import take_step
from course_utils.training.state import TrainingState
from small_trainings import CONFIG, TRAIN, VAL, Points, linear


def test_training_learns() -> None:
    model = linear()
    before = evaluate(model, VAL)
    history = fit(model, TRAIN, VAL, CONFIG)
    assert [epoch.number for epoch in history] == list(range(1, 9))
    assert history[-1].accuracy == 1 > before.accuracy
    assert history[-1].training_loss < history[0].training_loss
    after = evaluate(model, VAL)
    assert (after.loss, after.accuracy) == (history[-1].validation_loss, history[-1].accuracy)


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
    with pytest.raises(TrainingError, match=r"is nan before the first step: the weights to go on"):
        fit(linear(), pictures, VAL, CONFIG)
    torch.manual_seed(0)
    with pytest.raises(
        TrainingError, match=r"is nan in epoch 1, step [2-5], at a learning rate of .*: try a rate"
    ):
        fit(linear(), TRAIN, VAL, replace(CONFIG, learning_rate=1e38))


def test_a_step_without_a_number_changes_nothing() -> None:
    pictures = Points(8, 0)
    pictures.images[:] = math.inf
    model = linear()
    before = [parameter.clone() for parameter in model.parameters()]
    with pytest.raises(TrainingError):
        fit(model, pictures, VAL, CONFIG)
    assert all(map(torch.equal, before, model.parameters()))


class Steep(nn.Module):
    """The loss is a number, and its gradient has no end."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.root = linear(), nn.Parameter(torch.zeros(1))

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.body(images) + self.root.sqrt() * torch.tensor([1.0, 0.0])
        return logits


def test_a_last_step_that_goes_too_far_is_told() -> None:
    """There is no step after it whose loss would show it."""
    config = TrainingConfig(epochs=1, batch_size=64)
    with pytest.raises(TrainingError, match=r"no numbers after epoch 1, at a learning rate of up"):
        fit(Steep(), Points(8, 0), VAL, config)


def test_a_training_can_be_left_in_the_middle_of_its_schedule() -> None:
    whole = fit(linear(), TRAIN, VAL, CONFIG)
    assert fit(linear(), TRAIN, VAL, CONFIG, until=3) == whole[:3]


def test_gradients_are_clipped() -> None:
    def norm_after_a_step(clip_norm: float | None) -> float:
        model = linear()
        state = TrainingState(model, TRAIN, replace(CONFIG, clip_norm=clip_norm))
        take_step(state, 100 * TRAIN.images, torch.tensor(TRAIN.labels))
        grads = [p.grad for p in model.parameters() if p.grad is not None]
        return torch.cat([grad.flatten() for grad in grads]).norm().item()

    assert norm_after_a_step(None) > 1
    assert norm_after_a_step(0.1) == pytest.approx(0.1, rel=1e-4)


def test_mixed_precision_computes_in_bfloat16_and_keeps_the_weights() -> None:
    model = linear()
    seen: list[torch.dtype] = []
    model[2].register_forward_hook(lambda module, args, out: seen.append(out.dtype))
    config = replace(CONFIG, precision="bf16")
    history = fit(model, TRAIN, VAL, config)
    assert set(seen[:5]) == {torch.bfloat16}
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert history[-1].accuracy == 1


class Pixels(torch.utils.data.Dataset[tuple[Tensor, Tensor]]):
    """Pictures in which bright pixels are of class 1, and the first row is void."""

    def __len__(self) -> int:
        return 12

    def __getitem__(self, position: int) -> tuple[Tensor, Tensor]:
        image = torch.rand(3, 6, 5, generator=torch.Generator().manual_seed(position))
        mask = (image.mean(dim=0) > 0.5).long()
        mask[0] = 255
        return image, mask


def test_the_same_loop_labels_pixels() -> None:
    torch.manual_seed(0)
    config = TrainingConfig(epochs=30, learning_rate=0.3, batch_size=4, ignore_index=255)
    model = nn.Conv2d(3, 2, 1)
    history = fit(model, Pixels(), Pixels(), config)
    assert history[-1].mean_iou > 0.9 > history[0].mean_iou
    found = evaluate(model, Pixels(), ignore_index=255)
    assert found.confusion.total == 12 * 5 * 5  # without the void row
    assert found.mean_iou == history[-1].mean_iou


class Void(Pixels):
    """The same pictures, and nothing known of them."""

    def __getitem__(self, position: int) -> tuple[Tensor, Tensor]:
        image, mask = super().__getitem__(position)
        return image, torch.full_like(mask, 255)


def test_a_set_of_void_only_trains_and_measures_nothing() -> None:
    config = TrainingConfig(epochs=2, batch_size=4, weight_decay=0, ignore_index=255)
    model = nn.Conv2d(3, 2, 1)
    before = [parameter.clone() for parameter in model.parameters()]
    history = fit(model, Void(), Void(), config)
    assert [(e.training_loss, e.validation_loss) for e in history] == [(0, 0), (0, 0)]
    assert all(map(torch.equal, before, model.parameters()))


def test_a_batch_is_made_ready_on_the_device() -> None:
    """Bytes in the set, and normalized in the loop: the same training."""

    class Bytes(Pixels):
        def __getitem__(self, position: int) -> tuple[Tensor, Tensor]:
            image, mask = super().__getitem__(position)
            return (image * 255).round().byte(), mask.byte()

    class Ready(Bytes):
        def __getitem__(self, position: int) -> tuple[Tensor, Tensor]:
            image, mask = super().__getitem__(position)
            return image.float() * (1 / 255), mask.long()

    plain = Preprocessing(mean=(0, 0, 0), std=(1, 1, 1))
    config = TrainingConfig(epochs=3, batch_size=4, ignore_index=255)
    torch.manual_seed(0)
    one = nn.Conv2d(3, 2, 1)
    other = deepcopy(one)
    history = fit(one, Bytes(), Bytes(), config, preprocessing=plain)
    assert history == fit(other, Ready(), Ready(), config)
    found = evaluate(one, Bytes(), ignore_index=255, preprocessing=plain)
    assert found == evaluate(one, Ready(), ignore_index=255)


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
