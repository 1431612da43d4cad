"""Gradients of fresh networks: their length, their direction, and what was written down of them."""

import pytest
import torch
from torch import nn

from course_utils.teaching.measurements import read_measurement
from course_utils.teaching.records import read_records
from garden.experiments import why_depth_is_hard
from garden.experiments.gradients import (
    STEP,
    Case,
    direction,
    lengths,
    main_path,
    mirror,
    moved,
    network,
    some_pictures,
)

SMALL = torch.rand(4, 3, 33, 33, generator=torch.Generator().manual_seed(0))
LABELS = torch.tensor([0, 1, 2, 3])


@pytest.mark.parametrize("kind", ["plain", "residual", "mirrored"])
@pytest.mark.parametrize("depth", [10, 18])
def test_a_network_has_as_many_layers_as_it_says(kind: str, depth: int) -> None:
    assert len(main_path(network(Case(kind, depth), seed=0))) == depth - 1


def test_the_network_is_the_one_that_is_trained() -> None:
    run = why_depth_is_hard.ClassifierRun("flowers", "plain18", stem_width=16)
    trained = run.open(why_depth_is_hard.TrainingConfig(seed=3)).model.state_dict()
    fresh = network(Case("plain", 18), seed=3).state_dict()
    assert list(fresh) == list(trained)
    assert all(torch.equal(fresh[name], trained[name]) for name in fresh)


def test_looking_changes_nothing() -> None:
    model = network(Case("residual", 10), seed=0)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    found = lengths(model, SMALL, LABELS)
    assert found == lengths(model, SMALL, LABELS)
    assert len(found["gradients"]) == 9 and min(found["gradients"]) > 0
    assert -1 <= direction(model, SMALL, LABELS) <= 1
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_pictures_that_do_not_change_have_the_same_gradient() -> None:
    model = network(Case("plain", 10), seed=0)
    assert direction(model, SMALL, LABELS, share=0.0) == pytest.approx(1, abs=1e-3)


def test_a_mirrored_chain_is_linear() -> None:
    torch.manual_seed(0)
    layers = [nn.Conv2d(a, 8, 3, padding=1, bias=False) for a in (3, 8, 8)]
    chain = nn.Sequential(*[part for layer in layers for part in (layer, nn.ReLU())][:-1])
    x, y = SMALL[:2, :, :9, :9], SMALL[2:, :, :9, :9]
    with torch.no_grad():
        assert not torch.allclose(chain(x - y), chain(x) - chain(y), atol=1e-4)
        mirror(chain)
        assert torch.allclose(chain(x - y), chain(x) - chain(y), atol=1e-5)


def test_full_windows_keep_the_size_and_zeros_do_not() -> None:
    sizes = {
        padding: lengths(network(Case("plain", 34, "none", padding), 0), SMALL, LABELS)["output"]
        for padding in ("zeros", "circular")
    }
    assert sizes["zeros"] < sizes["circular"] / 3


@pytest.mark.parametrize(
    ("case", "side"), [(Case("plain", 10), 96), (Case("residual", 18, "none", "circular"), 96)]
)
def test_the_start_can_be_measured_again(case: Case, side: int) -> None:
    rows = read_measurement("why_depth_is_hard", "at the start").rows
    wanted = {**vars(case), "side": side, "seed": 1}
    (row,) = [row for row in rows if all(row[key] == wanted[key] for key in wanted)]
    again = why_depth_is_hard.start(case, 1, *some_pictures(side))
    assert again["gradients"] == pytest.approx(row["gradients"], rel=0.02)
    assert again["loss"] == pytest.approx(row["loss"], rel=0.02)


def test_the_trainings_are_those_of_the_residual_block() -> None:
    """Epoch by epoch, as far as they were followed."""
    histories = {
        (record.run.architecture, record.config.seed): record.history
        for record in read_records("residual_block")
    }
    compared = 0
    for row in read_measurement("why_depth_is_hard", "over the training").rows:
        if row["kind"] == "mirrored":
            continue
        name = f"{why_depth_is_hard.TRAINED[row['kind']]}{row['depth']}"
        history = histories[name, row["seed"]]
        wanted = [epoch.training_loss for epoch in history][: len(row["training losses"])]
        assert row["training losses"] == pytest.approx(wanted, abs=1e-4)
        compared += len(wanted)
    assert compared >= 100


def test_every_case_has_five_seeds() -> None:
    rows = read_measurement("why_depth_is_hard", "at the start").rows
    cases: dict[tuple[object, ...], list[int]] = {}
    for row in rows:
        case = tuple(row[key] for key in ("kind", "depth", "norm", "padding", "side"))
        cases.setdefault(case, []).append(row["seed"])
    assert all(sorted(found) == [0, 1, 2, 3, 4] for found in cases.values())
    assert len(cases) == 32 + 8 + 4 + 4


@pytest.mark.parametrize("kind", ["plain", "residual"])
def test_the_step_can_be_taken_again(kind: str) -> None:
    rows = read_measurement("why_depth_is_hard", "one step").rows
    (row,) = [row for row in rows if (row["kind"], row["seed"]) == (kind, 1)]
    again = why_depth_is_hard.one_step(kind, 34, 1)
    assert again["moved"] == pytest.approx(row["moved"], rel=0.05)
    assert again["cosine"] == pytest.approx(row["cosine"], abs=0.03)


def test_a_step_against_the_sign_moves_the_logits_of_a_linear_network() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 33, bias=False), nn.Flatten())
    (layer,) = main_path(model)
    before = layer.weight.detach().clone()
    x = SMALL[:, :, :33, :33]
    sign = torch.autograd.grad(nn.functional.cross_entropy(model(x), LABELS), layer.weight)[
        0
    ].sign()
    with torch.no_grad():
        change = nn.functional.conv2d(x, STEP * sign).flatten(1).norm(dim=1).mean()
    assert moved(model, x, LABELS) == pytest.approx(change.item(), rel=0.01)
    assert torch.equal(layer.weight, before)


def test_the_mirrored_networks_were_followed_at_both_rates() -> None:
    for name in ("over the training", "slower"):
        rows = read_measurement("why_depth_is_hard", name).rows
        steps = [row["step"] for row in rows if row["kind"] == "mirrored"]
        assert sorted(steps) == sorted([*why_depth_is_hard.STEPS, 912] * 5)


def test_the_mirrored_networks_were_trained_between_both_rates() -> None:
    measured = read_measurement("why_depth_is_hard", "between")
    assert measured.settings == {"rate": why_depth_is_hard.BETWEEN}
    assert [row["seed"] for row in measured.rows] == [0, 1, 2, 3, 4]
    assert all(len(row["training losses"]) == why_depth_is_hard.EPOCHS for row in measured.rows)
