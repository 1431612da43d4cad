"""Logits of a network that looks at pictures of one size, enlarged to the picture's own."""

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from torch.nn import functional as F

from course_utils.errors import ModelError
from course_utils.inference import Segmenter, enlarging, segment
from course_utils.inference.enlarging import enlarged_rows
from course_utils.models.published_segmenters import build_published
from picture_files import noise


@pytest.mark.parametrize("size", [(30, 50), (7, 9), (100, 3), (5, 5), (1, 1)])
@pytest.mark.parametrize("numbers", [1, 700, 1 << 25])
def test_the_rows_are_those_of_interpolate(
    size: tuple[int, int], numbers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enlarging, "NUMBERS", numbers)
    logits = torch.rand(4, 7, 9)
    expected = F.interpolate(logits[None], size, mode="bilinear", align_corners=False)[0]
    slices, parts = zip(*enlarged_rows(logits, *size), strict=True)
    assert [row for part in slices for row in range(size[0])[part]] == list(range(size[0]))
    assert (torch.cat(parts, dim=1) - expected).abs().max() < 1e-6
    rows = max(1, numbers // (4 * size[1]))
    assert len(parts) == -(-size[0] // rows)


@torch.inference_mode()
def test_a_picture_gets_the_classes_of_torchvisions_preprocessing() -> None:
    torch.manual_seed(0)
    model = build_published("lraspp_mobilenet_v3_large", 5, 64).eval()
    picture = noise(3, (50, 30))
    preset = torchvision.models.segmentation.LRASPP_MobileNet_V3_Large_Weights.DEFAULT.transforms(
        resize_size=64
    )
    prepared = preset(torchvision.transforms.v2.functional.pil_to_tensor(picture))[None]
    model.network.classifier.low_classifier.bias -= model.network(prepared)["out"].mean((0, 2, 3))  # type: ignore[operator,union-attr]
    logits = F.interpolate(model.network(prepared)["out"], (30, 50), mode="bilinear")
    expected = logits[0].argmax(dim=0).numpy()
    assert len(np.unique(expected)) > 1
    assert (segment(model, picture) == expected).mean() > 0.999
    found = Segmenter(model, tuple("abcde")).network.current()
    assert (segment(found, picture) == expected).mean() > 0.99


def test_a_picture_that_would_become_too_large_is_refused() -> None:
    model = build_published("lraspp_mobilenet_v3_large", 5, 520).eval()
    with pytest.raises(ModelError, match=r"2000×20 pixels becomes one of 52000×520 for this"):
        segment(model, Image.new("RGB", (2000, 20)))
