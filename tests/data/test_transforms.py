"""Preprocessing: what training and prediction agree on."""

import numpy as np
import pytest
import torch
import torchvision
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torchvision.models import WeightsEnum
from torchvision.transforms import v2

from course_utils.data.transforms import (
    IMAGENET_PREPROCESSING,
    WIDEST_ASPECT_RATIO,
    Preprocessing,
    TrimLongSide,
    batch_transform,
    cut_transform,
    evaluation_transform,
    training_transform,
    up_to_bytes,
)
from course_utils.models.registry import published_preprocessing
from picture_files import noise

SMALL = Preprocessing(resize=40, crop=32)


def positions(width: int, height: int) -> Image.Image:
    """A picture whose pixels tell where they are."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return Image.fromarray(np.stack([x // 256, x % 256, y % 256], 2).astype(np.uint8))


@given(st.integers(1, 12), st.integers(1, 900), st.booleans())
def test_trimming_keeps_the_middle(short: int, long: int, upright: bool) -> None:
    size = (short, long) if upright else (long, short)
    image = Image.new("L", size) if max(size) > 255 * 256 else positions(*size)
    trimmed = TrimLongSide()(image)
    assert max(trimmed.size) <= WIDEST_ASPECT_RATIO * min(size)
    assert min(trimmed.size) == min(size)
    side = min(size)
    before, after = (np.asarray(v2.CenterCrop(side)(i)).astype(int) for i in (image, trimmed))
    moved = (after - before) @ [256, 1, 0] if not upright else (after - before)[..., 2]
    assert np.abs(moved).max() <= 1


@given(st.integers(1, 40), st.floats(1, WIDEST_ASPECT_RATIO))
def test_ordinary_pictures_are_not_trimmed(short: int, ratio: float) -> None:
    image = Image.new("L", (short, int(short * ratio)))
    assert TrimLongSide()(image) is image


def test_a_thread_of_a_picture_takes_little_memory() -> None:
    assert TrimLongSide()(Image.new("RGB", (1, 100_000))).size == (1, 64)
    assert evaluation_transform()(Image.new("RGB", (100_000, 1))).shape == (3, 224, 224)


@pytest.mark.parametrize("size", [(500, 375), (375, 500), (256, 256), (97, 120), (1, 1)])
def test_imagenets_preprocessing_is_torchvisions(size: tuple[int, int]) -> None:
    image = noise(4, size)
    preset = torchvision.models.ResNet18_Weights.IMAGENET1K_V1.transforms()
    assert torch.allclose(evaluation_transform()(image), preset(image), atol=1e-6)


def presets() -> dict[Preprocessing, WeightsEnum]:
    """Every way in which torchvision's classifiers were measured, and weights that were."""
    names = torchvision.models.list_models(module=torchvision.models)
    known = [weights for name in names for weights in torchvision.models.get_model_weights(name)]
    return {published_preprocessing(weights): weights for weights in known}


SIZES = [(500, 375), (375, 500), (224, 224), (33, 47), (1200, 40), (30, 1500), (640, 10), (1, 1)]
PRESETS = presets()


@pytest.mark.parametrize("preprocessing", PRESETS, ids=[str(w) for w in PRESETS.values()])
def test_every_published_preprocessing_is_torchvisions(preprocessing: Preprocessing) -> None:
    preset = PRESETS[preprocessing].transforms()
    for number, size in enumerate(SIZES):
        image = noise(number, size)
        found, expected = evaluation_transform(preprocessing)(image), preset(image)
        torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


def test_there_are_many_of_them() -> None:
    """Of bicubic and of bilinear ones, and of crops of all of the picture and of its middle."""
    assert len(PRESETS) > 20
    assert {preprocessing.interpolation for preprocessing in PRESETS} == {"bilinear", "bicubic"}
    assert {preprocessing.resize > preprocessing.crop for preprocessing in PRESETS} == {True, False}


@pytest.mark.parametrize("crop", [64, 96, 112, 224, 240, 384])
def test_at_another_size_as_much_of_the_picture_is_seen(crop: int) -> None:
    other = Preprocessing(232, 224, (0.5, 0.4, 0.3), (0.1, 0.2, 0.3), "bicubic").at(crop)
    assert other == Preprocessing(
        round(crop * 232 / 224), crop, (0.5, 0.4, 0.3), (0.1, 0.2, 0.3), "bicubic"
    )


def test_the_defaults_are_imagenets() -> None:
    assert Preprocessing(256, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), "bilinear") == (
        IMAGENET_PREPROCESSING
    )


