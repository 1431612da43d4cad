"""The training loop learns what can be learned, repeatably, and says when it cannot."""

import math
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.data.transforms import Preprocessing
from course_utils.errors import TrainingError
from course_utils.models import resnet18
from course_utils.models.registry import build_classifier
from course_utils.training import Checkpointing, Epoch, TrainingConfig, evaluate, fit
from course_utils.training.loop import take_step
from course_utils.training.losses import training_loss
from course_utils.training.state import TrainingState


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


def test_a_training_can_be_left_in_the_middle_of_its_schedule() -> None:
    whole = fit(linear(), TRAIN, VAL, CONFIG)
    assert fit(linear(), TRAIN, VAL, CONFIG, until=3) == whole[:3]


def test_early_stopping_goes_back_to_the_best_epoch() -> None:
    """At this rate the loss soon jumps about: the last epoch is not the best."""
    config = replace(CONFIG, epochs=40, learning_rate=30, patience=4, monitor="validation_loss")
    model = linear()
    history = fit(model, TRAIN, VAL, config)
    losses = [epoch.validation_loss for epoch in history]
    best = losses.index(min(losses))
    assert len(history) == best + 1 + 4 < 40
    assert evaluate(model, VAL).loss == losses[best] < losses[-1]


@pytest.mark.parametrize("monitor", ["accuracy", "mean_iou"])
def test_early_stopping_watches_what_it_is_told_to(monitor: str) -> None:
    config = replace(CONFIG, epochs=20, patience=3, monitor=monitor)
    history = fit(linear(), TRAIN, VAL, config)
    values = [getattr(epoch, monitor) for epoch in history]
    assert len(history) == values.index(max(values)) + 1 + 3


def test_an_early_stop_is_not_undone_by_resuming(tmp_path: Path) -> None:
    config = replace(CONFIG, epochs=40, learning_rate=30, patience=4, monitor="validation_loss")
    whole, halves = linear(), linear()
    history = fit(whole, TRAIN, VAL, config)
    for until in (5, None, None):  # the last time, nothing is left to do
        resume = (tmp_path / "c.pt").exists()
        keeping = Checkpointing(tmp_path / "c.pt", resume=resume)
        again = fit(halves, TRAIN, VAL, config, checkpointing=keeping, until=until)
    assert again == history
    assert all(map(torch.equal, whole.parameters(), halves.parameters()))


def test_a_smoothed_target_is_further_from_a_sure_answer() -> None:
    logits, labels = torch.tensor([[9.0, 0.0]]), torch.tensor([0])
    smooth = training_loss(logits, labels, replace(CONFIG, label_smoothing=0.1)).item()
    plain = training_loss(logits, labels, CONFIG).item()
    assert smooth == pytest.approx(0.95 * plain + 0.05 * (9 + plain), rel=1e-5)


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
    config = replace(CONFIG, mixed_precision=True)
    history = fit(model, TRAIN, VAL, config)
    assert set(seen[:5]) == {torch.bfloat16}
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert history[-1].accuracy == 1


def test_the_warm_up_can_be_shorter() -> None:
    rates = []
    for warmup in (0.1, 0.8):
        state = TrainingState(linear(), TRAIN, replace(CONFIG, warmup=warmup))
        steps = CONFIG.epochs * len(state.batches)
        curve = []
        for _ in range(steps):
            curve.append(state.schedule.get_last_lr()[0])
            state.optimizer.step()
            state.schedule.step() if len(curve) < steps else None
        rates.append(curve.index(max(curve)) / steps)
    assert rates == pytest.approx([0.1, 0.8], abs=0.05)


def test_head_and_body_have_a_rate_each() -> None:
    model = resnet18(2, stem_width=4)
    config = replace(CONFIG, learning_rate=0.01, body_learning_rate=0.001)
    state = TrainingState(model, TRAIN, config)
    head, body = state.optimizer.param_groups
    assert (head["max_lr"], body["max_lr"]) == (0.01, 0.001)
    assert sum(p.numel() for p in head["params"]) == 2 * 32 + 2


@pytest.mark.parametrize(("name", "side"), [("googlenet", 64), ("inception_v3", 299)])
def test_auxiliary_classifiers_count_a_little(name: str, side: int) -> None:
    torch.manual_seed(0)
    model = build_classifier(name, 2).train()
    images, labels = torch.rand(2, 3, side, side), torch.tensor([0, 1])
    output = model(images)
    losses = [F.cross_entropy(logits, labels).item() for logits in output]
    expected = losses[0] + 0.3 * sum(losses[1:])
    assert len(losses) > 1
    assert training_loss(output, labels, CONFIG).item() == pytest.approx(expected, rel=1e-5)


def test_a_network_that_gives_no_logits_is_refused() -> None:
    with pytest.raises(TrainingError, match="gives dict, not logits"):
        training_loss({"out": torch.zeros(1, 2)}, torch.tensor([0]), CONFIG)


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


def test_a_batch_of_void_only_has_the_loss_0_and_teaches_nothing() -> None:
    config = replace(CONFIG, ignore_index=255)
    model = nn.Conv2d(3, 2, 1)
    loss = training_loss(model(torch.rand(2, 3, 4, 4)), torch.full((2, 4, 4), 255), config)
    loss.backward()
    assert loss.item() == 0
    assert all(p.grad is not None and not p.grad.any() for p in model.parameters())


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


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ({"epochs": 0}, "epochs=0: must be at least 1"),
        ({"evaluation_batch_size": 0}, "evaluation_batch_size=0: must be at least 1"),
        ({"batch_size": -1}, "batch_size=-1: must be at least 1"),
        ({"learning_rate": 0.0}, r"learning_rate=0\.0: must be above 0"),
        ({"body_learning_rate": math.inf}, "body_learning_rate=inf"),
        ({"warmup": 1.5}, r"warmup=1\.5: must lie between 0 and 1"),
        ({"label_smoothing": -0.1}, r"label_smoothing=-0\.1: must lie"),
        ({"clip_norm": 0.0}, r"clip_norm=0\.0: must be above 0"),
        ({"patience": 0}, "patience=0: must be at least 1"),
        ({"monitor": "loss"}, "choose one of validation_loss, accuracy, mean_iou"),
    ],
)
def test_a_setting_out_of_range_is_refused(setting: dict[str, Any], problem: str) -> None:
    with pytest.raises(TrainingError, match=problem):
        TrainingConfig(**setting)
