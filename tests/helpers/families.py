"""The classic families of networks, some of which cost much to build."""

from collections.abc import Iterable

import pytest
import torchvision

from course_utils.models.registry import BUILDERS


def vgg_is_slow(names: Iterable[str]) -> list[object]:
    """The names, with VGG's marked: of its 130 million numbers each is drawn and multiplied."""
    slow = pytest.mark.slow
    return [pytest.param(n, marks=slow) if n.startswith("vgg") else n for n in names]


def one_of_each_module() -> list[str]:
    """This package's networks, and of each module of torchvision the one that is smallest."""
    names = torchvision.models.list_models(module=torchvision.models)
    sizes = {n: torchvision.models.get_model_weights(n).DEFAULT.meta["num_params"] for n in names}
    smallest = {
        torchvision.models.get_model_builder(name).__module__: name
        for name in sorted(names, key=lambda name: -sizes[name])
    }
    return sorted({*BUILDERS, *smallest.values()})
