"""Pictures as addresses, and made small."""

import base64
import io

import pytest
from PIL import Image

from course_utils.teaching.touchable.pictures import address, require_picture, shrunk


def opened(found: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(found.partition(",")[2])))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP"])
def test_an_address_holds_the_picture(kind: str) -> None:
    found = address(Image.new("RGB", (8, 6), (200, 0, 0)), kind)
    assert found.startswith(f"data:image/{kind.lower()};base64,")
    assert opened(found).size == (8, 6)


def test_a_small_picture_keeps_its_ratio_unless_a_height_is_given() -> None:
    large = address(Image.new("RGB", (80, 60), (200, 0, 0)), "PNG")
    assert opened(shrunk(large, 20, 50)).size == (20, 15)
    assert opened(shrunk(large, 20, 50, height=7)).size == (20, 7)
    assert opened(shrunk(large, 20, 50, mode="L")).mode == "L"


def test_pixels_are_averaged() -> None:
    half = Image.new("L", (2, 1))
    half.putpixel((1, 0), 200)
    gray = opened(shrunk(address(half, "PNG"), 1, 95, 1, "L")).getpixel((0, 0))
    assert gray == pytest.approx(100, abs=2)


@pytest.mark.parametrize("wrong", ["bee.jpg", "data:image/webp;base64,AAAA", "data:image/jpeg,x"])
def test_what_is_no_picture_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="a JPEG or a PNG, as a data: address"):
        require_picture(wrong)
    require_picture("data:image/png;base64,AAAA")
