"""Flowers with other colors, or before a ground with others, and what is recorded of them."""

import base64

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from course_utils.data.datasets import dataset_path
from course_utils.data.images import load_image
from course_utils.data.transforms import IMAGENET_MEAN, IMAGENET_STD
from course_utils.teaching.measurements import read_measurement
from course_utils.teaching.records import read_records
from garden.experiments import flower_networks, recording
from garden.experiments import resnext_flowers_colors as experiment
from garden.experiments.resnext_flowers_colors import CHANGES, PARTS, SEEDS, Flower

RECORDED = "resnext_flowers_colors"


@pytest.fixture(scope="module")
def daisy() -> Flower:
    """A white daisy on green ground, with its mask."""
    path = dataset_path("flowers") / "val" / "daisy" / "daisy_val_009.jpg"
    return Flower(load_image(path), experiment.mask("daisy", 9), 0, 9)


def test_the_mask_is_that_of_the_picture(daisy: Flower) -> None:
    assert daisy.mask.shape == (daisy.image.height, daisy.image.width)
    assert 0.05 < daisy.mask.mean() < 0.6
    values = np.asarray(daisy.image.convert("HSV"))
    assert values[..., 1][daisy.mask].mean() < values[..., 1][~daisy.mask].mean()
    assert daisy.is_pale


def test_what_is_not_turned_stays(daisy: Flower) -> None:
    before = np.asarray(daisy.image)
    for part, kept in (("flowers", ~daisy.mask), ("ground", daisy.mask)):
        after = np.asarray(experiment.changed(daisy, part, "2/6"))
        assert (after[kept] == before[kept]).all()
        assert (after[~kept] != before[~kept]).any()
    gray = np.asarray(experiment.changed(daisy, "all", "gray"))
    assert (gray.min(axis=-1) == gray.max(axis=-1)).all()


@pytest.mark.parametrize(("change", "yellow"), [("1/6", (0, 255, 0)), ("5/6", (255, 0, 0))])
def test_yellow_is_turned_to_green_or_to_red(change: str, yellow: tuple[int, ...]) -> None:
    flower = Flower(Image.new("RGB", (4, 4), (255, 255, 0)), np.ones((4, 4), bool), 0, 0)
    found = np.asarray(experiment.changed(flower, "all", change)).astype(int)
    assert abs(found - np.array(yellow)).max() <= 12


def test_answers_are_counted_by_class_and_for_pale_daisies(daisy: Flower) -> None:
    rows = list(experiment.answers([daisy], {7: _Always(3)}))
    assert len(rows) == 1 + len(PARTS) * len(CHANGES)
    for row in rows:
        assert row["seed"] == 7
        assert np.sum(row["answers"]) == row["answers"][0][3] == row["pale"][3] == 1


class _Always(nn.Module):
    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return torch.eye(5)[self.index].expand(len(images), 5)


def test_the_record_has_a_row_for_each_change_and_network() -> None:
    rows = read_measurement(RECORDED, "colors").rows
    found = {(row["part"], row["change"], row["seed"]) for row in rows}
    changes = [("all", "none"), *((part, change) for part in PARTS for change in CHANGES)]
    assert found == {(*change, seed) for change in changes for seed in SEEDS}
    assert len(rows) == len(found)
    assert {np.sum(row["answers"]) for row in rows} == {200}
    assert {sum(row["pale"]) for row in rows} == {28}


def test_the_networks_are_those_of_the_chapters_record() -> None:
    trained = read_records("resnext_flowers")
    right = {
        record.config.seed: round(200 * record.accuracy)
        for record in trained
        if record.run.architecture == experiment.NETWORK
    }
    plain = [row for row in read_measurement(RECORDED, "colors").rows if row["change"] == "none"]
    for row in plain:
        assert abs(np.trace(row["answers"]) - right[row["seed"]]) <= 1


def test_the_luma_is_that_of_the_other_picture(daisy: Flower) -> None:
    turned = experiment.changed(daisy, "flowers", "1/6")
    mixed = experiment.with_luma(turned, daisy.image)
    lumas = [np.asarray(image, float) @ experiment.LUMA for image in (mixed, daisy.image)]
    assert abs(lumas[0] - lumas[1]).max() <= 1
    same = np.asarray(experiment.with_luma(turned, turned), float)
    assert abs(same - np.asarray(turned, float)).max() <= 1


def test_darker_colors_keep_their_saturation() -> None:
    purple, gray = (Image.new("RGB", (2, 2), color) for color in ((160, 80, 200), (60, 60, 60)))
    darker = np.asarray(experiment.with_luma(purple, gray), float)[0, 0]
    ratios = darker / np.array([160, 80, 200])
    assert ratios.max() - ratios.min() < 0.02
    assert abs(darker @ experiment.LUMA - 60) <= 1


def test_a_part_loses_its_structure_and_keeps_its_colors(daisy: Flower) -> None:
    before = np.asarray(daisy.image)
    for part, inside in (("flowers", daisy.mask), ("ground", ~daisy.mask)):
        shuffled, mean = (
            np.asarray(experiment.altered(daisy, part, change)) for change in ("shuffled", "mean")
        )
        assert (shuffled[~inside] == before[~inside]).all()
        assert (mean[~inside] == before[~inside]).all()
        assert (np.sort(shuffled[inside], axis=0) == np.sort(before[inside], axis=0)).all()
        assert (shuffled[inside] != before[inside]).any()
        assert len(np.unique(mean[inside], axis=0)) == 1


