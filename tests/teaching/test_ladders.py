"""ResNeXt's published networks: our counts are the published ones, and the errors are ordered."""

import pytest
from torchvision.models import get_model_weights

from course_utils.teaching.ladders import ERRORS, TWICE, ladder_data, network_cost
from course_utils.teaching.touchable.ladder import total


@pytest.mark.parametrize(
    ("rung", "millions"),
    list(zip(ERRORS, (25.557, 25.425, 25.293, 25.603, 25.029), strict=True)),
    ids=str,
)
def test_the_rungs_cost_the_same(rung: tuple[int, int], millions: float) -> None:
    cost = network_cost(50, *rung)
    assert round(cost.parameters / 1e6, 3) == millions
    assert cost.multiply_adds == pytest.approx(network_cost(50, 1, 64).multiply_adds, rel=0.05)


@pytest.mark.parametrize(
    ("name", "network"),
    [
        ("resnet50", (50, 1, 64)),
        ("resnext50_32x4d", (50, 32, 4)),
        ("wide_resnet50_2", (50, 1, 128)),
        ("resnet101", (101, 1, 64)),
        ("resnext101_64x4d", (101, 64, 4)),
    ],
)
def test_what_torchvision_has_too_costs_what_it_says(
    name: str, network: tuple[int, int, int]
) -> None:
    facts = get_model_weights(name)["IMAGENET1K_V1"].meta
    cost = network_cost(*network)
    assert cost.parameters == facts["num_params"]
    assert cost.multiply_adds / 1e9 == pytest.approx(facts["_ops"], abs=6e-4)


def test_every_rung_has_less_error_at_both_depths() -> None:
    for errors in zip(*ERRORS.values(), strict=True):
        assert list(errors) == sorted(set(errors), reverse=True)


def test_twice_the_cost_is_twice_the_work_of_resnet_101() -> None:
    once = network_cost(101, 1, 64).multiply_adds
    for network in TWICE:
        assert network_cost(*network).multiply_adds == pytest.approx(2 * once, rel=0.05)
    assert list(TWICE.values()) == sorted(TWICE.values(), reverse=True)


def test_the_figure_adds_up_what_pytorch_counts() -> None:
    data = ladder_data()
    for groups, width in ((1, 100), (4, 24), (64, 2), (2, 1)):
        cost = network_cost(50, groups, width)
        assert total(data["parameters"], groups, width) == cost.parameters
        assert total(data["multiply_adds"], groups, width) == cost.multiply_adds
