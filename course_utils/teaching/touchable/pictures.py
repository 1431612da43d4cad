"""Pictures in the data of figures to touch: as ``data:`` addresses, and made small."""

import base64
import io
from typing import Any

from PIL import Image

PICTURE = ("data:image/jpeg;base64,", "data:image/png;base64,")
"""How the address of a picture begins, where a figure takes these two kinds."""


def address(image: Image.Image, kind: str, **how: Any) -> str:
    """Write a picture as a ``data:`` address.

    Args:
        image: The picture.
        kind: ``"JPEG"``, ``"PNG"`` or ``"WebP"``.
        how: What Pillow's ``save`` takes for this kind.
    """
    stored = io.BytesIO()
    image.save(stored, kind, **how)
    content = base64.b64encode(stored.getvalue()).decode()
    return f"data:image/{kind.lower()};base64,{content}"


def require_picture(image: str) -> None:
    """Say what is wrong with the address of a picture.

    Raises:
        ValueError: If it is no JPEG and no PNG.
    """
    if not image.startswith(PICTURE):
        raise ValueError("the picture is a JPEG or a PNG, as a data: address in base64")


def shrunk(
    image: str,
    width: int,
    quality: int,
    height: int | None = None,
    mode: str = "RGB",
    how: Image.Resampling = Image.Resampling.BOX,
) -> str:
    """Make a picture small; take and return a ``data:`` address.

    Args:
        image: In any format that Pillow reads.
        width: In pixels.
        quality: Of the JPEG.
        height: In pixels; by default the sides keep their ratio.
        mode: ``"RGB"``, or ``"L"`` for gray.
        how: Which pixels become one.
    """
    loaded = Image.open(io.BytesIO(base64.b64decode(image.split(",", 1)[1]))).convert(mode)
    tall = round(width * loaded.height / loaded.width) if height is None else height
    return address(loaded.resize((width, tall), how), "JPEG", quality=quality, optimize=True)