@given(st.integers(1, 90), st.integers(1, 90), st.sampled_from(["bilinear", "bicubic"]))
def test_every_size_gives_a_square_of_normalized_numbers(
    width: int, height: int, interpolation: str
) -> None:
    preprocessing = Preprocessing(40, 32, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), interpolation)
    tensor = evaluation_transform(preprocessing)(noise(1, (width, height)))
    assert (tensor.shape, tensor.dtype) == ((3, 32, 32), torch.float32)
    assert tensor.min() >= -2
    assert tensor.max() <= 2


def test_normalizing_uses_each_channels_numbers() -> None:
    preprocessing = Preprocessing(8, 8, (0.1, 0.2, 0.3), (0.5, 0.25, 0.1))
    tensor = evaluation_transform(preprocessing)(Image.new("RGB", (8, 8), (255, 51, 0)))
    assert tensor[:, 3, 3].tolist() == pytest.approx([1.8, 0, -3], abs=1e-6)


def test_evaluation_is_always_the_same_and_training_never() -> None:
    image = noise(2, (80, 60))
    evaluation, training = evaluation_transform(SMALL), training_transform(SMALL)
    assert torch.equal(evaluation(image), evaluation(image))
    torch.manual_seed(0)
    first, second = training(image), training(image)
    assert first.shape == second.shape == (3, 32, 32)
    assert not torch.equal(first, second)
    torch.manual_seed(0)
    assert torch.equal(training(image), first)


shares = st.floats(0.05, 0.95)
colors = st.tuples(shares, shares, shares)


@given(
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    colors,
    colors,
    st.sampled_from(["bilinear", "bicubic"]),
)
def test_bytes_normalized_later_are_the_same_to_the_bit(
    size: tuple[int, int],
    mean: tuple[float, float, float],
    std: tuple[float, float, float],
    interpolation: str,
) -> None:
    preprocessing = Preprocessing(40, 33, mean, std, interpolation)
    picture = noise(5, size)
    cut = cut_transform(preprocessing)(picture)
    assert (cut.dtype, cut.shape) == (torch.uint8, (3, 33, 33))
    ready = batch_transform(preprocessing)(cut)
    assert torch.equal(evaluation_transform(preprocessing)(picture), ready)


def test_so_are_all_bytes_there_are() -> None:
    every = torch.arange(256, dtype=torch.uint8).view(1, 16, 16).expand(3, 16, 16)
    *_, scale, normalize = evaluation_transform().transforms
    ready = batch_transform()(torch.stack([every] * 5))
    assert ready.dtype == torch.float32
    assert all(torch.equal(normalize(scale(every)), one) for one in ready)


def test_training_on_bytes_cuts_and_tints_as_before() -> None:
    picture = noise(2, (80, 60))
    whole, to_bytes = training_transform(SMALL), up_to_bytes(training_transform(SMALL))
    for seed in range(8):
        torch.manual_seed(seed)
        expected, state = whole(picture), torch.get_rng_state()
        torch.manual_seed(seed)
        pixels = to_bytes(picture)
        assert pixels.dtype == torch.uint8
        assert torch.equal(batch_transform(SMALL)(pixels), expected)
        assert torch.equal(torch.get_rng_state(), state)


def test_normalizing_leaves_the_batch_as_it_was() -> None:
    for pixels in (torch.full((2, 3, 4, 4), 7, dtype=torch.uint8), torch.full((2, 3, 4, 4), 7.0)):
        batch_transform()(pixels)
        assert (pixels == 7).all()


def test_training_mirrors_both_ways_and_tints() -> None:
    """A gradient from dark to light, at the left and at the top: where is the light corner?"""
    x, y = np.meshgrid(np.linspace(0, 100, 64), np.linspace(0, 100, 64))
    picture = Image.fromarray(np.stack([60 + x, 60 + y, 60 + 0 * x], 2).astype(np.uint8))
    torch.manual_seed(0)
    cuts = [up_to_bytes(training_transform(SMALL))(picture).float() for _ in range(60)]
    rightward = [bool(cut[0, :, -1].mean() > cut[0, :, 0].mean()) for cut in cuts]
    downward = [bool(cut[1, -1].mean() > cut[1, 0].mean()) for cut in cuts]
    for mirrored in (rightward, downward):
        assert 15 < sum(mirrored) < 45
    assert {(a, b) for a, b in zip(rightward, downward, strict=True)} == {
        (a, b) for a in (True, False) for b in (True, False)
    }
    assert len({round(cut[2].mean().item()) for cut in cuts}) > 10  # blue is 60 everywhere
