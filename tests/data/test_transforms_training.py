"""What training does to a picture at random, and that every value of a preprocessing is obeyed."""

from dataclasses import fields, replace
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor
from torchvision import tv_tensors

from course_utils.data.transforms import (
    Preprocessing,
    evaluation_transform,
    training_pair_transform,
    training_transform,
)
from course_utils.errors import DataError
from picture_files import noise

PLAIN = Preprocessing(40, 32, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
OTHERWISE: dict[str, Any] = {
    "resize": 44,
    "crop": 24,
    "mean": (0.1, 0.2, 0.3),
    "std": (0.5, 0.6, 0.7),
    "interpolation": "bicubic",
}
DRAWS = 200


def corners() -> Image.Image:
    """Bright at the left, and a little at the top: no mirror image looks the same."""
    rows, columns = np.mgrid[0:60, 0:60]
    values = 60 + 100 * (columns < 30) + 40 * (rows < 30)
    return Image.fromarray(np.repeat(values[..., None], 3, axis=2).astype(np.uint8))


@pytest.fixture(scope="module")
def drawn() -> Tensor:
    """Many draws of one picture: ``(DRAWS, 3, 32, 32)``, 0 to 1."""
    torch.manual_seed(0)
    change = training_transform(PLAIN, vertical_flip=True)
    return torch.stack([change(corners()) for _ in range(DRAWS)])


def test_no_value_is_left_out() -> None:
    assert set(OTHERWISE) == {field.name for field in fields(Preprocessing)}


@pytest.mark.parametrize("name", OTHERWISE)
def test_evaluation_obeys_every_value(name: str) -> None:
    picture = noise(3, (80, 60))
    changed = replace(PLAIN, **{name: OTHERWISE[name]})
    before, after = (evaluation_transform(p)(picture) for p in (PLAIN, changed))
    assert before.shape != after.shape or not torch.equal(before, after)


@pytest.mark.parametrize("name", ["crop", "mean", "std", "interpolation"])
def test_training_obeys_what_concerns_it(name: str) -> None:
    picture = noise(3, (80, 60))
    found = []
    for preprocessing in (PLAIN, replace(PLAIN, **{name: OTHERWISE[name]})):
        torch.manual_seed(0)
        found.append(training_transform(preprocessing)(picture))
    assert found[0].shape != found[1].shape or not torch.equal(*found)


def test_half_of_the_pictures_are_mirrored_each_way(drawn: Tensor) -> None:
    values = drawn.mean(dim=1)  # (DRAWS, 32, 32)
    left_is_bright = values[:, :, :4].mean(dim=(1, 2)) > values[:, :, -4:].mean(dim=(1, 2))
    top_is_bright = values[:, :4].mean(dim=(1, 2)) > values[:, -4:].mean(dim=(1, 2))
    for mirrored in (~left_is_bright, ~top_is_bright):
        assert 0.35 < mirrored.float().mean().item() < 0.65
    both = (left_is_bright == top_is_bright).float().mean().item()
    assert 0.35 < both < 0.65  # one does not follow from the other


def test_brightness_contrast_and_saturation_change_each_by_itself() -> None:
    """Three ratios: each of the three changes moves one of them and leaves the later ones alone."""
    pixels = np.full((60, 60, 3), 70, np.uint8)
    pixels[:, :30] = (200, 110, 80)
    torch.manual_seed(0)
    change = training_transform(PLAIN)
    found = torch.stack([change(Image.fromarray(pixels)) for _ in range(80)])  # (80, 3, 32, 32)
    light = found.mul(torch.tensor([0.299, 0.587, 0.114])[:, None, None]).sum(dim=1).flatten(1)
    colored, gray = found.flatten(2)[range(80), :, light.argmax(dim=1)], light.amin(dim=1)
    difference = light.amax(dim=1) - gray
    saturation = (colored[:, 0] - colored[:, 2]) / difference
    contrast = light.amax(dim=1) / gray
    brightness = light.amax(dim=1) + gray
    for name, values in (("s", saturation), ("c", contrast), ("b", brightness)):
        assert (values.quantile(0.9) / values.quantile(0.1)).item() > 1.15, name


def test_pictures_are_turned_upside_down_only_where_it_is_asked_for() -> None:
    """And trivial changes more than standard."""
    half = np.repeat(np.where(np.arange(60) < 30, 200, 40), 60).reshape(60, 60)  # bright at the top
    picture = Image.fromarray(np.repeat(half[..., None], 3, axis=2).astype(np.uint8))
    upside_down, dark = {}, {}
    for augment, flip in product(("standard", "trivial"), (False, True)):
        torch.manual_seed(0)
        change = training_transform(PLAIN, augment, vertical_flip=flip)
        found = torch.stack([change(picture) for _ in range(DRAWS)]).mean(dim=1)  # (DRAWS, 32, 32)
        flipped = found[:, :4].mean(dim=(1, 2)) < found[:, -4:].mean(dim=(1, 2)) - 0.1
        upside_down[augment, flip] = flipped.float().mean().item()
        dark[augment] = (found.amin(dim=(1, 2)) == 0).float().mean().item()  # a turned one's corner
    assert upside_down["standard", False] == 0
    assert upside_down["trivial", False] < 0.1  # it inverts some
    assert min(upside_down[augment, True] for augment in dark) > 0.35
    assert (dark["standard"], dark["trivial"] > 0.1) == (0, True)


def test_without_augmentation_training_sees_what_evaluation_sees() -> None:
    picture = noise(3, (80, 60))
    expected = evaluation_transform(PLAIN)(picture)
    assert torch.equal(training_transform(PLAIN, "none")(picture), expected)
    assert not torch.equal(training_transform(PLAIN)(picture), expected)
    with pytest.raises(DataError, match="augment='mixup': choose one of none, standard, trivial"):
        training_transform(PLAIN, "mixup")


def test_every_training_cut_has_another_part(drawn: Tensor) -> None:
    edges = (drawn.mean(dim=1)[:, 16].diff(dim=1).abs() > 0.1).float().argmax(dim=1)  # (DRAWS,)
    assert len(edges.unique()) > 8


def test_a_picture_and_its_mask_are_mirrored_together_and_only_the_picture_is_tinted() -> None:
    torch.manual_seed(0)
    change = training_pair_transform()
    picture = tv_tensors.Image(torch.from_numpy(np.asarray(corners()).copy()).permute(2, 0, 1))
    mask = tv_tensors.Mask((picture[0] > 100).to(torch.uint8))
    mirrored, tinted = [], []
    for _ in range(60):
        image, classes = change(picture, mask)
        mirrored.append(not torch.equal(classes, mask))
        tinted.append(image.float().mean().item())
        assert set(classes.unique().tolist()) == {0, 1}
        bright = image.float().mean(dim=0)
        assert bright[classes == 1].mean() > bright[classes == 0].mean()
    assert 0.3 < np.mean(mirrored) < 0.7
    assert max(tinted) / min(tinted) > 1.1


def test_a_size_with_too_large_a_margin_is_refused() -> None:
    with pytest.raises(DataError, match=r"image size 1800: .* give at most 1792"):
        Preprocessing().at(1800)
