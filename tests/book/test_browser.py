"""The finished book in a real browser: what it requests, how it fits, and whether it works."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Page

from browser import Requests, faults_of, open_browser, pale_texts, served
from html_pages import book_pages

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
WIDTH_OF = {"light": 1280, "dark": 390}
"""At which axe-core looks: it takes its time, and finds by width and by theme different things."""
TWO_LINES = 40
"""Pixels; a line of small text needs fewer."""

READABLE = ", ".join(
    f".bd-article {kind}" for kind in ("p", "li", "a", "figcaption", "summary", "td", "pre span")
)

AT_ONCE = "<style>* {transition: none !important}</style>"
"""Colors change with the theme, not by and by."""

DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""The page has been drawn with its new colors."""

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


@pytest.fixture(scope="module")
def site(built_book: Path) -> Iterator[str]:
    with served(built_book) as address:
        yield address


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """One tab for all tests: it keeps what it has loaded."""
    with open_browser() as browser:
        yield browser.new_page(viewport={"width": 1280, "height": 900})


@dataclass(frozen=True)
class Visit:
    """What one page did in the browser; themes and pale texts by the scheme that was preferred."""

    address: str
    themes: dict[str, str]
    requested: list[str]
    failed: list[str]
    pale: dict[str, list[str]]
    faults: list[str]
    formulas: int
    typeset: int
    wrong_formulas: int
    widths: dict[int, tuple[float, float]]
    cells: int
    copy_buttons: int


def measure(page: Page, width: int) -> tuple[float, float]:
    """Return the width that the page needs, and where its text ends."""
    page.set_viewport_size({"width": width, "height": 900})
    needed = page.evaluate("document.documentElement.scrollWidth")
    article = "document.querySelector('.bd-article').getBoundingClientRect().right"
    return needed, page.evaluate(article)


def visit(page: Page, requests: Requests, address: str) -> Visit:
    """Open a page and note all that the tests ask about."""
    requests.forget()
    page.emulate_media(color_scheme=SCHEMES[0])
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    formulas = page.locator(".math").count()
    page.wait_for_function(f"document.querySelectorAll('mjx-container').length >= {formulas}")
    page.evaluate(f"document.head.insertAdjacentHTML('beforeend', {AT_ONCE!r})")
    themes, pale, faults = {}, {}, []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        themes[scheme] = page.evaluate(THEME.replace("SCHEME", repr(scheme)))
        page.set_viewport_size({"width": WIDTH_OF[scheme], "height": 900})
        page.evaluate(DRAWN)
        faults += [f"{scheme} {fault}" for fault in faults_of(page)]
        pale[scheme] = pale_texts(page, READABLE)
    widths = {width: measure(page, width) for width in WIDTHS}
    page.wait_for_load_state("networkidle")
    return Visit(
        address=address,
        themes=themes,
        pale=pale,
        faults=faults,
        formulas=formulas,
        typeset=page.locator("mjx-container").count(),
        wrong_formulas=page.locator("mjx-merror").count(),
        widths=widths,
        cells=page.locator(".cell_input pre").count(),
        copy_buttons=page.locator(".cell_input button.copybtn").count(),
        requested=list(requests.asked),
        failed=list(requests.failed),
    )


@pytest.fixture(scope="module")
def visits(page: Page, site: str, built_book: Path) -> list[Visit]:
    """Every page, visited once for all tests."""
    names = [path.relative_to(built_book).as_posix() for path in book_pages(built_book)]
    addresses = [f"{site}/{name}" for name in names if name.startswith("book/")]
    requests = Requests(page)
    return [visit(page, requests, address) for address in addresses]


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


def test_nothing_keeps_readers_out(visits: list[Visit]) -> None:
    assert not [f"{seen.address} {fault}" for seen in visits for fault in seen.faults]


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


@pytest.mark.parametrize("width", WIDTHS)
def test_a_folded_cell_is_one_quiet_line(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}/book/pipeline/tensor_to_label.html")
    folds = page.locator("div.cell details.hide").all()
    assert folds
    for fold in folds:
        assert fold.bounding_box()["height"] < TWO_LINES
        assert fold.locator("summary").inner_text() == fold.locator(".collapsed").inner_text()
        assert not fold.locator("pre").first.is_visible()


def test_a_folded_cell_opens_and_can_be_copied(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site}/book/pipeline/tensor_to_label.html")
    fold = page.locator("div.cell details.hide").first
    title = fold.locator("summary").inner_text()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.locator("pre").first.inner_text().startswith(f"# @title {title}")
    assert fold.locator("summary").inner_text() == title
    fold.locator(".cell_input").hover()
    assert fold.locator("button.copybtn").is_visible()


def test_the_theme_switch_works(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site}/index.html")
    seen = set()
    for _ in range(3):
        page.locator(".theme-switch-button").first.click()
        seen.add(page.evaluate("document.documentElement.dataset.theme"))
    assert seen == {"light", "dark"}
    page.evaluate("localStorage.clear()")


def test_there_is_one_search_field(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site}/index.html")
    page.wait_for_selector(".search-button-field", state="attached")  # it leads to the first page
    fields = page.locator(".search-button-field, input[type=search]")
    assert sum(field.is_visible() for field in fields.all()) == 1


SHOWN = """
[...document.querySelectorAll('.bd-article figure.output-figure')].map(figure =>
  [figure.querySelectorAll('img'), figure.querySelectorAll('figcaption')].map(nodes =>
    [...nodes].filter(node => node.checkVisibility()).length))
"""
"""Of each figure of a page, how many pictures and how many captions are seen."""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_figure_shows_one_picture_and_its_caption(page: Page, site: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{site}/book/pipeline/tensor_to_label.html")
    page.evaluate(THEME.replace("SCHEME", repr(scheme)))
    shown = page.evaluate(SHOWN)
    assert shown
    assert all(one == [1, 1] for one in shown), shown
