"""Palettes that contradict each other are refused, and those that do not are let through."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils.data.masks import VOID
from course_utils.data.palettes import require_one_palette
from course_utils.errors import DataError

BLACK, RED, BLUE, WHITE = [0] * 3, [200, 0, 0], [0, 0, 200], [255] * 3
USED = frozenset({0, 1})


def mask(path: Path, *palette: list[int], kind: str = "PNG") -> Path:
    image = Image.fromarray(np.arange(16, dtype=np.uint8).reshape(4, 4) % 2)
    image.putpalette(np.array(palette, np.uint8).tobytes())
    image.save(path, kind)
    return path


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF"])
def test_two_files_are_named_whatever_their_format(kind: str, tmp_path: Path) -> None:
    first = mask(tmp_path / "a.png", BLACK, RED)
    second = mask(tmp_path / "b.png", BLACK, BLUE, kind=kind)
    with pytest.raises(DataError, match=r"a\.png and b\.png contradict"):
        require_one_palette(tmp_path, [(first, USED), (second, USED)])


def test_only_indices_that_occur_count(tmp_path: Path) -> None:
    masks = [mask(tmp_path / "a.png", BLACK, RED), mask(tmp_path / "b.png", BLACK, BLUE)]
    require_one_palette(tmp_path, [(path, frozenset({0})) for path in masks])


def test_a_color_that_a_palette_has_twice_says_nothing(tmp_path: Path) -> None:
    masks = [
        (mask(tmp_path / "a.png", BLACK, BLACK, RED), frozenset({0, 1})),
        (mask(tmp_path / "b.png", WHITE, BLACK, BLACK), frozenset({1, 2})),
    ]
    require_one_palette(tmp_path, [masks[0], masks[0], (masks[1][0], frozenset({2}))])


def test_void_may_have_any_color(tmp_path: Path) -> None:
    palettes = [[BLACK] * VOID + [RED], [BLACK] * VOID + [BLUE]]
    paths = [mask(tmp_path / f"{n}.png", *palette) for n, palette in enumerate(palettes)]
    require_one_palette(tmp_path, [(path, frozenset({VOID})) for path in paths])


def test_what_has_no_palette_is_passed_over(tmp_path: Path) -> None:
    gray = tmp_path / "a.png"
    Image.new("L", (3, 3)).save(gray)
    paths = [gray, tmp_path / "none.png", tmp_path / "b.npy"]
    require_one_palette(tmp_path, [(path, USED) for path in paths])