def test_a_flower_that_is_gone_leaves_no_pixel(daisy: Flower) -> None:
    before = np.asarray(daisy.image)
    plain, more = (
        np.asarray(experiment.altered(daisy, "flowers", change))
        for change in ("gone", "gone, and 4 pixels round them")
    )
    assert (plain[~daisy.mask] == before[~daisy.mask]).all()
    assert (plain[daisy.mask] == before[~daisy.mask].mean(axis=0).round()).all()
    assert (more[daisy.mask] == more[daisy.mask][0]).all()
    assert 0.03 < (more != plain).any(axis=-1).mean() < 0.3


def test_a_blurred_flower_keeps_its_mean_and_takes_nothing_from_the_ground() -> None:
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[..., 1] = 200
    inside = np.zeros((40, 40), bool)
    inside[8:32, 8:32] = True
    pixels[inside] = (100, 0, 0)
    pixels[8:32:2, 8:32] = (200, 0, 0)
    flower = Flower(Image.fromarray(pixels), inside, 0, 0)
    found = np.asarray(experiment.altered(flower, "flowers", "blurred")).astype(int)
    assert (found[~inside] == pixels[~inside]).all()
    assert abs(found[inside] - np.array((150, 0, 0))).max() < 10


def test_luma_and_color_are_shuffled_apart(daisy: Flower) -> None:
    before = np.asarray(daisy.image, float)
    luma, color = (
        np.asarray(experiment.altered(daisy, "flowers", f"{what} shuffled"), float)
        for what in ("luma", "color")
    )
    assert abs(color @ experiment.LUMA - before @ experiment.LUMA).max() <= 1
    moved, kept = luma[daisy.mask] @ experiment.LUMA, before[daisy.mask] @ experiment.LUMA
    assert abs(np.sort(moved) - np.sort(kept)).max() <= 1
    assert abs(moved - kept).mean() > 10


def test_the_luma_is_changed_twice_as_far(daisy: Flower) -> None:
    dark = experiment.altered(daisy, "flowers", "half as bright")
    bright, half = (np.asarray(image, float) @ experiment.LUMA for image in (daisy.image, dark))
    assert abs(half - bright / 2)[daisy.mask].max() <= 1
    once, twice = (
        np.asarray(experiment.altered(daisy, "flowers", f"1/6, luma {how}"), float)
        @ experiment.LUMA
        - bright
        for how in ("alone", "twice")
    )
    room = daisy.mask & (abs(once) < 40) & (bright + 2 * once > 1) & (bright + 2 * once < 254)
    assert room.any()
    assert abs(twice - 2 * once)[room].max() <= 2.5


def test_networks_that_learned_gray_pictures_are_asked_about_gray_ones(daisy: Flower) -> None:
    rows = list(experiment.gray_answers([daisy], {7: _IsGray()}))
    assert [row["change"] for row in rows] == ["none", "gone"]
    assert all(row["answers"][0][1] == 1 for row in rows)


class _IsGray(nn.Module):
    def forward(self, images: torch.Tensor) -> torch.Tensor:
        mean, std = (torch.tensor(v).view(3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD))
        shades = images * std + mean
        gray = (shades.amax(dim=1) - shades.amin(dim=1)).amax(dim=(1, 2)) < 1e-3
        return nn.functional.one_hot(gray.long(), 5).float()


def test_without_color_the_pictures_can_be_told_apart() -> None:
    rows = read_measurement(RECORDED, "gray").rows
    assert [(row["change"], row["seed"]) for row in rows] == [
        (change, seed) for change in ("none", "gone") for seed in SEEDS
    ]
    assert {np.sum(row["answers"]) for row in rows} == {200}
    assert min(np.trace(row["answers"]) for row in rows if row["change"] == "none") > 160


def test_the_training_pictures_lose_their_colors(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(recording, "fit", lambda model, *sets, **more: seen.extend(sets[:2]) or [])
    flower_networks.trained_on_gray("resnet10", 0, 1)
    for pictures in seen:
        image, _ = pictures[0]
        assert image.dtype == torch.uint8
        assert (image.amax(dim=0) == image.amin(dim=0)).all()
    assert len(seen) == 2


def test_the_controls_start_from_the_recorded_turns() -> None:
    def by_place(name: str) -> dict[tuple[str, str, int], list[list[int]]]:
        rows = read_measurement(RECORDED, name).rows
        return {(row["part"], row["change"], row["seed"]): row["answers"] for row in rows}

    controls, turns = by_place("controls"), by_place("colors")
    assert controls.keys() == {(*kind, seed) for kind in experiment.CONTROLS for seed in SEEDS}
    both = controls.keys() & turns.keys()
    assert len(both) == 9 * len(SEEDS)
    assert all(controls[place] == turns[place] for place in both)


def test_the_kept_masks_are_those_of_their_pictures(daisy: Flower) -> None:
    rows = {row["picture"]: row for row in read_measurement(RECORDED, "masks").rows}
    row = rows["daisy/daisy_val_009.jpg"]
    height, width = row["shape"]
    bits = np.frombuffer(base64.b64decode(row["bits"]), np.uint8)
    kept = np.unpackbits(bits)[: height * width].reshape(height, width)
    assert (kept == daisy.mask).mean() > 0.999
    assert len(rows) == 5


def test_a_frozen_body_learns_too_little() -> None:
    rows = read_measurement(RECORDED, "frozen").rows
    assert [row["seed"] for row in rows] == list(SEEDS)
    assert all(0.5 < row["val"] < 0.65 > row["train"] - 0.02 for row in rows)
