"""A copy of any network, and which layers do nothing but what their type says."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, weight_norm

from course_utils.copies import copy_of, is_exactly


class Recorder:
    """A user's object whose method is a hook."""

    def __init__(self) -> None:
        self.seen: list[Tensor] = []

    def hook(self, layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        self.seen.append(output.detach())


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
def test_a_layer_with_a_computed_weight_is_copied() -> None:
    layer = weight_norm(nn.Linear(3, 2))
    x = torch.randn(4, 3)
    expected = layer(x)  # the weight now remembers how it was computed
    copy = copy_of(layer)
    assert torch.equal(copy(x), expected)
    layer.weight_g.data.mul_(2)
    assert torch.equal(copy(x), expected)
    assert not torch.equal(layer(x), expected)


def test_a_hook_of_a_copy_is_that_of_the_user() -> None:
    recorder, model = Recorder(), nn.Sequential(nn.Linear(3, 2), nn.ReLU())
    model[0].register_forward_hook(recorder.hook)
    copy = copy_of(model)
    assert copy[0].weight is not model[0].weight
    copy(torch.randn(1, 3))
    assert len(recorder.seen) == 1


class Scaled(nn.Linear):
    """A subclass."""


def test_only_a_layer_that_nothing_was_done_to_is_exactly_its_type() -> None:
    assert is_exactly(nn.Linear(2, 2), nn.Conv2d, nn.Linear)
    assert not is_exactly(nn.Linear(2, 2), nn.Conv2d)
    assert not is_exactly(Scaled(2, 2), nn.Linear)
    assert not is_exactly(parametrizations.weight_norm(nn.Linear(2, 2)), nn.Linear)
    before, behind, patched = (nn.Linear(2, 2) for _ in range(3))
    before.register_forward_pre_hook(lambda layer, inputs: None)
    behind.register_forward_hook(lambda layer, inputs, output: None)
    patched.forward = torch.relu  # type: ignore[method-assign, assignment]
    assert not any(is_exactly(layer, nn.Linear) for layer in (before, behind, patched))
