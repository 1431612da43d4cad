"""What several commands are given."""

from pathlib import Path

import pytest

from picture_files import noise, save


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nineteen pictures, a name with a space among them."""
    folder = tmp_path_factory.mktemp("photos")
    names = [f"{number:02}.png" for number in range(18)] + ["a bee.png"]
    for seed, name in enumerate(names):
        save(folder / name, noise(seed, (60 + seed, 90 - seed)))
    return folder
