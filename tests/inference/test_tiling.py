"""Tiles with exact context give the answer to the whole picture."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from course_utils.analysis import Span
from course_utils.errors import ModelError
from course_utils.inference import tiling
from course_utils.inference.axes import Axis
from course_utils.inference.tiling import dense_answer, map_size, tiles_along
from course_utils.models import (
    Bottleneck,
    ResNet,
    fcn8s,
    fcn16s,
    fcn32s,
    to_fully_convolutional,
    unet2s,
    unet8s,
)
from course_utils.models.registry import build_classifier
from course_utils.models.resnet import resnet10
from dense_networks import ItsOutput, difference, lively, slim_network

HEADS = {32: fcn32s, 16: fcn16s, 8: fcn8s}
BACKBONES = {
    "BasicBlock": lambda: resnet10(stem_width=4),
    "Bottleneck": lambda: ResNet(Bottleneck, [1, 1, 1, 1], stem_width=4),
}


def unchanged(pixels: Tensor) -> Tensor:
    return pixels


def pixel_network(backbone: str, stride: int) -> nn.Module:
    """An FCN that nobody trained, with an opinion at every stride."""
    torch.manual_seed(0)
    model = HEADS[stride](lively(BACKBONES[backbone]()), 5).eval()
    for skip in model.head.skips.values():
        nn.init.normal_(skip.weight)
    return model


def picture(height: int, width: int, dtype: torch.dtype = torch.float64) -> Tensor:
    generator = torch.Generator().manual_seed(height)
    return torch.randn(3, height, width, dtype=dtype, generator=generator)


def whole_and_tiled(model: nn.Module, image: Tensor, tile: int) -> tuple[Tensor, Tensor, Tensor]:
    """Both answers, and the largest side of a tile along each axis."""
    sizes: list[Tensor] = []

    def note(part: Tensor) -> Tensor:
        sizes.append(torch.tensor(part.shape[2:]))
        return part

    with torch.inference_mode():
        whole: Tensor = model(image[None])[0]
    tiled = dense_answer(model, image, note, unchanged, whole=0, tile=tile)
    assert len(sizes) > 1
    return whole, tiled, torch.stack(sizes).amax(dim=0)


@pytest.mark.parametrize(
    ("name", "native", "height", "width"),
    [
        ("slim", 96, 387, 705),
        ("slim", 224, 301, 590),
        ("squeezenet1_0", 224, 430, 301),  # rounds the size of a pooling up
        ("alexnet", 224, 301, 430),  # no padding in its poolings
        ("shufflenet_v2_x0_5", 224, 230, 600),
    ],
)
@pytest.mark.parametrize("pool_stride", [1, 3])
def test_the_tiled_map_is_the_whole_one(
    name: str, native: int, height: int, width: int, pool_stride: int
) -> None:
    torch.manual_seed(0)
    classifier = slim_network() if name == "slim" else lively(build_classifier(name, 5))
    model = to_fully_convolutional(classifier, pool_stride, native).double()
    whole, tiled, _ = whole_and_tiled(model, picture(height, width), 128)
    assert difference(tiled, whole) < 1e-12


def test_in_single_precision_the_logits_agree_to_1e_6_of_the_largest() -> None:
    model = to_fully_convolutional(slim_network(), native_size=96)
    whole, tiled, _ = whole_and_tiled(model, picture(300, 500, torch.float32), 64)
    assert difference(tiled, whole) < 1e-6


SIZES = [(491, 443), (448, 512), (445, 530)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("stride", HEADS)
def test_the_pixels_of_tiles_are_those_of_the_whole_picture(
    stride: int, backbone: str, size: tuple[int, int]
) -> None:
    model = pixel_network(backbone, stride).double()
    whole, tiled, largest = whole_and_tiled(model, picture(*size), 79)
    assert (largest < torch.tensor(size)).all()
    print(f"FCN-{stride}s, {backbone}: {difference(tiled, whole):.1e} of the largest logit")
    assert difference(tiled, whole) < 1e-12


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("stride", HEADS)
def test_in_single_precision_the_labels_are_the_same(stride: int, backbone: str) -> None:
    model = pixel_network(backbone, stride)
    whole, tiled, _ = whole_and_tiled(model, picture(491, 443, torch.float32), 79)
    best, second = whole.topk(2, dim=0).values
    clear = best - second > 1e-5 * whole.abs().max()
    assert clear.float().mean() > 0.999
    assert torch.equal(tiled.argmax(dim=0)[clear], whole.argmax(dim=0)[clear])


@pytest.mark.parametrize("end", ["left", "right"])
@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("stride", HEADS)
def test_with_a_margin_one_stride_smaller_the_pixels_differ(
    stride: int, backbone: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shorter(*arguments: object) -> tuple[Axis, ...]:
        return tuple(
            replace(axis, field=Span(field.size - axis.step, 1, field.first + first * axis.step))
            for axis in axes_of(*arguments)
            for field, first in [(axis.field, end == "left")]
        )

    axes_of = tiling.axes_of
    monkeypatch.setattr(tiling, "axes_of", shorter)
    model = pixel_network(backbone, stride).double()
    whole, tiled, _ = whole_and_tiled(model, picture(491, 443), 79)
    assert difference(tiled, whole) > 1e-9


@pytest.mark.parametrize("build", [unet8s, unet2s])
def test_a_u_net_in_tiles(build: Callable[..., nn.Module]) -> None:
    """Maps of all strides are set side by side: each is cut where the others are."""
    torch.manual_seed(0)
    model = lively(build(resnet10(stem_width=2), 3)).double()
    whole, tiled, largest = whole_and_tiled(model, picture(620, 581), 79)
    assert (largest < torch.tensor([620, 581])).all()
    assert difference(tiled, whole) < 1e-12


def test_torchvisions_dilated_network_in_tiles() -> None:
    torch.manual_seed(0)
    network = torchvision.models.segmentation.fcn_resnet50(weights_backbone=None, num_classes=3)
    model = ItsOutput(lively(network)).double()
    whole, tiled, _ = whole_and_tiled(model, picture(32, 640), 200)
    assert difference(tiled, whole) < 1e-12
    with pytest.raises(ModelError, match=r"from 5×80 to 36×640 cells.*make the picture smaller"):
        whole_and_tiled(model, picture(36, 640), 200)


def test_a_network_that_pools_the_whole_picture_is_not_tiled() -> None:
    network = torchvision.models.segmentation.deeplabv3_resnet50(weights_backbone=None)
    model = ItsOutput(network).eval()
    with pytest.raises(
        ModelError, match=r"64×48 pixels is.*see it whole \(mean.*make the picture smaller, at most"
    ):
        dense_answer(model, picture(48, 64), unchanged, unchanged, whole=48 * 64 - 1)
    answer = dense_answer(model, picture(48, 64, torch.float32), unchanged, unchanged, 48 * 64)
    assert answer.shape == (21, 48, 64)


@settings(max_examples=60)
@given(
    length=st.integers(96, 3000),
    tile=st.integers(1, 900),
    size=st.integers(96, 600),
    offset=st.integers(0, 300),
    stride=st.sampled_from([1, 8, 32]),
    least=st.integers(1, 96),
)
def test_tiles_cover_every_cell_once_and_hold_what_it_sees(
    length: int, tile: int, size: int, offset: int, stride: int, least: int
) -> None:
    field, step = Span(size, stride, -min(offset, size - 1)), 32
    cells = (length - 96) // stride + 1
    tiles = tiles_along(Axis(length, cells, field, step), tile, least)
    covered = [cell for part in tiles for cell in range(part.cells.start, part.cells.stop)]
    assert covered == list(range(cells))
    for part in tiles:
        assert part.pixels.start % step == 0
        assert (length - part.pixels.stop) % step == 0
        assert part.pixels.stop - part.pixels.start >= least
        assert part.cells.stop - part.cells.start <= max(1, tile // stride)
        first = field.first + part.cells.start * stride
        behind = field.first + (part.cells.stop - 1) * stride + size
        assert 0 <= part.pixels.start <= max(0, first)
        assert min(length, behind) <= part.pixels.stop <= length
        wide = (behind - first) + 2 * step + least
        assert part.pixels.stop - part.pixels.start <= wide
        assert part.kept.start == part.cells.start - part.pixels.start // stride
        assert part.kept.stop - part.kept.start == part.cells.stop - part.cells.start


def test_the_size_of_the_map_is_known_before_it_is_computed() -> None:
    model = to_fully_convolutional(slim_network())
    assert map_size(model, 387, 1024) == (7, 26)
    assert map_size(to_fully_convolutional(slim_network(), 7), 387, 1024) == (1, 4)


def test_a_network_that_sees_everything_is_not_tiled() -> None:
    model = to_fully_convolutional(build_classifier("mobilenet_v3_small", 5).eval())
    with pytest.raises(ModelError, match="this network has to see it whole"):
        dense_answer(model, torch.zeros(3, 224, 300), unchanged, unchanged, whole=0)


def test_a_picture_that_is_too_small_is_refused() -> None:
    model = to_fully_convolutional(slim_network(), native_size=96)
    with pytest.raises(ModelError, match=r"95 pixels high and 300 wide.*needs 96 each way"):
        dense_answer(model, torch.zeros(3, 95, 300), unchanged, unchanged, whole=0)
