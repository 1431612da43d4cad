"""What has changed in a network since a moment; how it shows in predictions: test_preparation."""

from collections.abc import Callable

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
