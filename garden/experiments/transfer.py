"""Ways of training a network for ants and bees: from scratch, and on a body that is there already.

A body is the ``state_dict`` of a network without its head; ``None`` stands for random weights.
"""

import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.data.transforms import batch_transform
from course_utils.models.resnet import resnet18
from course_utils.runtime import seed_everything
from course_utils.teaching.measurements import Row
from course_utils.training.config import TrainingConfig
from course_utils.training.history import Epoch
from course_utils.training.loop import evaluate, fit
from course_utils.training.state import LabeledSet
from garden.experiments.insect_tensors import SMALL, Labeled, stacked

Body = Mapping[str, Tensor] | None

STEM_WIDTH = 16
HEAD_RATE, HEAD_STEPS = 1e-2, 300
BODY_RATE = 5e-4
NORMALIZE = batch_transform(SMALL)


@dataclass(frozen=True)
class Insects:
    """What every way trains and is measured on.

    Attributes:
        changing: The training pictures, cut and changed anew each time.
        known: The same, always cut alike.
        validation: Looked at after each epoch.
        test: Looked at in the end.
    """

    changing: LabeledSet
    known: Labeled
    validation: Labeled
    test: Labeled


def network(seed: int, body: Body = None, classes: int = 2) -> nn.Module:
    """A slim ResNet-18 with a fresh head, on this body or on a random one."""
    seed_everything(seed)
    model = resnet18(classes, stem_width=STEM_WIDTH)
    if body is not None:
        missing = model.load_state_dict(dict(body), strict=False).missing_keys
        assert missing == ["fc.weight", "fc.bias"]
    return model


def body_of(model: nn.Module) -> dict[str, Tensor]:
    """Its weights and statistics without the head."""
    state = model.state_dict()
    return {name: t.clone() for name, t in state.items() if not name.startswith("fc.")}


def pretrain(
    pictures: LabeledSet, validation: LabeledSet, seed: int, epochs: int
) -> tuple[dict[str, Tensor], Row]:
    """A body that has learned to tell flowers, and what it took."""
    model = network(seed, classes=5)
    start = time.process_time()
    history = fit(model, pictures, validation, TrainingConfig(epochs=epochs, seed=seed))
    seconds = round(time.process_time() - start, 1)
    accuracy = round(history[-1].accuracy, 4)
    return body_of(model), {"seed": seed, "accuracy": accuracy, "seconds": seconds}


def train_everything(
    insects: Insects, seed: int, epochs: int, body: Body = None, body_rate: float | None = None
) -> Row:
    """From scratch, or on a body; ``body_rate`` is that of the body, if it is not the head's."""
    config = TrainingConfig(epochs=epochs, body_learning_rate=body_rate, seed=seed)
    return _fitted(network(seed, body), insects, config)


def train_cached_head(insects: Insects, seed: int, body: Body, measure_norms: bool = False) -> Row:
    """Only the head learns, on features that the body computes once."""
    start = time.process_time()
    model = network(seed, body)
    if measure_norms:
        _measure_norms(model, insects.known)
    rows, labels = _features(model, insects.known)
    _train_on_features(model.get_submodule("fc"), rows, labels)
    seconds = round(time.process_time() - start, 2)
    found = (_accuracy(model, part) for part in (insects.validation, insects.test))
    validation, test = (round(share, 4) for share in found)
    return {"seed": seed, "validation": [validation], "test": test, "seconds": seconds}


def _train_on_features(head: nn.Module, rows: Tensor, labels: Tensor) -> None:
    """All of them in each step."""
    optimizer = torch.optim.AdamW(head.parameters(), lr=HEAD_RATE)
    for _ in range(HEAD_STEPS):
        loss = F.cross_entropy(head(rows), labels)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()


def _fitted(model: nn.Module, insects: Insects, config: TrainingConfig) -> Row:
    """Train, and measure the last network and the one that was best on the validation pictures."""
    model.to(memory_format=torch.channels_last)  # a third quicker
    best, weights = 0.0, model.state_dict()

    def keep_best(epoch: Epoch) -> None:
        nonlocal best, weights
        if epoch.accuracy > best:
            best, weights = epoch.accuracy, deepcopy(model.state_dict())

    start = time.process_time()
    sets = insects.changing, insects.validation
    history = fit(model, *sets, config, on_epoch=keep_best)  # type: ignore[arg-type]
    seconds = round(time.process_time() - start, 1)
    test = _accuracy(model, insects.test)
    model.load_state_dict(weights)
    return {
        "seed": config.seed,
        "epochs": config.epochs,
        "loss": [round(epoch.training_loss, 4) for epoch in history],
        "validation": [round(epoch.accuracy, 4) for epoch in history],
        "test": round(test, 4),
        "test_of_best": round(_accuracy(model, insects.test), 4),
        "seconds": seconds,
    }


def _accuracy(model: nn.Module, pictures: Labeled) -> float:
    return evaluate(model, pictures).accuracy  # type: ignore[arg-type]


@torch.no_grad()
def _features(model: nn.Module, pictures: Labeled) -> tuple[Tensor, Tensor]:
    """What the body makes of each picture, ``(N, 128)``, and the labels ``(N,)``."""
    images, labels = stacked(pictures, NORMALIZE)
    body = nn.Sequential(*list(model.eval().children())[:-1])
    parts = torch.split(images, 64)
    return torch.cat([body(part).flatten(1) for part in parts]), labels


@torch.no_grad()
def _measure_norms(model: nn.Module, pictures: Labeled) -> None:
    """Let the batch norms of a random body see the training pictures, all at once."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0
    model.train()
    model(stacked(pictures, NORMALIZE)[0])
