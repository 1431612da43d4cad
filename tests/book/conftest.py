"""A browser for the tests that look at pages."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

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
