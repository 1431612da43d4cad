"""What stands in a mask's file comes out: upright once, and as indices, not as shades."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils.data.images import load_turned
from course_utils.data.masks import is_turned, load_mask, palette_image
from course_utils.data.metadata import TURNS
from course_utils.errors import ImageError
from picture_files import deep_png, marked, packed_tiff, png, save

FILES: dict[str, dict[str, object]] = {
    "a.png": {},
    "a.tif": {},
    "b.tif": {"compression": "tiff_lzw"},
    "c.tif": {"compression": "tiff_adobe_deflate"},
    "a.webp": {"lossless": True},
}


@pytest.mark.parametrize("mark", [1, 2, 3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
@pytest.mark.parametrize("name", FILES)
def test_a_masks_own_orientation_mark_is_obeyed(
    name: str, mark: int, mode: str, tmp_path: Path
) -> None:
    classes = np.zeros((4, 5), np.uint8)
    classes[0, :2] = 1
    image = Image.fromarray(classes) if mode == "L" else palette_image(classes).convert(mode)
    if name == "a.webp":
        image = palette_image(classes).convert("RGB")
    path = save(tmp_path / name, image, exif=marked(mark), **FILES[name])
    turn = TURNS.get(mark)
    upright = Image.fromarray(classes) if turn is None else Image.fromarray(classes).transpose(turn)
    assert load_mask(path).tolist() == np.asarray(upright).tolist()
    assert is_turned(path) == (mark != 1)
    picture, turned = load_turned(path)
    assert picture.size == upright.size
    assert turned == (mark != 1)
    assert np.array_equal(np.asarray(picture)[..., 0] > 0, load_mask(path) > 0) or mode == "L"


def gray_png(bits: int, *numbers: int) -> bytes:
    """A row of gray numbers of so many bits."""
    row = "".join(f"{number:0{bits}b}" for number in numbers)
    row = row.ljust(-(-len(row) // 8) * 8, "0")
    return png(len(numbers), 1, bits, 0, b"\0" + int(row, 2).to_bytes(len(row) // 8, "big"))


NUMBERS: dict[str, tuple[bytes, list[int]]] = {
    "PNG of 1 bit": (gray_png(1, 0, 1, 1, 0), [0, 1, 1, 0]),
    "PNG of 2 bits": (gray_png(2, 0, 1, 2, 3), [0, 1, 2, 3]),
    "PNG of 4 bits": (gray_png(4, *range(16)), [*range(16)]),
    "PGM up to 20": (b"P5 4 1 20\n\0\1\2\3", [0, 1, 2, 3]),
    "PGM up to 1": (b"P5 4 1 1\n\0\1\1\0", [0, 1, 1, 0]),
    "PGM up to 1023": (b"P5 3 1 1023\n\0\0\0\1\0\xff", [0, 1, 255]),
    "plain PGM up to 20": (b"P2 4 1 20\n0 1 2 3", [0, 1, 2, 3]),
    "plain PGM up to 1023": (b"P2 3 1 1023\n0 1 255", [0, 1, 255]),
    "TIFF of 1 bit": (packed_tiff(1, b"\x60", 4), [0, 1, 1, 0]),
    "TIFF of 2 bits": (packed_tiff(2, b"\x1b", 4), [0, 1, 2, 3]),
    "TIFF of 4 bits": (packed_tiff(4, b"\x01\x2f", 4), [0, 1, 2, 15]),
    "TIFF of 4 bits, 0 is white": (packed_tiff(4, b"\x01\x2f", 4, white=0), [0, 1, 2, 15]),
    "TIFF of 8 bits, 0 is white": (packed_tiff(8, b"\0\1\2\xff", 4, white=0), [0, 1, 2, 255]),
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_an_index_is_the_number_in_the_file_and_no_shade(kind: str, tmp_path: Path) -> None:
    content, numbers = NUMBERS[kind]
    (tmp_path / "a").write_bytes(content)
    assert load_mask(tmp_path / "a", 3).tolist() == [numbers]


def test_colors_of_sixteen_bits(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(deep_png(2, 128 * 257, 0, 0))
    assert load_mask(tmp_path / "a").tolist() == [[1, 1], [1, 1]]
    for content in (deep_png(2, 128, 1, 0), deep_png(4, 1, 65_535), deep_png(6, 1, 1, 1, 65_535)):
        (tmp_path / "a").write_bytes(content)
        with pytest.raises(ImageError, match="16 bits a channel, of which 8 are lost; save the"):
            load_mask(tmp_path / "a")


@pytest.mark.parametrize(
    "content", [b"P1 4 1\n0110", b"P4 4 1\n\x60", packed_tiff(1, b"\x60", 4, white=0)]
)
def test_one_bit_whose_0_is_white_does_not_say_which_is_the_thing(
    content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ImageError, match=r"0 is white: .* which of them is the thing; save"):
        load_mask(tmp_path / "a")
