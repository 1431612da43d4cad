"""What two groups learn: the measures, and that the record can be made again."""

import pytest
import torch
from torch import nn

from course_utils.data.locations import embedded_folder
from course_utils.data.manifest import digest_of
from course_utils.teaching.measurements import read_measurement
from garden.experiments import filter_groups
from garden.experiments.filter_groups import across, color_shares, network, within


def test_a_gray_kernel_sees_no_color() -> None:
    gray = torch.randn(1, 1, 5, 5).expand(1, 3, 5, 5)
    opposite = torch.cat([gray[:, :1], -gray[:, :1], torch.zeros(1, 1, 5, 5)], dim=1)
    assert color_shares(torch.cat([gray, opposite])).tolist() == pytest.approx([0, 1], abs=1e-6)


def test_pairs_are_counted_inside_the_halves_and_across() -> None:
    table = torch.tensor(
        [[1, 0.8, 0.1, 0.3], [0.8, 1, 0.1, 0.3], [0.1, 0.1, 1, 0.6], [0.3, 0.3, 0.6, 1]]
    )
    assert within(table) == pytest.approx(0.7)
    assert across(table) == pytest.approx(0.2)


def test_two_groups_never_meet_before_the_head() -> None:
    model = network(2).eval()
    pictures = torch.randn(2, 3, 64, 64)
    whole = model[:-1](pictures)
    with torch.no_grad():
        model[0].weight[8:] = 0
    half = model[:-1](pictures)
    assert torch.equal(whole[:, :32], half[:, :32])
    assert not torch.equal(whole[:, 32:], half[:, 32:])


def test_one_half_alone_is_asked() -> None:
    model = network(2).eval()
    pictures, labels = torch.randn(10, 3, 64, 64), torch.arange(10) % 5
    with torch.no_grad():
        model[-1].weight[:, 32:] = 0
    everything = (model(pictures).argmax(1) == labels).float().view(2, 5).mean(0)
    assert filter_groups.known_by(model, 0, pictures, labels) == everything.tolist()
    assert len(set(map(float, filter_groups.known_by(model, 1, pictures, labels)))) <= 2


def test_a_probe_finds_what_one_half_holds() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(10, 10, bias=False), nn.Linear(10, 5))
    with torch.no_grad():
        model[1].weight.copy_(torch.eye(10))
        model[1].weight[5:] = 0  # the second half holds nothing
    labels = torch.arange(100) % 5
    pictures = torch.cat([torch.eye(5)[labels], torch.randn(100, 5)], dim=1)
    both = (pictures, labels)
    assert filter_groups.probed(model, 0, both, both) == [1] * 5
    assert sum(filter_groups.probed(model, 1, both, both)) == pytest.approx(1)


def test_no_half_learns_from_a_loss_that_is_not_its_own() -> None:
    model = network(2)
    model[-1] = filter_groups.OwnClassifiers(64)
    scores = model(torch.randn(10, 3, 64, 64))
    assert scores.shape == (10, 5, 2)
    labels = torch.arange(10) % 5
    scores.retain_grad()
    filter_groups.own_losses(scores, labels).backward()
    alone = scores[:, :, 0].detach().requires_grad_()
    nn.functional.cross_entropy(alone, labels).backward()
    assert torch.equal(scores.grad[:, :, 0], alone.grad)
    model.zero_grad()
    nn.functional.cross_entropy(model(torch.randn(10, 3, 64, 64))[:, :, 0], labels).backward()
    assert model[0].weight.grad[:8].abs().sum() > 0
    assert model[0].weight.grad[8:].abs().sum() == 0


def test_two_networks_side_by_side_are_one_of_two_groups() -> None:
    both = network(2)
    halves = [network(1, filter_groups.WIDTH // 2) for _ in range(2)]
    with torch.no_grad():
        for name, value in both[:-1].state_dict().items():
            parts = [half.state_dict()[name] for half in halves]
            value.copy_(torch.cat(parts) if value.ndim else parts[0])
    both[-1] = filter_groups.OwnClassifiers(64)
    for own, half in zip(both[-1].each, halves, strict=True):
        own.load_state_dict(half[-1].state_dict())
    some = (torch.randn(20, 3, 64, 64), torch.arange(20) % 5)
    one, two = (filter_groups.side_by_side(models, some, some) for models in ([both], halves))
    assert one.keys() == two.keys()
    for name, value in one.items():
        assert torch.allclose(torch.tensor(value), torch.tensor(two[name]), atol=1e-3)


def test_the_first_epoch_is_as_recorded() -> None:
    record = read_measurement("group_convolution", "what groups learn")
    assert record.settings["flowers"] == digest_of(embedded_folder(), ["flowers"])
    row = next(row for row in record.rows if (row["groups"], row["seed"]) == (2, 0))
    known = filter_groups.flowers("train")
    again = filter_groups.trained(2, 0, known, (known[0][:10], known[1][:10]), epochs=1)
    assert again["losses"][0] == pytest.approx(row["losses"][0], rel=0.02)


def test_the_record_has_both_networks_of_every_seed() -> None:
    rows = read_measurement("group_convolution", "what groups learn").rows
    pairs = {(row["groups"], row["seed"]) for row in rows}
    assert pairs == {(groups, seed) for seed in filter_groups.SEEDS for groups in (2, 1)}


def test_the_controls_are_recorded_for_every_seed_and_can_be_made_again() -> None:
    record = read_measurement("group_convolution", "separate halves")
    assert record.settings["flowers"] == digest_of(embedded_folder(), ["flowers"])
    pairs = [(row["kind"], row["seed"]) for row in record.rows]
    assert pairs == [(kind, seed) for kind in ("own losses", "alone") for seed in range(10)]
    known = filter_groups.flowers("train")
    again = filter_groups.with_own_losses(0, known, (known[0][:10], known[1][:10]), epochs=1)
    assert again["losses"][0] == pytest.approx(record.rows[0]["losses"][0], rel=0.02)
