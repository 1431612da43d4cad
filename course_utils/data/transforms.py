"""The one place that says how a picture becomes the tensor that a network takes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torchvision import tv_tensors
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F

from course_utils.data.masks import VOID
from course_utils.data.picture_limits import ALWAYS
from course_utils.errors import DataError
from course_utils.ranges import FACTORS, SIDES

IMAGENET_MEAN = (0.485, 0.456, 0.406)
"""Mean of red, green and blue in ImageNet's pictures, on the scale from 0 to 1."""

IMAGENET_STD = (0.229, 0.224, 0.225)
"""Likewise their standard deviation."""

WIDEST_ASPECT_RATIO = 64
"""Up to here a picture is resized whole, as torchvision does it, and then cut."""

GRAY = (124, 116, 104)
"""ImageNet's mean color, which becomes about 0: a small picture is padded with it."""

Scale = tuple[float, float]
"""The least and the greatest factor by which a picture is resized."""

AUGMENTS = ("none", "standard", "trivial")
"""What training may do to a picture at random: see ``training_transform``."""

STDS = 1e-3, 10.0
"""A picture that is divided by less, or by more, is none any more."""


@dataclass(frozen=True)
class Preprocessing:
    """What training and inference must agree on. It is stored with every weights file.

    Attributes:
        resize: The shorter side is brought to this length, in pixels (1 to 2048).
        crop: Side of the square that is cut from the middle, in pixels (1 to 2048).
        mean: Of red, green and blue, on the scale from 0 to 1; it is subtracted.
        std: Of red, green and blue (0.001 to 10); it is divided by.
        interpolation: How pixels are blended when resizing, as torchvision calls it, such as
            ``"bilinear"`` or ``"bicubic"``; before that, they are averaged where it gets smaller.

    Raises:
        DataError: If a value is out of its range.
    """

    resize: int = 256
    crop: int = 224
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    interpolation: str = "bilinear"

    def __post_init__(self) -> None:
        _require("resize", self.resize, (self.resize,), *SIDES)
        _require("crop", self.crop, (self.crop,), *SIDES)
        _require("mean", self.mean, self.mean, 0.0, 1.0)
        _require("std", self.std, self.std, *STDS)
        known = [mode.value for mode in v2.InterpolationMode]
        if self.interpolation not in known:
            names = ", ".join(known)
            raise DataError(f"interpolation={self.interpolation!r}: choose one of {names}")

    def at(self, crop: int) -> "Preprocessing":
        """The same for another size of the square: as much of the picture lies in it.

        >>> Preprocessing(resize=256, crop=224).at(112).resize
        128

        Raises:
            DataError: If the picture would have to be larger than 2048 pixels.
        """
        resize, limit = round(crop * self.resize / self.crop), SIDES[1]
        if resize > limit:
            most = limit * self.crop // self.resize
            raise DataError(
                f"image size {crop}: pictures would be resized to {resize} pixels (the limit is "
                f"{limit}); give at most {most}"
            )
        return self if crop == self.crop else replace(self, resize=resize, crop=crop)


def _require(name: str, value: object, numbers: Sequence[float], least: float, most: float) -> None:
    """Refuse numbers out of a range, and what is no number."""
    if not all(least <= number <= most for number in numbers):
        raise DataError(f"{name}={value}: must lie between {least:g} and {most:g}")


IMAGENET_PREPROCESSING = Preprocessing()
"""The standard ImageNet evaluation: shorter side 256, center 224×224."""


