"""The families of networks, some of which cost much to build."""

from collections.abc import Iterable

import pytest
import torchvision

from course_utils.models.registry import BUILDERS

DEAR = {"vgg11", "inception_v3", "densenet121", "maxvit_t", "vit_b_16", "swin_t", "convnext_tiny"}
"""Those that take seconds: VGG draws and multiplies 130 million numbers, the others are deep."""


def dear_ones_slow(names: Iterable[str]) -> list[object]:
    """The names, of which the dear ones are marked ``slow``."""
    return [pytest.param(n, marks=pytest.mark.slow) if n in DEAR else n for n in names]


def one_of_each_module() -> list[str]:
    """This package's networks, and of each module of torchvision the one that is smallest."""
    return sorted({*BUILDERS, *one_of_each_module_of_torchvision()})


def one_of_each_module_of_torchvision() -> list[str]:
    """Of each module the network that is smallest: a member of every family."""
    names = torchvision.models.list_models(module=torchvision.models)
    sizes = {n: torchvision.models.get_model_weights(n).DEFAULT.meta["num_params"] for n in names}
    smallest = {
        torchvision.models.get_model_builder(name).__module__: name
        for name in sorted(names, key=lambda name: -sizes[name])
    }
    return sorted(smallest.values())
