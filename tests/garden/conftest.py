"""What several tests of the garden share; the dear things are rendered once."""

from pathlib import Path

import pytest

from garden.scenes.composed import composed_panorama
from garden.scenes.object_sizes import empty_scene
from garden.scenes.scene import Scene
from garden.scenes.truth import Thing


@pytest.fixture(scope="session")
def data(root: Path) -> Path:
    """The committed files."""
    return root / "data"


@pytest.fixture(scope="session")
def composed() -> tuple[bytes, list[Thing]]:
    """The composed panorama of seed 26, and its things."""
    return composed_panorama(26)


@pytest.fixture(scope="session")
def view() -> Scene:
    """The empty ground of seed 1, a view; nobody may change it."""
    return empty_scene(1)
