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
