"""Checks of the exercises on training and transfer."""

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.teaching.exercises.checks import exercise, require_equal


@exercise("cross-entropy")
def cross_entropy(answer: Callable[[Tensor, Tensor], float]) -> None:
    """Logits ``(N, K)`` and labels ``(N,)`` → mean cross-entropy."""
    for rows, labels in (
        ([[0.0, 0.0]], [1]),
        ([[2.0, 0.0, -1.0], [0.0, 1.0, 3.0]], [0, 1]),
        ([[1000.0, 0.0], [0.0, 1000.0], [0.0, 2.0]], [0, 1, 0]),
        ([[1000.0, 0.0]], [1]),
    ):
        logits, targets = torch.tensor(rows), torch.tensor(labels)
        found = answer(logits, targets)
        found = None if found is None else round(float(found), 4)
        expected = round(F.cross_entropy(logits, targets).item(), 4)
        require_equal(f"cross_entropy({rows}, {labels})", found, expected)


StepAnswer = Callable[[nn.Module, torch.optim.Optimizer, Tensor, Tensor], float]


@exercise("training step")
def training_step(answer: StepAnswer) -> None:
    """Forward, loss, zero_grad, backward, step; return the loss."""
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(6, 4, generator=generator)
    labels = torch.tensor([0, 1, 2, 0, 1, 2])
    torch.manual_seed(0)
    theirs = nn.Linear(4, 3)
    ours = copy.deepcopy(theirs)
    optimizers = [torch.optim.SGD(model.parameters(), lr=0.5) for model in (theirs, ours)]
    for number in range(1, 4):
        loss = F.cross_entropy(ours(images), labels)
        optimizers[1].zero_grad()
        torch.autograd.backward(loss)
        optimizers[1].step()
        found = answer(theirs, optimizers[0], images, labels)
        found = None if found is None else round(float(found), 5)
        require_equal(f"take_step, step {number},", found, round(loss.item(), 5))
        same = torch.allclose(theirs.weight, ours.weight, atol=1e-5)
        assert same, f"after step {number} the weights are not what they should be"


@exercise("freeze")
def freeze(answer: Callable[[nn.Module], object]) -> None:
    """Only ``model.fc`` may change in train mode."""
    torch.manual_seed(0)
    model = nn.Sequential()
    model.add_module("conv", nn.Conv2d(3, 4, 3))
    model.add_module("norm", nn.BatchNorm2d(4))
    model.add_module("flatten", nn.Flatten())
    model.add_module("fc", nn.Linear(64, 2))
    before = copy.deepcopy(model.state_dict())
    images = torch.rand(8, 3, 6, 6)
    with torch.no_grad():
        body = model.eval()[:3](images)
    answer(model.train())
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    assert trainable, "no parameter can learn, not even the head's"
    assert len(trainable) < len(list(model.parameters())), "every parameter can learn"
    optimizer = torch.optim.SGD(trainable, lr=0.1)
    with torch.no_grad():
        unchanged = torch.allclose(model[:3](images), body, atol=1e-6)
    assert unchanged, "the body gives other numbers than in eval mode: look at the batch norm"
    loss = F.cross_entropy(model(images), torch.arange(8) % 2)
    torch.autograd.backward(loss)
    optimizer.step()
    for name, tensor in model.state_dict().items():
        changed = not torch.equal(tensor, before[name])
        should = name.startswith("fc.")
        assert changed == should, f"{name} {'stays as it was' if should else 'has changed'}"


@exercise("confusion matrix")
def confusion_matrix(answer: Callable[[list[int], list[int], int], list[list[int]]]) -> None:
    """Counts by true class (row) and predicted class (column)."""
    for true, predicted, classes, expected in (
        ([0, 0, 1], [0, 1, 1], 2, [[1, 1], [0, 1]]),
        ([2, 0, 2, 2], [0, 0, 2, 1], 3, [[1, 0, 0], [0, 0, 0], [1, 1, 1]]),
        ([], [], 2, [[0, 0], [0, 0]]),
    ):
        found = answer(true, predicted, classes)
        rows = None if found is None else [[int(count) for count in row] for row in found]
        require_equal(f"confusion_matrix({true}, {predicted}, {classes})", rows, expected)


@exercise("majority class")
def majority_class(answer: Callable[[list[str], list[str]], float]) -> None:
    """Most frequent training label, measured on the validation labels."""
    for training, validation, expected in (
        (["a", "b", "b"], ["a", "b", "a", "a"], 0.25),
        (["a", "a", "b"], ["a", "b", "a", "a"], 0.75),
        (["c", "c", "a"], ["a", "b"], 0.0),
    ):
        found = answer(training, validation)
        found = None if found is None else round(float(found), 6)
        require_equal(f"majority_accuracy({training}, {validation})", found, expected)
