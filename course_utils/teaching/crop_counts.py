"""What the figure with a crop to touch shows, counted by PyTorch."""

from collections.abc import Sequence
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torchvision import tv_tensors

from course_utils.data.masks import VOID, palette_image, voc_colors
from course_utils.data.transforms import RandomScale
from course_utils.teaching.touchable.pictures import address

Place = tuple[float, int, int]
"""A factor of the picture's size, and the first row and column of a crop, in pixels then."""

FACTORS = tuple(round(0.1 * n, 1) for n in range(5, 21))


def crops_data(
    picture: Tensor,
    mask: Tensor,
    class_names: Sequence[str],
    crop: tuple[int, int],
    places: Sequence[Place],
    quality: int = 60,
) -> dict[str, Any]:
    """All that the figure ``crops`` needs.

    Args:
        picture: ``(3, H, W)``, as bytes.
        mask: ``(H, W)``, indices as bytes.
        class_names: Of all classes of the set.
        crop: Its height and width.
        places: What is counted; the figure starts at the first of them. Each factor is one of
            0.5, 0.6, ... 2.
        quality: Of the picture that is stored, from 0 to 100.
    """
    found = torch.bincount(mask.flatten().long()).nonzero().flatten().tolist()
    values = [index for index in found if index != VOID]
    sizes = [list(resized(mask, factor).shape) for factor in FACTORS]
    checks = [
        [FACTORS.index(place[0]), *place[1:], *counted(mask, [*values, VOID], crop, place)]
        for place in places
    ]
    pixels = Image.fromarray(picture.permute(1, 2, 0).numpy())
    return {
        "picture": address(pixels, "WebP", quality=quality, method=6),
        "mask": address(palette_image(mask.numpy()), "PNG", optimize=True),
        "size": list(mask.shape),
        "crop": list(crop),
        "factors": list(FACTORS),
        "sizes": sizes,
        "classes": [*(class_names[index] for index in values), "void"],
        "colors": voc_colors()[[*values, VOID]].tolist(),
        "start": checks[0][:3],
        "checks": checks,
    }


def resized(mask: Tensor, factor: float) -> Tensor:
    """The mask at a factor of its size, as a training sees it."""
    scaled: Tensor = RandomScale((factor, factor))(tv_tensors.Mask(mask))
    return scaled


def counted(mask: Tensor, indices: Sequence[int], crop: tuple[int, int], place: Place) -> list[int]:
    """Pixels of each of these classes in a crop; what lies outside of the mask is void."""
    factor, row, column = place
    scaled = resized(mask, factor)
    rows, columns = (
        slice(max(first, 0), first + part) for first, part in zip((row, column), crop, strict=True)
    )
    seen = scaled[rows, columns]
    counts = torch.bincount(seen.flatten().long(), minlength=VOID + 1)
    counts[VOID] += crop[0] * crop[1] - seen.numel()
    return counts[list(indices)].tolist()
