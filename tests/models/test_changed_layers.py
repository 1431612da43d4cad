"""A layer that PyTorch stores in another form is known by the names of its tensors."""

from collections.abc import Callable

import pytest
from torch import nn
from torch.nn.utils import parametrizations, prune, spectral_norm, weight_norm

from course_utils.models.changed_layers import about_changed_layers


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda layer: prune.random_unstructured(layer, "weight", 0.5), "a pruned network"),
        (parametrizations.weight_norm, "a network with weight norm"),
        (weight_norm, "a network with weight norm"),
        (parametrizations.spectral_norm, "a network with a parametrization, such as spectral"),
        (spectral_norm, "a network with spectral norm"),
    ],
)
def test_it_is_named(change: Callable[[nn.Module], object], what: str) -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    assert about_changed_layers(model.state_dict()) == ""
    change(model[1])
    text = about_changed_layers(model.state_dict())
    assert text.startswith(f"is of {what}")
    assert "(1." in text


def test_a_quantized_layer_is_named() -> None:
    """Its weight is packed, and is no tensor of the state."""
    text = about_changed_layers(["0.weight", "fc.scale", "fc.zero_point"])
    assert text.startswith("is of a quantized network (fc.scale): give the weights as they were")
    assert about_changed_layers(["fc.weight", "fc.scale", "fc.zero_point"]) == ""
