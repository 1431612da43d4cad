"""What has changed in a network since a moment; how it shows in predictions: test_preparation."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.inference.snapshots import Snapshot


class WithMore(nn.Module):
    """Holds a tensor, a list and an object beside its layers."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU())
        self.loose = torch.ones(3)
        self.sizes = [1, (2, 3)]
        self.options = {"how": "so"}
        self.tool: object = print
        self.parts = [torch.ones(2), {"t": torch.zeros(2)}]
        self.table = np.zeros(3)
        self.config = SimpleNamespace(rate=1, inner=SimpleNamespace(weights=[torch.ones(1)]))


def network() -> WithMore:
    return WithMore()


CHANGES: dict[str, Callable[[WithMore], object]] = {
    "a number through data": lambda m: m.layers[0].weight.data.mul_(2),
    "a statistic": lambda m: m.layers[1].running_var.data.add_(1),
    "a loose tensor": lambda m: m.loose.data.add_(1),
    "a type": lambda m: m.double(),
    "a layer": lambda m: m.layers.__setitem__(2, nn.Tanh()),
    "a further layer": lambda m: m.layers.append(nn.Identity()),
    "a name": lambda m: m.layers.add_module("other", m.layers[2]),
    "a setting": lambda m: setattr(m.layers[1], "eps", 0.1),
    "within a list": lambda m: m.sizes.append(4),
    "within a dictionary": lambda m: m.options.update(how="thus"),
    "a tensor in a list": lambda m: m.parts[0].data.add_(1),
    "another tensor in a list": lambda m: m.parts.__setitem__(0, torch.zeros(2)),
    "a tensor in a dictionary in a list": lambda m: m.parts[1]["t"].data.add_(1),
    "an array": lambda m: m.table.__setitem__(0, 5),
    "within an object": lambda m: setattr(m.config, "rate", 2),
    "deep within an object": lambda m: m.config.inner.weights[0].data.add_(1),
    "an object": lambda m: setattr(m, "tool", len),
    "a hook": lambda m: m.layers[2].register_forward_hook(print),
    "a method": lambda m: setattr(m.layers[2], "forward", torch.tanh),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen(change: str) -> None:
    model = network()
    before = Snapshot(model)
    assert not before.differs(model)
    CHANGES[change](model)
    assert before.differs(model)
    assert not Snapshot(model).differs(model)


def test_what_is_no_change_is_none() -> None:
    model = network()
    before = Snapshot(model)
    model.train().eval().requires_grad_(False)
    model.layers(torch.zeros(1, 1, 5, 5))
    model.load_state_dict(model.state_dict())
    assert not before.differs(model)


def test_objects_that_hold_each_other_are_compared_as_well() -> None:
    model = network()
    model.config.me = model
    model.config.itself = model.config
    before = Snapshot(model)
    assert not before.differs(model)
    model.config.rate = 3
    assert before.differs(model)
