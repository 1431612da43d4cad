"""Shapes as signed distances: negative inside, zero on the edge, positive outside."""

import numpy as np
import pytest

from garden.painting.shapes import capsule, coverage, dome, ellipse, grid, rotate


def at(*places: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of some places."""
    x, y = np.array(places, np.float32).T
    return x, y


def test_the_shorter_side_of_a_grid_runs_from_minus_one_to_one() -> None:
    x, y = grid(4, 8)
    assert y[:, 0] == pytest.approx([-0.75, -0.25, 0.25, 0.75])
    assert (x.min(), x.max()) == pytest.approx((-1.75, 1.75))


def test_the_distance_to_a_circle() -> None:
    distance = ellipse(*at((1, 1), (1, 3), (1, 6)), (1, 1), (2, 2))
    assert distance == pytest.approx([-2, 0, 3], abs=1e-5)


def test_a_stroke_grows_from_its_first_radius_to_its_second() -> None:
    distance = capsule(*at((0, 1), (10, 3), (5, 2), (12, 0)), (0, 0), (10, 0), 1, 3)
    assert distance == pytest.approx([0, 0, 0, -1], abs=1e-5)


def test_an_edge_covers_half_a_pixel() -> None:
    distance = np.array([-1, 0, 1], np.float32)
    assert coverage(distance, 1) == pytest.approx([1, 0.5, 0])


def test_a_dome_rises_from_the_edge() -> None:
    heights = dome(np.array([1, 0, -1, -2, -5], np.float32), 2)
    assert heights == pytest.approx([0, 0, 3**0.5, 2, 2], abs=1e-5)


def test_a_turned_shape_sees_its_own_axes() -> None:
    x, y = rotate(*at((0, 1), (1, 0)), np.pi / 2)
    assert x == pytest.approx([1, 0], abs=1e-6)
    assert y == pytest.approx([0, -1], abs=1e-6)
