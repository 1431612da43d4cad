"""A class for every pixel: the same in parts as in one piece, and counted rightly."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor, nn

from course_utils.data.transforms import batch_transform
from course_utils.errors import ImageError, ModelError
from course_utils.inference import Segmenter, segment
from course_utils.inference import tiling as division
from course_utils.models import fcn8s
from course_utils.models.resnet import resnet10
from picture_files import noise, save
from voc_files import NAMES
from weight_files import write_segmenter


class Thirds(nn.Module):
    """Labels a pixel by its own brightness: 0, 1 or 2."""

    def forward(self, x: Tensor) -> Tensor:
        bright = x.mean(dim=1)
        return torch.stack([-bright - 0.5, torch.zeros_like(bright), bright - 0.5], dim=1)


@given(st.integers(1, 5000), st.integers(1, 4), st.integers(0, 3))
def test_parts_cover_a_side_once(side: int, core: int, margin: int) -> None:
    parts = list(division.parts(side, 32 * core, 32 * margin))
    covered = [place for part in parts for place in range(part.start, part.stop)]
    assert covered == list(range(side))
    for part in parts:
        assert 0 <= part.seen_from <= part.start < part.stop <= part.seen_to <= side
        assert part.seen_from % 32 == 0
        assert part.seen_to - part.seen_from <= 32 * (core + 2 * margin)
        at = list(range(part.seen_from, part.seen_to))[part.inner]
        assert at == list(range(part.start, part.stop))


def test_a_picture_in_parts_is_labeled_as_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a margin as wide as the network looks, the parts agree wherever no answer is close."""
    torch.manual_seed(0)
    model = fcn8s(resnet10(stem_width=4), 5, depthwise=True).eval()
    for skip in model.head.skips.values():
        nn.init.normal_(skip.weight)
    picture = noise(3, (700, 600))
    with torch.inference_mode():
        pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1).unsqueeze(0)
        logits = model(batch_transform()(pixels))[0]
    best = logits.topk(2, dim=0).values
    clear = (best[0] - best[1] > 1e-4).numpy()
    assert clear.mean() > 0.99
    whole = segment(model, picture)
    assert np.array_equal(whole, logits.argmax(dim=0).numpy())
    monkeypatch.setattr(division.parts, "__defaults__", (128, division.MARGIN))
    sizes: list[tuple[int, ...]] = []
    model.register_forward_pre_hook(lambda _, args: sizes.append(tuple(args[0].shape[-2:])))
    parts = segment(model, picture)
    assert len(sizes) > 1
    assert max(max(size) for size in sizes) <= 128 + 2 * division.MARGIN
    assert np.array_equal(parts[clear], whole[clear])


def test_memory_does_not_grow_with_the_picture() -> None:
    seen: list[tuple[int, ...]] = []
    model = Thirds()
    model.register_forward_pre_hook(lambda _, args: seen.append(tuple(args[0].shape[-2:])))
    classes = segment(model, Image.new("RGB", (6000, 40), (255, 255, 255)))
    assert classes.shape == (40, 6000)
    assert (classes == 2).all()
    assert max(width for _, width in seen) <= division.CORE + 2 * division.MARGIN


@pytest.mark.parametrize("size", [(1, 1), (1, 90), (33, 7)])
def test_every_size_is_labeled(size: tuple[int, int], tmp_path: Path) -> None:
    write_segmenter(tmp_path / "w.safetensors")
    segmenter = Segmenter.from_checkpoint(tmp_path / "w.safetensors")
    path = save(tmp_path / "a.png", noise(0, size))
    (result,) = segmenter.segment([path])
    assert result.classes.shape == size[::-1]
    assert sum(area.pixels for area in result.areas) == size[0] * size[1]


def test_areas_are_counted_the_largest_first(tmp_path: Path) -> None:
    pixels = np.zeros((4, 6, 3), np.uint8)
    pixels[:3] = 255
    segmenter = Segmenter(Thirds(), ("dark", "gray", "bright"))
    (result,) = segmenter.segment([save(tmp_path / "a.png", Image.fromarray(pixels))])
    found = [(a.label, a.index, a.pixels, a.share) for a in result.areas]
    assert found == [("bright", 2, 18, 0.75), ("dark", 0, 6, 0.25)]


def test_bad_files_are_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_text("no")
    good = save(tmp_path / "good.png", noise(0))
    segmenter = Segmenter(Thirds(), NAMES)
    bad: list[ImageError] = []
    results = list(segmenter.segment([tmp_path / "bad.jpg", good], on_error=bad.append))
    assert [result.path for result in results] == [good]
    assert [error.path.name for error in bad] == ["bad.jpg"]
    with pytest.raises(ImageError, match="is not a picture"):
        list(segmenter.segment([tmp_path / "bad.jpg"]))


def test_names_and_classes_must_agree(tmp_path: Path) -> None:
    white = save(tmp_path / "a.png", Image.new("RGB", (4, 4), "white"))
    with pytest.raises(ModelError, match="gives the class 2 for 2 names"):
        list(Segmenter(Thirds(), ("dark", "gray")).segment([white]))
    with pytest.raises(ModelError, match="256 classes: a mask holds at most 255"):
        Segmenter(Thirds(), tuple(map(str, range(256))))
