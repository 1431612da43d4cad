"""A network that has changed is prepared again, however it was changed."""

from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import nn

from course_utils.inference import PreparedNetwork
from course_utils.models import to_fully_convolutional
from dense_networks import difference, slim_network


def test_the_network_is_prepared_again_when_its_weights_change() -> None:
    model = slim_network()
    network, images = PreparedNetwork(model, size=64), torch.randn(1, 3, 64, 64)
    first = network.current()
    assert network.current() is first
    with torch.no_grad():
        model.fc.bias += 1  # type: ignore[union-attr, operator]
    assert network.current() is not first
    assert torch.allclose(network(images), model(images), atol=1e-5)
    other = slim_network()
    torch.manual_seed(5)
    nn.init.normal_(other.fc.weight)  # type: ignore[union-attr, arg-type]
    model.load_state_dict(other.state_dict())
    assert torch.allclose(network(images), other(images), atol=1e-5)


def test_a_converted_network_is_converted_again_when_its_weights_change() -> None:
    model = slim_network()
    network = PreparedNetwork(
        model, size=96, converted=partial(to_fully_convolutional, native_size=96)
    )
    image = torch.randn(1, 3, 96, 130)
    assert network(image).shape == (1, 5, 1, 3)
    nn.init.constant_(model.fc.bias, 100)  # type: ignore[union-attr, arg-type]
    assert float(network(image).min()) > 50
    assert network.current() is network.current()


def through_data(model: nn.Module) -> None:
    for parameter in model.parameters():
        parameter.data.mul_(0.5)


def from_a_vector(model: nn.Module) -> None:
    numbers = nn.utils.parameters_to_vector(model.parameters())
    nn.utils.vector_to_parameters(numbers.detach() * 0.5, model.parameters())


def by_another_activation(model: nn.Module) -> None:
    model.relu = nn.Tanh()


def by_a_setting(model: nn.Module) -> None:
    model.maxpool.stride = 1  # type: ignore[union-attr, assignment]


def by_a_hook(model: nn.Module) -> None:
    model.layer1.register_forward_hook(lambda layer, inputs, output: -output)  # type: ignore[union-attr]


def by_a_method(model: nn.Module) -> None:
    model.avgpool.forward = lambda x: x.amax((2, 3), keepdim=True)  # type: ignore[union-attr, method-assign]


def in_a_statistic(model: nn.Module) -> None:
    model.bn1.running_mean.data += 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changed",
    [
        through_data,
        from_a_vector,
        by_another_activation,
        by_a_setting,
        by_a_hook,
        by_a_method,
        in_a_statistic,
    ],
)
def test_no_change_goes_unseen(changed: Callable[[nn.Module], None]) -> None:
    model, images = slim_network(), torch.randn(2, 3, 64, 64)
    network = PreparedNetwork(model, size=64)
    before = network(images)
    changed(model)
    with torch.no_grad():
        expected = model(images)
    assert difference(before, expected) > 1e-2
    assert difference(network(images), expected) < 1e-4
