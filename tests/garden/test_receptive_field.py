"""The effective fields that are recorded, by four measures."""

import torch

from course_utils.models import resnet18
from course_utils.teaching.measurements import read_measurement
from garden.experiments.receptive_field import SEEDS, SIDE, changed, densities, placed
from garden.experiments.training_sizes import CASES, Cuts


def test_channels_taken_alone_cannot_cancel() -> None:
    torch.manual_seed(0)
    model, pictures = resnet18(2, stem_width=2).eval(), torch.rand(1, 3, SIDE, SIDE)
    found = densities(model, pictures, 1)
    assert (found["each"] >= found["summed"] * 0.999 - 1e-9).all()
    assert found["each"].sum() > 1.2 * found["summed"].sum()
    assert list(densities(model, pictures, None)) == ["summed", "summed, squared"]


def test_by_each_measure_trained_fields_are_narrower_than_random_ones() -> None:
    rows = read_measurement("receptive_field", "measures").rows
    random = [row["side"] for row in rows if row["network"] == "random"]
    assert len(random) == len(SEEDS)
    for row in rows:
        if row["network"] in ("insects", "garden"):
            for kind, side in row["side"].items():
                assert side < min(one[kind] for one in random)


def test_a_frame_changes_the_border_most() -> None:
    torch.manual_seed(0)
    model, pictures = resnet18(2, stem_width=2).eval(), torch.randn(1, 3, 224, 224)
    for frame in ("zeros", "mirrored"):
        found = changed(model, pictures, frame)
        assert 0 < found["middle"] < found["border"]


def test_a_random_network_lies_on_the_middle_of_its_field() -> None:
    torch.manual_seed(0)
    model, pictures = resnet18(2, stem_width=4).eval(), torch.randn(1, 3, SIDE, SIDE)
    found = placed(model, pictures)
    assert max(abs(found["right"]), abs(found["down"])) < 8
    assert 0 < found["counted"] < found["width"] < 435


def test_cuts_are_squares_of_the_picture() -> None:
    picture = torch.arange(3 * 5 * 5, dtype=torch.uint8).view(1, 3, 5, 5)
    middle, label = Cuts((picture, [4]), 3, random=False)[0]
    assert label == 4
    assert torch.equal(middle, picture[0, :, 1:4, 1:4])
    torch.manual_seed(0)
    cuts = Cuts((picture, [4]), 3, random=True)
    corners = {tuple(cuts[0][0][0, [0, 2], [0, 2]].tolist()) for _ in range(500)}
    assert len(corners) == 3 * 3 * 4


def test_frames_change_random_networks_as_much_as_trained_ones() -> None:
    rows = read_measurement("receptive_field", "frames").rows
    random = [row for row in rows if row["network"] == "random"]
    trained = [row for row in rows if row["network"] != "random"]
    assert len(random) == 2 * len(SEEDS)
    for where, less in (("middle", 0), ("border", -0.01)):
        assert min(row[where] for row in random) > min(row[where] for row in trained) + less


def test_only_a_training_size_that_the_cells_do_not_fit_moves_the_field() -> None:
    rows = read_measurement("receptive_field", "training sizes").rows
    assert [(row["side"], row["seed"]) for row in rows] == list(CASES)
    for row in rows:
        found = row["calibrated"]
        for where in ("right", "down"):
            assert (found[where] > 4) if row["side"] == 96 else (abs(found[where]) < 2.5)


def test_all_trained_networks_are_narrower_than_random_ones() -> None:
    controls = read_measurement("receptive_field", "controls").rows
    random = [row for row in controls if row["network"] == "random"]
    sizes = read_measurement("receptive_field", "training sizes").rows
    trained = [row for row in controls if row["network"] != "random"]
    trained += [row[kind] for row in sizes for kind in ("own", "calibrated")]
    assert max(row["width"] for row in trained) < min(row["width"] for row in random)
    assert max(row["counted"] for row in trained) < min(row["counted"] for row in random)
