"""The effective fields that are recorded, by four measures."""

from collections.abc import Iterable

import pytest
import torch

from course_utils.models import resnet18
from course_utils.teaching.measurements import read_measurement
from garden.experiments.receptive_field import (
    CHAPTER,
    GRAINS,
    SEEDS,
    SIDE,
    TRAINED,
    blurred_noise,
    changed,
    densities,
    leaning,
    placed,
)
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
    found = changed(model, pictures)
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


def test_a_frame_changes_the_border_of_all_networks_and_the_middle_of_random_ones_most() -> None:
    rows = read_measurement("receptive_field", "frames").rows
    random = [row for row in rows if row["network"] == "random"]
    assert [row["seed"] for row in random] == list(SEEDS)
    trained = [row for row in rows if row["network"] in ("insects", "garden")]
    assert len(trained) == 2
    assert min(row["border"] for row in rows) > 0.75
    assert max(row["middle"] for row in trained) < 0.2
    assert min(row["middle"] for row in random) > 0.3


def test_in_noise_trained_networks_lean_and_random_ones_do_not() -> None:
    rows = read_measurement("receptive_field", "noise").rows
    assert {row["grain"] for row in rows} == set(GRAINS)
    for row in rows:
        for where in ("right", "down"):
            if row["network"] == "random":
                assert abs(row[where]) < 2
            else:
                assert row[where] > 2 * row[f"{where}_error"]


def test_noise_is_alike_on_all_sides() -> None:
    noise = blurred_noise(2, 4)
    assert noise.shape == (2, 3, SIDE, SIDE)
    assert noise.std().item() == pytest.approx(1, abs=1e-4)
    rows, columns = noise.diff(dim=2).std(), noise.diff(dim=3).std()
    assert rows.item() == pytest.approx(columns.item(), rel=0.05)
    assert rows.item() < 0.3
    assert torch.equal(noise, blurred_noise(2, 4))


def test_a_place_and_its_error_come_from_pictures_and_their_turned_copies() -> None:
    torch.manual_seed(0)
    model, pictures = resnet18(2, stem_width=2).eval(), torch.randn(2, 3, SIDE, SIDE)
    found, mean = leaning(model, pictures), placed(model, pictures)
    for where in ("right", "down"):
        assert found[where] == pytest.approx(mean[where], abs=0.11)
        assert found[f"{where}_error"] >= 0
    again = leaning(model, pictures.flip(-1, -2))
    assert found == again


@pytest.mark.parametrize(("side", "even", "cells"), [(96, False, 3), (97, True, 4)])
def test_one_size_pads_evenly(side: int, even: bool, cells: int) -> None:
    """Where the kernels of each layer with stride 2 reach into the padding, on both sides."""
    strided = [
        layer
        for layer in resnet18(2, stem_width=2).modules()
        if getattr(layer, "stride", 1) in (2, (2, 2))
    ]
    kernels = [(_first(layer.kernel_size), _first(layer.padding)) for layer in strided]
    kernels = [(kernel, padding) for kernel, padding in kernels if kernel > 1]
    assert kernels == [(7, 3), (3, 1), (3, 1), (3, 1), (3, 1)]
    for kernel, padding in kernels:
        places = (side + 2 * padding - kernel) // 2 + 1
        right = 2 * (places - 1) - padding + kernel - side
        assert right == padding if even else right == padding - 1
        side = places
    assert side == cells


def _first(value: int | tuple[int, int]) -> int:
    return value[0] if isinstance(value, tuple) else value


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


def test_what_the_chapter_quotes() -> None:
    controls = {row["network"]: row for row in read_measurement(CHAPTER, "controls").rows}
    own = [controls[f"{name}, own statistics"] for name in TRAINED]
    assert [row["width"] for row in own] == [209, 259]
    assert [(row["right"], row["down"]) for row in own] == [(3.9, 0), (8.2, 4.2)]
    assert [controls[name]["counted"] for name in TRAINED] == [135, 147]
    frames = read_measurement(CHAPTER, "frames").rows
    assert [row["middle"] for row in frames if row["network"] in TRAINED] == [0.132, 0.194]
    assert [row["border"] for row in frames if row["network"] in TRAINED] == [0.906, 0.847]
    random = [row for row in frames if row["network"] == "random"]
    assert _ends(row["middle"] for row in random) == (0.344, 0.371)
    assert _ends(row["border"] for row in random) == (0.79, 0.879)
    noise = read_measurement(CHAPTER, "noise").rows
    for name, ends in zip(TRAINED, ((2.1, 5.6), (6.8, 9.7)), strict=True):
        runs = [row for row in noise if row["network"].startswith(name)]
        assert _ends(row[where] for row in runs for where in ("right", "down")) == ends
    squared = read_measurement(CHAPTER, "measures").rows
    random = [row["side"]["summed, squared"] for row in squared if row["network"] == "random"]
    assert _ends(random) == (191, 195)
    sizes = read_measurement(CHAPTER, "training sizes").rows
    assert _ends(row["calibrated"]["width"] for row in sizes) == (189, 205)


def _ends(values: Iterable[float]) -> tuple[float, float]:
    values = list(values)
    return min(values), max(values)
