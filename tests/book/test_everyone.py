"""The book over a thin line, on paper, through its search, and without a mouse."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import Requests, served
from html_pages import book_pages

pytestmark = pytest.mark.browser

MOST = 700_000
"""Bytes over the wire for the first load of a page, without its pictures."""
PICTURES = {".jpg", ".png", ".svg", ".webp"}
COMPRESSED = {".woff", ".woff2"}

PAPER = 640
"""Pixels that fit between the margins of a sheet (A4: 210 mm less 40)."""
CUT = """
[...document.querySelectorAll('.bd-article :is(pre, table, div.math, img)')]
  .filter(node => node.checkVisibility())
  .filter(node => node.scrollWidth > node.clientWidth + 1
    || node.getBoundingClientRect().right > innerWidth)
  .map(node => node.tagName + ' ' + node.textContent.slice(0, 60))
"""
"""What would not be whole on paper."""


@pytest.fixture(scope="module")
def site(built_book: Path) -> Iterator[str]:
    with served(built_book) as address:
        yield address


def bytes_sent(path: Path) -> int:
    """Of a file over the wire: what is not compressed is sent as gzip."""
    content = path.read_bytes()
    return len(content if path.suffix in COMPRESSED else gzip.compress(content, 6))


def test_the_first_load_is_light(browser: Browser, site: str, built_book: Path) -> None:
    largest = sorted(book_pages(built_book), key=lambda path: -path.stat().st_size)[:5]
    for path in [*largest, built_book / "book" / "playground.html"]:
        page = browser.new_page()
        requests = Requests(page)
        page.goto(f"{site}/{path.relative_to(built_book)}")
        page.wait_for_load_state("networkidle")
        asked = [url.removeprefix(site).split("?")[0] for url in requests.asked]
        files = [built_book / name[1:] for name in asked if name.startswith("/")]
        sent = sum(bytes_sent(file) for file in files if file.suffix not in PICTURES)
        assert 100_000 < sent <= MOST, path
        page.close()


@pytest.mark.parametrize("word", ["layer_table", "TrainingConfig", "to_fully_convolutional"])
def test_search_finds_a_name_of_the_package(tab: Page, site: str, word: str) -> None:
    tab.goto(f"{site}/search.html?q={word}")
    tab.wait_for_selector("#search-results li")
    assert f".{word} (" in " ".join(tab.locator("#search-results li").all_inner_texts()[:3])


def test_search_finds_a_word(tab: Page, site: str) -> None:
    tab.goto(f"{site}/search.html?q=softmax")
    tab.wait_for_selector("#search-results li")
    assert "softmax" in tab.inner_text("#search-results").lower()


@pytest.mark.parametrize("name", ["appendix/data", "appendix/real_data", "dense/localization"])
def test_paper_cuts_no_line(tab: Page, site: str, name: str) -> None:
    tab.set_viewport_size({"width": PAPER, "height": 1000})
    tab.goto(f"{site}/book/{name}.html")
    tab.wait_for_load_state("networkidle")
    assert tab.evaluate(CUT), "something would be cut on a screen of this width"
    tab.emulate_media(media="print")
    cut = tab.evaluate(CUT)
    tab.emulate_media(media="screen")
    assert not cut


def test_what_scrolls_shows_it_until_its_end(tab: Page, site: str) -> None:
    tab.set_viewport_size({"width": 390, "height": 900})
    tab.goto(f"{site}/book/appendix/data.html")
    table = tab.locator(".bd-article table.scrolls").first
    table.focus()
    scrolls = "node => [node.matches(':focus'), node.classList.contains('scrolls')]"
    handle = table.element_handle()
    assert handle.evaluate(scrolls) == [True, True]
    handle.evaluate("node => { node.scrollLeft = node.scrollWidth; }")
    tab.wait_for_function("node => !node.classList.contains('scrolls')", arg=handle)


def test_the_keyboard_reaches_the_chapters(tab: Page, site: str) -> None:
    """From the address: over the skip link, the names in the side bar, to the page itself."""
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.goto(f"{site}/book/dense/fc_to_conv.html")
    seen = []
    for _ in range(120):
        tab.keyboard.press("Tab")
        seen.append(tab.evaluate("document.activeElement.textContent.trim()"))
    assert seen[0] == "Skip to main content"
    assert any(words.endswith(". Where is it?") for words in seen), (
        "the chapter behind it, in the side bar"
    )
    assert "Where is it?" in seen, "the first link of the text"
    assert not [words for words in seen if "Toggle" in words]
