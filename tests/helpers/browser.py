"""A headless Chromium: the machine's own, driven by Playwright."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Request, Response, sync_playwright

Point = tuple[float, float]
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
)
"""The last one is a camera, for pages that may ask for one."""
ABORTED = "net::ERR_ABORTED"
"""What becomes of a request whose page was left."""

CONTRAST_LIMIT = 4.5
# The contrast of WCAG 2 between the color of a text and the first opaque background behind it.
CONTRAST = """
(([selector, smallest]) => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) =>
    0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const background = node => {
    for (; node; node = node.parentElement) {
      const color = parse(getComputedStyle(node).backgroundColor);
      if (color.length === 3 || color[3] > 0.99) return color;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll(selector)]
    .filter(node => node.textContent.trim() && !node.classList.contains('headerlink'))
    .map(node => {
      const pair = [parse(getComputedStyle(node).color), background(node)].map(luminance);
      const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
      return [ratio, node.tagName + ': ' + node.textContent.slice(0, 40)];
    })
    .filter(([ratio]) => ratio < smallest)
    .map(([ratio, text]) => ratio.toFixed(2) + ' ' + text);
})
"""


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


def faults_of(page: Page) -> list[str]:
    """What keeps readers out, as axe-core finds it: the rule, how often, and the first place."""
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False})
    return [
        f"{rule['id']} {len(rule['nodes'])} {rule['nodes'][0]['html'][:80]}"
        for rule in found.response["violations"]
    ]


def pale_texts(page: Page, selector: str) -> list[str]:
    """The elements whose text has too little contrast, with the ratio."""
    found: list[str] = page.evaluate(CONTRAST, [selector, CONTRAST_LIMIT])
    return found


def wait_until_said(page: Page, words: str) -> None:
    """Wait until a screen reader is told exactly this."""
    said = "wanted => document.querySelector('[role=status]').textContent === wanted"
    page.wait_for_function(said, arg=words)


def show_still(page: Page, content: str, width: int, height: int = 900) -> Page:
    """Show a page of this size, without motion."""
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(reduced_motion="reduce")
    page.set_content(content)
    return page


def beyond_the_screen(nodes: Locator) -> int:
    """Count the elements that reach beyond the right edge."""
    beyond = "nodes => nodes.filter(n => n.getBoundingClientRect().right > innerWidth).length"
    count: int = nodes.evaluate_all(beyond)
    return count


def swipe(page: Page, start: Point, end: Point) -> None:
    """Draw a finger over the page, in six steps."""
    session = page.context.new_cdp_session(page)
    for step in range(7):
        kind = "touchMove" if step else "touchStart"
        x, y = (a + (b - a) * step / 6 for a, b in zip(start, end, strict=True))
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


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


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; the address has no slash at its end."""
    handler = partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
