"""The peers: how it is done in the scripts that readers find."""

from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image
from torch import nn
from torchvision import transforms

from course_utils.data.transforms import IMAGENET_MEAN, IMAGENET_STD


def published_transform() -> transforms.Compose:
    """As torchvision's own examples write it."""
    return transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize(IMAGENET_MEAN, IMAGENET_STD),
        ]
    )


def one_at_a_time(model: nn.Module, paths: Sequence[Path]) -> list[int]:
    """The published loop: open with PIL, prepare, no gradients, one picture a pass."""
    prepare, found = published_transform(), []
    for path in paths:
        image = Image.open(path).convert("RGB")
        with torch.no_grad():
            logits = model(prepare(image).unsqueeze(0))
        found.append(int(logits.softmax(dim=1).argmax()))
    return found
