"""What two groups learn: the measures, and that the record can be made again."""

import pytest
import torch

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
