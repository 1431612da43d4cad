"""What a training makes small."""

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_utils.errors import TrainingError
from course_utils.models.registry import build_classifier
from course_utils.training.losses import training_loss
from small_trainings import CONFIG


def test_a_smoothed_target_is_further_from_a_sure_answer() -> None:
    logits, labels = torch.tensor([[9.0, 0.0]]), torch.tensor([0])
    smooth = training_loss(logits, labels, replace(CONFIG, label_smoothing=0.1)).item()
    plain = training_loss(logits, labels, CONFIG).item()
    assert smooth == pytest.approx(0.95 * plain + 0.05 * (9 + plain), rel=1e-5)


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


def test_a_batch_of_void_only_has_the_loss_0_and_teaches_nothing() -> None:
    config = replace(CONFIG, ignore_index=255)
    model = nn.Conv2d(3, 2, 1)
    loss = training_loss(model(torch.rand(2, 3, 4, 4)), torch.full((2, 4, 4), 255), config)
    loss.backward()
    assert loss.item() == 0
    assert all(p.grad is not None and not p.grad.any() for p in model.parameters())


LOGITS = torch.tensor([[2.0, 0.0, -1.0], [0.0, 1.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
LABELS = torch.tensor([0, 1, 255, 0])
PLAIN = replace(CONFIG, ignore_index=255)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_weighted_cross_entropy_is_pytorchs(smoothing: float) -> None:
    weights = (0.5, 4.0, 1.0)
    config = replace(PLAIN, class_weights=weights, label_smoothing=smoothing)
    expected = F.cross_entropy(
        LOGITS,
        LABELS,
        weight=torch.tensor(weights),
        ignore_index=255,
        label_smoothing=smoothing,
    )
    assert training_loss(LOGITS, LABELS, config).item() == pytest.approx(expected.item(), rel=1e-6)


def test_dice_by_hand() -> None:
    """Class 0 has two of the labels that count, class 1 one; class 2 does not occur."""
    p = LOGITS.softmax(1)[[0, 1, 3]].tolist()
    shared = [p[0][0] + p[2][0], p[1][1]]
    predicted = [p[0][0] + p[1][0] + p[2][0], p[0][1] + p[1][1] + p[2][1]]
    coefficients = [2 * shared[0] / (predicted[0] + 2), 2 * shared[1] / (predicted[1] + 1)]
    found = training_loss(LOGITS, LABELS, replace(PLAIN, loss="dice")).item()
    assert found == pytest.approx(1 - sum(coefficients) / 2, rel=1e-5)
    both = training_loss(LOGITS, LABELS, replace(PLAIN, loss="ce+dice")).item()
    assert both == pytest.approx(found + training_loss(LOGITS, LABELS, PLAIN).item(), rel=1e-6)


def test_dice_is_0_for_a_sure_right_answer_and_1_for_a_sure_wrong_one() -> None:
    labels = torch.tensor([[[0, 1], [2, 255]]])
    right = 100 * F.one_hot(labels.clamp(max=2), 3).movedim(-1, 1).float()
    config = replace(PLAIN, loss="dice")
    assert training_loss(right, labels, config).item() == pytest.approx(0, abs=1e-6)
    assert training_loss(right.roll(1, 1), labels, config).item() == pytest.approx(1, abs=1e-6)


def test_dice_counts_a_small_class_like_a_large_one() -> None:
    """Both answers miss one class whole: in the cross-entropy the large one weighs 9 times."""
    labels = torch.tensor([0] * 9 + [1])
    all_0, all_1 = (torch.tensor([[s, -s]]).expand(10, 2) for s in (9.0, -9.0))
    dice = replace(PLAIN, loss="dice")
    losses = [training_loss(logits, labels, dice).item() for logits in (all_0, all_1)]
    plain = [training_loss(logits, labels, PLAIN).item() for logits in (all_0, all_1)]
    assert plain[1] / plain[0] == pytest.approx(9, rel=1e-3)
    assert losses[1] / losses[0] < 2


@pytest.mark.parametrize("config", [{"loss": "dice"}, {"class_weights": (1.0, 0.0)}])
def test_void_and_labels_of_weight_0_teach_nothing(config: dict[str, object]) -> None:
    labels = torch.tensor([[[255, 255], [255, 255 if "loss" in config else 1]]])
    model = nn.Conv2d(3, 2, 1)
    loss = training_loss(model(torch.rand(1, 3, 2, 2)), labels, replace(PLAIN, **config))  # type: ignore[arg-type]
    loss.backward()
    assert loss.item() == 0
    assert all(p.grad is not None and not p.grad.any() for p in model.parameters())


@pytest.mark.parametrize("loss", ["dice", "ce+dice"])
def test_void_pixels_do_not_move_dice(loss: str) -> None:
    torch.manual_seed(0)
    logits, labels = torch.randn(2, 3, 4, 4), torch.randint(3, (2, 4, 4))
    labels[:, 0] = 255
    other = logits.clone()
    other[:, :, 0] = torch.randn(2, 3, 4)
    config = replace(PLAIN, loss=loss)
    assert training_loss(other, labels, config).equal(training_loss(logits, labels, config))


def test_a_number_of_weights_that_is_not_that_of_the_classes_is_refused() -> None:
    config = replace(PLAIN, class_weights=(1.0, 2.0))
    with pytest.raises(TrainingError, match="2 class weights for 3 classes"):
        training_loss(LOGITS, LABELS, config)
    with pytest.raises(TrainingError, match="are computed where a set is opened"):
        training_loss(LOGITS, LABELS, replace(PLAIN, class_weights="median"))
