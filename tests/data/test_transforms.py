"""Preprocessing: what training and prediction agree on."""

import numpy as np
import pytest
import torch
import torchvision
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torchvision.transforms import v2

from course_utils.data.transforms import (
    IMAGENET_PREPROCESSING,
    WIDEST_ASPECT_RATIO,
    Preprocessing,
    TrimLongSide,
    evaluation_transform,
    training_transform,
)
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
    assert TrimLongSide()(Image.new("RGB", (1, 100_000))).size == (1, 16)
    assert evaluation_transform()(Image.new("RGB", (100_000, 1))).shape == (3, 224, 224)


@pytest.mark.parametrize("size", [(500, 375), (375, 500), (256, 256), (97, 120), (1, 1)])
def test_imagenets_preprocessing_is_torchvisions(size: tuple[int, int]) -> None:
    image = noise(4, size)
    preset = torchvision.models.ResNet18_Weights.IMAGENET1K_V1.transforms()
    assert torch.allclose(evaluation_transform()(image), preset(image), atol=1e-6)


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
