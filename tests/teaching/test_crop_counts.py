"""What a crop holds: counted by hand on a small mask, and void where it hangs over."""

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from course_utils.data.masks import VOID
from course_utils.teaching.crop_counts import FACTORS, counted, crops_data, resized

MASK = torch.tensor([[0, 0, 1, 1], [0, 2, 2, 255]], dtype=torch.uint8)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((1.0, 0, 0), [3, 0, 1, 0]),
        ((1.0, 0, 2), [0, 2, 1, 1]),
        ((1.0, -1, 1), [1, 1, 0, 2]),  # a row above the mask is void
        ((1.0, 1, 3), [0, 0, 0, 4]),
        ((2.0, 0, 4), [0, 4, 0, 0]),  # each pixel has become four
    ],
)
def test_a_crop_by_hand(place: tuple[float, int, int], expected: list[int]) -> None:
    assert counted(MASK, [0, 1, 2, VOID], (2, 2), place) == expected


def test_resizing_makes_up_no_class() -> None:
    for factor in FACTORS:
        assert set(resized(MASK, factor).unique().tolist()) <= {0, 1, 2, VOID}


def test_the_data_hold_the_picture_and_the_mask() -> None:
    picture = torch.zeros(3, 2, 4, dtype=torch.uint8)
    names = ("soil", "ant", "bee", "rose")
    data = crops_data(picture, MASK, names, (2, 2), [(1.0, 0, 2), (2.0, 0, 4)])
    assert data["classes"] == ["soil", "ant", "bee", "void"]
    assert data["start"] == [FACTORS.index(1.0), 0, 2]
    assert data["checks"][1] == [FACTORS.index(2.0), 0, 4, 0, 4, 0, 0]
    assert data["sizes"][FACTORS.index(2.0)] == [4, 8]
    stored = base64.b64decode(data["mask"].partition(",")[2])
    assert np.array_equal(np.array(Image.open(io.BytesIO(stored))), MASK.numpy())
