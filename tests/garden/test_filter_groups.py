"""What two groups learn: the measures, and that the record can be made again."""

from itertools import islice, product

import pytest
import torch
from torch import nn

from course_utils.data.locations import embedded_folder
from course_utils.data.manifest import digest_of
from course_utils.teaching.measurements import read_measurement
from garden.experiments import filter_groups
from garden.experiments.filter_groups import by_chance, color_shares, half_by_half, network


def test_a_gray_kernel_sees_no_color() -> None:
    gray = torch.randn(1, 1, 5, 5).expand(1, 3, 5, 5)
    opposite = torch.cat([gray[:, :1], -gray[:, :1], torch.zeros(1, 1, 5, 5)], dim=1)
    assert color_shares(torch.cat([gray, opposite])).tolist() == pytest.approx([0, 1], abs=1e-6)


def test_two_groups_never_meet_before_the_head() -> None:
    model = network().eval()
    pictures = torch.randn(2, 3, 64, 64)
    whole = model[:-1](pictures)
    with torch.no_grad():
        model[0].weight[8:] = 0
    half = model[:-1](pictures)
    assert torch.equal(whole[:, :32], half[:, :32])
    assert not torch.equal(whole[:, 32:], half[:, 32:])


def test_one_half_alone_is_asked() -> None:
    model = network().eval()
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
    found = half_by_half(model, both, both)
    assert found["probes"][0] == [1] * 5
    assert sum(found["probes"][1]) == pytest.approx(1)
    assert found["apart"] == pytest.approx(0.8)
    assert found["by chance"] < 0.3 and found["p"] < 1e-4


def test_chance_is_counted_as_by_trying_all_coins() -> None:
    differing, gaps = [3, 0, 2], [1, 0, -2]
    sums = []
    for coins in product((-1, 1), repeat=sum(differing)):
        left = iter(coins)
        sums.append(sum(abs(sum(islice(left, count))) for count in differing))
    mean, p = by_chance(gaps, differing)
    assert mean == pytest.approx(sum(sums) / len(sums))
    assert p == pytest.approx(sum(total >= 3 for total in sums) / len(sums))


def test_halves_that_answer_alike_are_not_apart_by_chance() -> None:
    assert by_chance([0] * 5, [0] * 5) == (0, 1)


def test_no_half_learns_from_a_loss_that_is_not_its_own() -> None:
    model = network()
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


def test_the_first_epoch_is_as_recorded() -> None:
    record = read_measurement("group_convolution", "what groups learn")
    assert record.settings["flowers"] == digest_of(embedded_folder(), ["flowers"])
    assert [row["seed"] for row in record.rows] == list(filter_groups.SEEDS)
    known = filter_groups.flowers("train")
    again = filter_groups.trained(0, known, (known[0][:50], known[1][:50]), epochs=1)
    assert again["losses"][0] == pytest.approx(record.rows[0]["losses"][0], rel=0.02)


def test_the_controls_are_recorded_for_every_seed_and_can_be_made_again() -> None:
    record = read_measurement("group_convolution", "separate halves")
    assert record.settings["flowers"] == digest_of(embedded_folder(), ["flowers"])
    pairs = [(row["epochs"], row["seed"]) for row in record.rows]
    assert pairs == list(product((filter_groups.EPOCHS, filter_groups.STOPPED), range(10)))
    known = filter_groups.flowers("train")
    again = filter_groups.with_own_losses(0, known, (known[0][:50], known[1][:50]), epochs=1)
    assert again["losses"][0] == pytest.approx(record.rows[0]["losses"][0], rel=0.02)
