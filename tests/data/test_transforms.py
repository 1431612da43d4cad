"""Preprocessing: what training and prediction agree on."""

import numpy as np
import pytest
import torch
import torchvision
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torchvision import tv_tensors
from torchvision.models import WeightsEnum
from torchvision.transforms import v2

from course_utils.data.transforms import (
    IMAGENET_PREPROCESSING,
    WIDEST_ASPECT_RATIO,
    Preprocessing,
    RandomScale,
    TrimLongSide,
    batch_transform,
    cut_transform,
    evaluation_transform,
    random_pair_crop,
    training_transform,
    up_to_bytes,
)
from course_utils.errors import DataError
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


def test_less_is_left_of_a_thread_that_becomes_large() -> None:
    thread = Image.new("RGB", (100_000, 2))
    sides = 96, 1024, 2048, 4096
    assert [TrimLongSide(side)(thread).width for side in sides] == [128, 128, 32, 8]


@pytest.mark.parametrize(
    "sides", [{"crop": 60_000}, {"resize": 60_000}, {"crop": 0}, {"resize": -1}, {"crop": 4097}]
)
def test_a_square_that_no_memory_holds_is_refused(sides: dict[str, int]) -> None:
    (name, side), *_ = sides.items()
    with pytest.raises(DataError, match=f"{name}={side}: must lie between 1 and 2048"):
        Preprocessing(**sides)


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
    change = up_to_bytes(training_transform(SMALL, vertical_flip=True))
    cuts = [change(picture).float() for _ in range(60)]
    rightward = [bool(cut[0, :, -1].mean() > cut[0, :, 0].mean()) for cut in cuts]
    downward = [bool(cut[1, -1].mean() > cut[1, 0].mean()) for cut in cuts]
    for mirrored in (rightward, downward):
        assert 15 < sum(mirrored) < 45
    assert {(a, b) for a, b in zip(rightward, downward, strict=True)} == {
        (a, b) for a in (True, False) for b in (True, False)
    }
    assert len({round(cut[2].mean().item()) for cut in cuts}) > 10  # blue is 60 everywhere


def coded_pair(height: int, width: int, block: int = 8) -> tuple[tv_tensors.Image, tv_tensors.Mask]:
    """A mask of blocks, and a picture that is 90 times as bright as the class."""
    rows, columns = np.indices((height, width))
    classes = torch.from_numpy(((rows // block + columns // block) % 3).astype(np.uint8))
    return tv_tensors.Image((classes * 90).expand(3, -1, -1).clone()), tv_tensors.Mask(classes)


@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.1, 4), st.integers(0, 99))
def test_a_scale_makes_no_class_up_and_keeps_both_of_one_size(
    height: int, width: int, factor: float, seed: int
) -> None:
    torch.manual_seed(seed)
    picture, mask = coded_pair(height, width)
    image, classes = RandomScale((0.1, factor))(picture, mask)
    assert isinstance(image, tv_tensors.Image)
    assert isinstance(classes, tv_tensors.Mask)
    assert (image.dtype, classes.dtype) == (torch.uint8, torch.uint8)
    assert image.shape == (3, *classes.shape)
    assert min(classes.shape) >= 1
    assert set(classes.unique().tolist()) <= set(mask.unique().tolist())


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.0, 1.7, 2.0])
def test_scaled_masks_lie_where_their_pictures_do(factor: float) -> None:
    """A bright half: both change sides at the same place, and neither is moved."""
    bright = torch.zeros(60, 60, dtype=torch.uint8)
    bright[:, 30:] = 1
    picture = tv_tensors.Image((bright * 200).expand(3, -1, -1).clone())
    image, classes = RandomScale((factor, factor))(picture, tv_tensors.Mask(bright))
    assert classes.shape == (round(60 * factor),) * 2
    assert torch.equal(classes.bool(), image[0] > 100)
    assert classes.float().mean() == 0.5


def test_nearest_means_the_middle_of_a_pixel() -> None:
    """Every third pixel remains, the one in the middle."""
    mask = tv_tensors.Mask(torch.arange(9, dtype=torch.uint8).repeat(9, 1))
    assert RandomScale((1 / 3, 1 / 3))(mask)[0].tolist() == [1, 4, 7]


def test_as_many_factors_shrink_as_enlarge() -> None:
    """On a logarithmic scale they cover their interval evenly: a fifth in each fifth of it."""
    mask = tv_tensors.Mask(torch.zeros(100, 100, dtype=torch.uint8))
    torch.manual_seed(0)
    sides = [RandomScale((0.5, 2.0))(mask).shape[0] for _ in range(600)]
    assert 50 <= min(sides) < 53 < 197 < max(sides) <= 200
    for share in (0.2, 0.5, 0.8):
        below = sum(side < 50 * 4**share for side in sides) / len(sides)
        assert below == pytest.approx(share, abs=0.06)


def test_the_same_seed_draws_the_same_scale_and_place() -> None:
    change = random_pair_crop((20, 30), (0.3, 2.0))
    drawn = []
    for _ in range(2):
        torch.manual_seed(3)
        drawn.append([change(*coded_pair(40, 50))[1] for _ in range(5)])
    assert all(torch.equal(a, b) for a, b in zip(*drawn, strict=True))
    assert {tuple(mask.shape) for mask in drawn[0]} == {(20, 30)}
    assert len({mask.numpy().tobytes() for mask in drawn[0]}) == 5


@pytest.mark.parametrize(
    "scale", [(2.0, 0.5), (0.0, 1.0), (-1.0, 2.0), (0.5, 11.0), (float("nan"), 1.0), (1.0, np.inf)]
)
def test_an_impossible_scale_is_refused(scale: tuple[float, float]) -> None:
    with pytest.raises(DataError, match=r"two factors from 0\.1 to 10, the lower one first"):
        random_pair_crop((20, 30), scale)


@pytest.mark.parametrize(
    "size", [(60_000, 60_000), (4097, 4096), (1, 16_777_217), (10**9, 10**9), (200_000, 200)]
)
def test_a_crop_that_no_memory_holds_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(DataError, match="a crop has at most as many pixels as 2048×2048"):
        random_pair_crop(size)


def test_no_random_scale_makes_gigabytes_of_a_picture() -> None:
    scale = RandomScale((10, 10))
    sizes = [(4000, 6000), (200_000, 100), (100, 200_000), (9000, 9000), (100, 50)]
    meta = [torch.empty(3, *size, device="meta") for size in sizes]
    made = [scale.make_params([tv_tensors.Image(one)])["size"] for one in meta]
    assert made[-2:] == [[9000, 9000], [1000, 500]]
    assert all(8100 * 8100 < height * width <= 9000**2 for height, width in made[:-1])
