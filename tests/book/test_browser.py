"""The finished book in a real browser: what it requests, how it fits, and whether it works."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from chromium import Page, find_chromium, open_browser
from html_pages import book_pages

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
SETTLING_SECONDS = 0.2
"""After which a page of another theme has taken its colors."""

CONTRAST_LIMIT = 4.5
READABLE = ", ".join(
    f".bd-article {kind}" for kind in ("p", "li", "a", "figcaption", "summary", "td", "pre span")
)

# The contrast of WCAG 2 between the color of a text and the first opaque background behind it.
CONTRAST = """
(() => {
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
  return [...document.querySelectorAll(SELECTOR)]
    .filter(node => node.textContent.trim() && !node.classList.contains('headerlink'))
    .map(node => {
      const pair = [parse(getComputedStyle(node).color), background(node)].map(luminance);
      const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
      return [ratio, node.tagName + ': ' + node.textContent.slice(0, 40)];
    })
    .filter(([ratio]) => ratio < SMALLEST)
    .map(([ratio, text]) => ratio.toFixed(2) + ' ' + text);
})()
"""


AT_ONCE = "<style>* {transition: none !important}</style>"
"""Colors change with the theme, not by and by."""

# The theme of a page, as soon as it is that of the scheme; after five seconds whatever it is.
THEME = """
new Promise(done => {
  const end = Date.now() + 5000;
  const look = () => {
    const theme = document.documentElement.dataset.theme;
    theme === SCHEME || Date.now() > end ? done(theme) : setTimeout(look, 20);
  };
  look();
})
"""


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(built_book: Path) -> Iterator[str]:
    handler = partial(QuietHandler, directory=str(built_book))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with open_browser(program, tmp_path_factory.mktemp("chromium")) as tab:
        yield tab


@dataclass(frozen=True)
class Visit:
    """What one page did in the browser; themes and pale texts by the scheme that was preferred."""

    address: str
    themes: dict[str, str]
    requested: list[str]
    failed: list[str]
    pale: dict[str, list[str]]
    formulas: int
    typeset: int
    wrong_formulas: int
    widths: dict[int, tuple[float, float]]
    cells: int
    copy_buttons: int


def count(page: Page, selector: str) -> int:
    """Count the elements of a page."""
    return int(page.evaluate(f"document.querySelectorAll({selector!r}).length"))


def measure(page: Page, width: int) -> tuple[float, float]:
    """Return the width that the page needs, and where its text ends."""
    page.resize(width)
    needed = page.evaluate("document.documentElement.scrollWidth")
    article = "document.querySelector('.bd-article').getBoundingClientRect().right"
    return needed, page.evaluate(article)


def visit(page: Page, address: str) -> Visit:
    """Open a page and note all that the tests ask about."""
    page.prefer(SCHEMES[0])
    page.resize(1280)
    page.open(address)
    formulas = count(page, ".math")
    if formulas:
        page.wait_for(f"document.querySelectorAll('mjx-container').length >= {formulas}")
    script = CONTRAST.replace("SELECTOR", repr(READABLE)).replace("SMALLEST", str(CONTRAST_LIMIT))
    page.evaluate(f"document.head.insertAdjacentHTML('beforeend', {AT_ONCE!r})")
    themes, pale = {}, {}
    for scheme in SCHEMES:
        page.prefer(scheme)
        themes[scheme] = page.evaluate(THEME.replace("SCHEME", repr(scheme)))
        page.listen(SETTLING_SECONDS)
        pale[scheme] = page.evaluate(script)
    return Visit(
        address=address,
        themes=themes,
        pale=pale,
        formulas=formulas,
        typeset=count(page, "mjx-container"),
        wrong_formulas=count(page, "mjx-merror"),
        widths={width: measure(page, width) for width in WIDTHS},
        cells=count(page, ".cell_input pre"),
        copy_buttons=count(page, ".cell_input button.copybtn"),
        requested=list(page.requested),
        failed=list(page.failed),
    )


@pytest.fixture(scope="module")
def visits(page: Page, site: str, built_book: Path) -> list[Visit]:
    """Every page, visited once for all tests."""
    names = [path.relative_to(built_book).as_posix() for path in book_pages(built_book)]
    addresses = [f"{site}/{name}" for name in names if name.startswith("book/")]
    return [visit(page, address) for address in addresses]


def test_no_page_requests_anything_from_another_site(visits: list[Visit], site: str) -> None:
    own = (site, "data:", "blob:")
    assert not [url for seen in visits for url in seen.requested if not url.startswith(own)]


def test_no_request_fails(visits: list[Visit]) -> None:
    assert not [failure for seen in visits for failure in seen.failed]


def test_the_theme_follows_the_system(visits: list[Visit]) -> None:
    assert not [seen.address for seen in visits if seen.themes != {s: s for s in SCHEMES}]


def test_text_has_contrast(visits: list[Visit]) -> None:
    assert not [
        f"{seen.address} {scheme}: {pale[:5]}"
        for seen in visits
        for scheme, pale in seen.pale.items()
        if pale
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(visits: list[Visit], width: int) -> None:
    assert not [
        f"{seen.address}: {seen.widths[width]}"
        for seen in visits
        if max(seen.widths[width]) > width
    ]


def test_mathematics_is_typeset(visits: list[Visit]) -> None:
    assert any(seen.formulas for seen in visits), "no page shows a formula"
    assert not [seen.address for seen in visits if seen.typeset < seen.formulas]
    assert not [seen.address for seen in visits if seen.wrong_formulas]


def test_every_code_cell_has_a_copy_button(visits: list[Visit]) -> None:
    assert not [seen.address for seen in visits if seen.copy_buttons != seen.cells]


def test_search_finds_softmax(page: Page, site: str) -> None:
    page.open(f"{site}/search.html?q=softmax")
    page.wait_for("document.querySelectorAll('#search-results li').length > 0")
    assert "softmax" in page.evaluate("document.querySelector('#search-results').innerText").lower()


def test_the_theme_switch_works(page: Page, site: str) -> None:
    page.resize(1280)
    page.open(f"{site}/index.html")
    page.wait_for("document.querySelector('.theme-switch-button') !== null")
    seen = set()
    for _ in range(3):
        page.evaluate("document.querySelector('.theme-switch-button').click()")
        seen.add(page.evaluate("document.documentElement.dataset.theme"))
    assert seen == {"light", "dark"}
    page.evaluate("localStorage.clear()")


def test_there_is_one_search_field(page: Page, site: str) -> None:
    page.resize(1280)
    page.open(f"{site}/index.html")
    visible = "[...document.querySelectorAll('.search-button-field, input[type=search]')]"
    assert page.evaluate(f"{visible}.filter(field => field.offsetParent).length") == 1
