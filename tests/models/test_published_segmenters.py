"""Torchvision's networks for pixels see and answer what torchvision says."""

from pathlib import Path
from unittest.mock import patch

import pytest
import torch
import torchvision
from torch.nn import functional as F

from course_utils.data.voc_layout import VOC_CLASSES
from course_utils.errors import WeightsError
from course_utils.models.pretrained import load_classifier, load_segmenter, load_trained_body
from course_utils.models.published_segmenters import (
    PublishedSegmenter,
    build_published,
    is_published,
    published_segmenter_names,
    with_plain_output,
)
from hub_files import in_hub

NAMES = published_segmenter_names()
LARGE = [name for name in NAMES if not name.startswith("lraspp") and not name.endswith("101")]
"""Those of 101 layers are built as those of 50, and take as long as all others together."""


@torch.inference_mode()
@pytest.mark.parametrize(
    "name",
    [
        "lraspp_mobilenet_v3_large",
        *(pytest.param(name, marks=pytest.mark.slow) for name in LARGE),
    ],
)
def test_the_logits_are_torchvisions(
    name: str, tmp_path: Path, cache: Path, embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    network, weights, local = in_hub(name, tmp_path)
    with patch.object(weights, "_value_", local):
        ours, info = load_segmenter(str(weights))
    assert info.class_names == VOC_CLASSES
    assert info.pixels is not None
    assert info.pixels.shorter_side == 520
    picture = torch.randint(0, 256, (3, 40, 60), dtype=torch.uint8)
    prepared = weights.transforms()(picture)[None]  # type: ignore[attr-defined]
    part = prepared[..., :200, :264]  # a fifth of the pixels, and of the time
    assert isinstance(ours, PublishedSegmenter)
    assert torch.equal(ours.at_its_size(part), network(part)["out"])


@torch.inference_mode()
def test_pictures_are_looked_at_at_one_size_and_answered_at_their_own() -> None:
    model = build_published("lraspp_mobilenet_v3_large", 4, 64).eval()
    picture = torch.rand(2, 3, 30, 50)
    small = torchvision.transforms.v2.functional.resize(picture, [64], antialias=True)
    assert small.shape == (2, 3, 64, 106)
    expected = F.interpolate(model.network(small)["out"], (30, 50), mode="bilinear")
    assert torch.equal(model(picture), expected)


def test_a_network_that_answers_with_a_dict_answers_with_logits() -> None:
    network = torchvision.models.get_model(
        "lraspp_mobilenet_v3_large", weights_backbone=None, num_classes=4
    ).eval()
    plain = with_plain_output(network)
    picture = torch.rand(1, 3, 32, 32)
    assert torch.equal(plain(picture), network(picture)["out"])
    assert with_plain_output(plain) is plain


def test_they_neither_classify_nor_are_trained_on(
    tmp_path: Path, cache: Path, embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    _, weights, local = in_hub("lraspp_mobilenet_v3_large", tmp_path)
    with patch.object(weights, "_value_", local):
        with pytest.raises(WeightsError, match=r"label pixels .* and a classifier is wanted"):
            load_classifier(str(weights))
        with pytest.raises(WeightsError, match="but are not trained on: give a classifier's"):
            load_trained_body(str(weights), None, ("a", "b"))


def test_names() -> None:
    assert len(NAMES) == 6
    assert is_published("fcn_resnet50")
    assert not is_published("resnet50")
