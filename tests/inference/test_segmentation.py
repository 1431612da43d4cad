"""A class for every pixel, of pictures of any size, and counted rightly."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision.ops import SqueezeExcitation
from torchvision.transforms.v2.functional import pil_to_tensor

from course_utils.data.transforms import batch_transform
from course_utils.errors import ImageError, ModelError
from course_utils.inference import Segmenter, segment
from course_utils.inference.axes import WHOLE
from course_utils.models import fcn8s
from course_utils.models.resnet import resnet10
from picture_files import noise, save
from voc_files import NAMES
from weight_files import write_segmenter


def thirds() -> nn.Module:
    """Labels a pixel by its own brightness: 0, 1 or 2."""
    layer = nn.Conv2d(3, 3, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([-1, 0, 1]).view(3, 1, 1, 1).expand(3, 3, 1, 1) / 3)
        layer.bias.copy_(torch.tensor([-0.5, 0, -0.5]))  # type: ignore[union-attr]
    return layer


def test_a_picture_is_labeled_as_the_network_says() -> None:
    torch.manual_seed(0)
    model = fcn8s(resnet10(stem_width=4), 5, depthwise=True).eval()
    for skip in model.head.skips.values():
        nn.init.normal_(skip.weight)
    picture = noise(3, (201, 160))
    with torch.inference_mode():
        logits = model(batch_transform()(pil_to_tensor(picture)[None]))[0]
    assert np.array_equal(segment(model, picture), logits.argmax(dim=0).numpy())


def test_what_the_network_sees_at_once_does_not_grow_with_the_picture() -> None:
    seen: list[int] = []
    model = thirds()

    def note(_: nn.Module, inputs: tuple[torch.Tensor]) -> None:
        if inputs[0].device.type != "meta":  # where its grid is looked for
            seen.append(inputs[0][0, 0].numel())

    model.register_forward_pre_hook(note)
    classes = segment(model, Image.new("RGB", (4100, 1000), "white"))
    assert classes.shape == (1000, 4100)
    assert (classes == 2).all()
    assert len(seen) > 1
    assert max(seen) <= WHOLE


def test_a_large_picture_for_a_network_that_has_to_see_it_whole_goes_to_on_error(
    tmp_path: Path,
) -> None:
    model = nn.Sequential(thirds(), SqueezeExcitation(3, 1))
    good = save(tmp_path / "good.png", noise(0))
    large = save(tmp_path / "large.png", Image.new("RGB", (2100, 2000)))
    bad: list[ImageError] = []
    results = list(Segmenter(model, NAMES).predict([large, good], on_error=bad.append))
    assert [result.path for result in results] == [good]
    assert [error.path for error in bad] == [large]
    assert "at most 4 megapixels" in bad[0].reason


@pytest.mark.parametrize("size", [(1, 1), (1, 90), (33, 7)])
def test_every_size_is_labeled(size: tuple[int, int], tmp_path: Path) -> None:
    write_segmenter(tmp_path / "w.safetensors")
    segmenter = Segmenter.from_checkpoint(tmp_path / "w.safetensors")
    path = save(tmp_path / "a.png", noise(0, size))
    (result,) = segmenter.predict([path])
    assert result.classes.shape == size[::-1]
    assert sum(area.pixels for area in result.areas) == size[0] * size[1]


def test_areas_are_counted_the_largest_first(tmp_path: Path) -> None:
    pixels = np.zeros((4, 6, 3), np.uint8)
    pixels[:3] = 255
    segmenter = Segmenter(thirds(), ("dark", "gray", "bright"))
    (result,) = segmenter.predict([save(tmp_path / "a.png", Image.fromarray(pixels))])
    found = [(a.label, a.index, a.pixels, a.share) for a in result.areas]
    assert found == [("bright", 2, 18, 0.75), ("dark", 0, 6, 0.25)]


def test_bad_files_are_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_text("no")
    good = save(tmp_path / "good.png", noise(0))
    segmenter = Segmenter(thirds(), NAMES)
    bad: list[ImageError] = []
    results = list(segmenter.predict([tmp_path / "bad.jpg", good], on_error=bad.append))
    assert [result.path for result in results] == [good]
    assert [error.path.name for error in bad] == ["bad.jpg"]
    with pytest.raises(ImageError, match="is not a picture"):
        list(segmenter.predict([tmp_path / "bad.jpg"]))


def test_names_and_classes_must_agree(tmp_path: Path) -> None:
    white = save(tmp_path / "a.png", Image.new("RGB", (4, 4), "white"))
    two = Segmenter(thirds(), ("dark", "gray"))
    with pytest.raises(ModelError, match="gives 3 logits for 2 names"):
        list(two.predict([white]))
    with pytest.raises(ModelError, match="gives the class 2 for 2 names"):
        two.areas(np.full((2, 2), 2, np.uint8))
    with pytest.raises(ModelError, match="256 classes: a mask holds at most 255"):
        Segmenter(thirds(), tuple(map(str, range(256))))


class Halves(nn.Module):
    """Halves a picture, enlarges the result, and adds the picture: odd sides do not fit."""

    def forward(self, x: Tensor) -> Tensor:
        small = nn.functional.avg_pool2d(x, 2)
        return x + nn.functional.interpolate(small, scale_factor=2.0)


def test_a_size_that_the_network_cannot_take_goes_to_on_error(tmp_path: Path) -> None:
    odd, even = (save(tmp_path / f"{n}.png", Image.new("RGB", (n, 40))) for n in (33, 34))
    bad: list[str] = []
    segmenter = Segmenter(Halves(), ("a", "b", "c"))
    found = segmenter.predict([odd, even], on_error=lambda error: bad.append(str(error)))
    assert [one.path for one in found] == [even]
    assert len(bad) == 1
    assert bad[0].startswith(f"{odd}: the network cannot take a picture of 33×40 pixels (The size")
    assert bad[0].endswith("): resize it, such as to multiples of 32")
