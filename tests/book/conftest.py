"""A browser for the tests that look at pages, and the files of those that run what pages write."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch
from PIL import Image

from course_utils.data import dataset_path
from published_lines import load_weights, ones, voc_mask

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    from browser import open_browser

    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def tab(browser: "Browser") -> "Page":
    """One tab for the tests of a file that need no other."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(20_000)
    return page


@pytest.fixture
def files_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the files that the blocks read; nothing is downloaded."""
    Image.new("RGB", (320, 280), (255, 0, 0)).save(tmp_path / "bee.jpg")
    shutil.copy(dataset_path("panorama") / "panorama.jpg", tmp_path)
    voc_mask().save(tmp_path / "mask.png")
    torch.save(ones(), tmp_path / "model.pkl")
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", load_weights)
    monkeypatch.chdir(tmp_path)
