"""A headless Chromium: the machine's own, driven by Playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Request, Response, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-quic", "--disable-dev-shm-usage")
ABORTED = "net::ERR_ABORTED"
"""What becomes of a request whose page was left."""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the browser, or skip the test where the machine has none."""
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


class Requests:
    """What a page has asked for since it was opened, and which of it failed."""

    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        self.failed: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("requestfailed", self.note_failure)
        page.on("response", self.note_response)

    def note_failure(self, request: Request) -> None:
        """Note a request without an answer."""
        if request.failure != ABORTED:
            self.failed.append(f"{request.failure} {request.url}")

    def note_response(self, response: Response) -> None:
        """Note an answer that is an error."""
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")

    def forget(self) -> None:
        """Begin anew, for another page."""
        self.asked.clear()
        self.failed.clear()