class TrimLongSide(torch.nn.Module):
    """Cut the ends off a very long picture, which the crop in the middle would drop anyway.

    Without it a picture of 1×100,000 pixels would be blown up to gigabytes before the crop.

    Args:
        resize: What the shorter side is brought to afterwards, in pixels. Where that is long, less
            of the long side is left.
    """

    def __init__(self, resize: int = 256) -> None:
        super().__init__()
        self.aspect_ratio = min(WIDEST_ASPECT_RATIO, max(2, ALWAYS // resize**2))

    def forward(self, image: Image.Image) -> Image.Image:
        """Return the middle of the picture, at most 64 times as long as it is wide."""
        limit = self.aspect_ratio * min(image.size)
        if max(image.size) <= limit:
            return image
        width, height = (min(side, limit) for side in image.size)
        left, top = (image.width - width) // 2, (image.height - height) // 2
        return image.crop((left, top, left + width, top + height))


def evaluation_transform(preprocessing: Preprocessing = IMAGENET_PREPROCESSING) -> v2.Compose:
    """RGB picture → tensor ``(3, crop, crop)``, float32, normalized; always the same."""
    return v2.Compose(
        [
            TrimLongSide(preprocessing.resize),
            v2.Resize(preprocessing.resize, v2.InterpolationMode(preprocessing.interpolation)),
            v2.CenterCrop(preprocessing.crop),
            v2.PILToTensor(),  # (3, crop, crop), uint8
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(preprocessing.mean, preprocessing.std),
        ]
    )


def cut_transform(preprocessing: Preprocessing = IMAGENET_PREPROCESSING) -> v2.Compose:
    """RGB picture → bytes ``(3, crop, crop)``: what ``evaluation_transform`` does at first."""
    return up_to_bytes(evaluation_transform(preprocessing))


def up_to_bytes(transform: v2.Compose) -> v2.Compose:
    """A transform without its last two steps, which ``batch_transform`` does on the device."""
    *steps, _, _ = transform.transforms
    return v2.Compose(steps)


def training_transform(
    preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
    augment: str = "standard",
    *,
    vertical_flip: bool = False,
) -> v2.Compose:
    """RGB picture → tensor ``(3, crop, crop)``, changed at random anew at each call.

    Args:
        preprocessing: Size and normalization.
        augment: ``"standard"`` cuts, mirrors left and right, and tints. ``"trivial"`` makes one
            change more before the tint, of another kind and strength each time (Müller and Hutter,
            "TrivialAugment" (2021)). ``"none"`` is ``evaluation_transform``.
        vertical_flip: Whether half of the pictures are turned upside down, too: right for what is
            seen from above, such as insects on a wall, and wrong for what stands on its feet.

    Raises:
        DataError: If ``augment`` is something else.
    """
    if augment not in AUGMENTS:
        raise DataError(f"augment={augment!r}: choose one of {', '.join(AUGMENTS)}")
    if augment == "none":
        return evaluation_transform(preprocessing)
    flips = [v2.RandomHorizontalFlip(), *[v2.RandomVerticalFlip()] * vertical_flip]
    change = [v2.TrivialAugmentWide()] * (augment == "trivial")
    return v2.Compose(
        [
            v2.RandomResizedCrop(
                preprocessing.crop,
                scale=(0.5, 1.0),
                interpolation=v2.InterpolationMode(preprocessing.interpolation),
            ),
            *flips,
            *change,
            v2.ColorJitter(brightness=0.2, contrast=0.2, saturation=0.2),
            v2.PILToTensor(),  # (3, crop, crop), uint8
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(preprocessing.mean, preprocessing.std),
        ]
    )


ENOUGH = 1.5
"""Shorter side of a picture over that of what is cut from it in training."""


def enough_for_training(preprocessing: Preprocessing) -> int:
    """The shorter side of a picture, in pixels, from which training needs no finer one.

    The smallest part that training cuts out holds half of the pixels at an aspect ratio of 3:4. Of
    a photograph of 4:3 its shorter side is 0.7 of the picture's, of a square one 0.6: about the
    square that the network sees.
    """
    return math.ceil(ENOUGH * preprocessing.crop)


def batch_transform(
    preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
) -> Callable[[Tensor], Tensor]:
    """Pixels ``(..., 3, H, W)``, bytes → the same in float32, normalized, of the same size.

    These are the last two steps of ``evaluation_transform``, to the bit. They are computed where
    the batch is: on the device that costs little, and a batch of bytes is a quarter as large on
    its way there. Only one new tensor is made.
    """
    mean, std = (
        torch.tensor(values).view(3, 1, 1) for values in (preprocessing.mean, preprocessing.std)
    )

    def normalize(images: Tensor) -> Tensor:
        values = images.to(torch.float32, copy=True).mul_(1 / 255)
        return values.sub_(mean.to(images.device)).div_(std.to(images.device))

    return normalize


def training_pair_transform() -> v2.Compose:
    """Picture and mask (tv_tensors) → both mirrored or both not, and the picture tinted anew."""
    return v2.Compose(
        [
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(brightness=0.2, contrast=0.2, saturation=0.2),
        ]
    )


class RandomScale(v2.Transform):  # type: ignore[misc]
    """Picture and mask (tv_tensors) → both smaller or larger, by another factor each time.

    Of torchvision's transforms, ``RandomResize`` draws a number of pixels and ``ScaleJitter`` a
    share of a given size; here the factor is of the picture's own size. The picture is blended,
    with its pixels averaged where it gets smaller; a mask takes the pixel that is nearest, so that
    no class is made up. None is enlarged beyond 67 megapixels.

    Factors are drawn evenly on a logarithmic scale: from 0.5 to 2, half of them make smaller and
    half larger. (If each were as likely as the others, two thirds would make larger.)

    Args:
        scale: The least and the greatest factor that are possible.

    Raises:
        DataError: If the lower one is not first, or one is below 0.1 or above 10.
    """

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        least, most = FACTORS
        if not least <= scale[0] <= scale[1] <= most:
            raise DataError(
                f"scale={scale}: give two factors from {least:g} to {most:g}, the lower one first"
            )
        self.scale = scale

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        """The height and width that both will have."""
        factor = self.drawn(torch.rand(()).item())
        height, width = F.get_size(flat_inputs[0])
        factor = min(factor, max(1, math.sqrt(ALWAYS / (height * width))))
        return {"size": [max(1, round(side * factor)) for side in (height, width)]}

    def drawn(self, share: float) -> float:
        """The factor at this share of the way from the lower one to the higher."""
        low, high = self.scale
        return low * float((high / low) ** share)

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        """The picture or the mask of this size.

        torchvision resizes masks by "nearest", which looks at a pixel's corner and so moves the
        mask by up to half a pixel; "nearest-exact" looks at its middle.
        """
        if not isinstance(inpt, tv_tensors.Mask):
            return F.resize(inpt, params["size"], v2.InterpolationMode.BILINEAR, antialias=True)
        classes = inpt.as_subclass(Tensor)[None]  # (1, H, W)
        resized = F.resize(classes, params["size"], v2.InterpolationMode.NEAREST_EXACT)
        return tv_tensors.wrap(resized[0], like=inpt)


def random_pair_crop(size: tuple[int, int], scale: Scale | None = None) -> v2.Transform:
    """Picture and mask (tv_tensors) → the same part of both, at another place each time.

    What is lower or narrower is padded: the picture with gray, the mask with void.

    Args:
        size: Height and width, in pixels.
        scale: The factors by which both are resized before (see ``RandomScale``).

    Raises:
        DataError: If a side is below 1, both together are more than 2048×2048, or
            a factor is impossible.
    """
    if min(size) < 1:
        raise DataError(f"crop_size={size}: each side needs at least 1 pixel")
    if size[0] * size[1] > SIDES[1] ** 2:
        limit = f"{SIDES[1]}×{SIDES[1]}"
        raise DataError(f"crop_size={size}: a crop has at most as many pixels as {limit}")
    fill = {tv_tensors.Image: GRAY, tv_tensors.Mask: VOID}
    crop: v2.Transform = v2.RandomCrop(size, pad_if_needed=True, fill=fill)
    return crop if scale is None else v2.Compose([RandomScale(scale), crop])
