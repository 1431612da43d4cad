"""An outline of void is told from a thing that was saved as 255."""

import numpy as np
import pytest

from course_utils.data.labels import indices_in
from course_utils.data.masks import VOID
from course_utils.data.void_areas import is_thing_as_void

SIZE = (375, 500)


def found(mask: np.ndarray) -> bool:
    return is_thing_as_void(mask, indices_in(mask))


def mask(rows: slice, columns: slice, inner: int | None = None, width: int = 5) -> np.ndarray:
    """A rectangle of void, or only an outline of this width around something."""
    classes = np.zeros(SIZE, np.uint8)
    classes[rows, columns] = VOID
    if inner is not None:
        classes[rows, columns][width:-width, width:-width] = inner
    return classes


BLOCK = slice(100, 180), slice(200, 300)


def test_a_thick_area_alone_is_a_thing() -> None:
    assert found(mask(*BLOCK))
    assert found(mask(slice(0, 80), slice(0, 100)))


def test_an_outline_is_none_whatever_is_inside() -> None:
    assert not found(mask(*BLOCK, inner=0))
    assert not found(mask(*BLOCK, inner=1))
    assert found(mask(*BLOCK, inner=0, width=20))


@pytest.mark.parametrize("edge", [np.s_[:40], np.s_[-40:], np.s_[:, :40], np.s_[:, -40:]])
def test_what_fills_up_a_picture_is_none(edge: tuple[slice, ...] | slice) -> None:
    classes = np.zeros(SIZE, np.uint8)
    classes[edge] = VOID
    assert not found(classes)


def test_a_mask_without_void_or_of_void_alone_is_none() -> None:
    assert not found(np.zeros(SIZE, np.uint8))
    assert not found(np.full(SIZE, VOID, np.uint8))
    assert not found(mask(slice(2), slice(3)))


def test_a_small_mask() -> None:
    classes = np.zeros((5, 5), np.uint8)
    classes[1:4, 1:4] = VOID
    assert not found(classes)
