"""ResNeXt's published networks: our counts are the published ones, and the errors are ordered."""

import pytest
from torchvision.models import get_model_weights

from course_utils.teaching.ladders import ERRORS, FIVE_RUNS, TWICE, ladder_data, network_cost
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


@pytest.mark.parametrize(
    ("network", "work", "millions"),
    [
        ((50, 1, 64), 4.1, None),  # the table says 22.6 million parameters: it has 25.6
        ((101, 1, 64), 7.8, 44.6),
        ((152, 1, 64), 11.5, 60.2),
        ((50, 32, 4), 4.2, 25.0),
        ((101, 32, 4), 8.0, 44.2),
        ((152, 32, 4), 11.7, 60.0),
    ],
    ids=str,
)
def test_the_networks_of_the_five_runs_cost_what_pycls_says(
    network: tuple[int, int, int], work: float, millions: float | None
) -> None:
    cost = network_cost(*network)
    assert cost.multiply_adds / 1e9 == pytest.approx(work, abs=0.06)
    if millions is not None:
        assert cost.parameters / 1e6 == pytest.approx(millions, abs=0.06)


def test_in_five_runs_the_groups_lower_the_error_and_take_time() -> None:
    for layers in (50, 101, 152):
        plain, grouped = FIVE_RUNS[layers, 1, 64], FIVE_RUNS[layers, 32, 4]
        assert plain.error > grouped.error
        assert plain.milliseconds < grouped.milliseconds


def test_the_figure_adds_up_what_pytorch_counts() -> None:
    data = ladder_data()
    for groups, width in ((1, 100), (4, 24), (64, 2), (2, 1)):
        cost = network_cost(50, groups, width)
        assert total(data["parameters"], groups, width) == cost.parameters
        assert total(data["multiply_adds"], groups, width) == cost.multiply_adds
