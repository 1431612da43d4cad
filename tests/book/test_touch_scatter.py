"""Scatter and add to touch, in a browser: sums, sizes and copies are those of PyTorch."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Locator, Page

from browser import beyond_the_screen, pale_texts, swipe
from touch_pages import page_of
from transposed_pages import CELLS, WEIGHTS, scatter_html, scattered

pytestmark = pytest.mark.browser

SIGNS = str.maketrans("−", "-")
READ = """() => {
  const texts = kind => [...document.querySelectorAll('figure.touch ' + kind)]
    .filter(n => !n.hidden).map(n => n.textContent);
  return {grabs: texts('.sc-grab'), outs: texts('.sc-out'), cut: texts('.sc-out.sc-cut').length,
    copies: texts('.sc-copies'), size: texts('.sc-size')[0], sum: texts('.sc-sum')[0]};
}"""
MOVE = "(node, value) => { node.value = value; node.dispatchEvent(new Event('input')); }"


def open_figure(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.set_content(page_of(*(html or (scatter_html(),))))
    return page


def whole(texts: Sequence[str]) -> list[int]:
    """Numbers as they are written."""
    return [int(text.translate(SIGNS)) for text in texts]


def compare(
    page: Page, window: tuple[int, int, int], cells: list[int], weights: list[int]
) -> dict[str, Any]:
    """Every number that is shown, with what PyTorch computes."""
    kernel, stride, padding = window
    shown: dict[str, Any] = page.evaluate(READ)
    assert sorted(whole(shown["grabs"])) == sorted([*cells, *weights[:kernel]])
    assert whole(shown["outs"]) == scattered(cells, weights[:kernel], stride, 0)
    assert whole(shown["copies"]) == scattered([1] * 4, [1] * kernel, stride, 0)
    left = scattered(cells, weights[:kernel], stride, padding)
    assert len(shown["outs"]) - shown["cut"] == len(left)
    assert ("nothing is left" in shown["size"]) == (not left)
    return shown


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


@pytest.mark.parametrize("width", [390, 1280])
def test_every_kernel_stride_and_padding(tab: Page, width: int) -> None:
    page = open_figure(tab, width=width)
    assert page.locator(".touch-live").get_attribute("data-agrees") == "true"
    compare(page, (4, 2, 1), CELLS, WEIGHTS)
    for window in product(range(1, 6), range(1, 4), range(3)):
        for name, value in zip(("kernel", "stride", "padding"), window, strict=True):
            slider(page, name).evaluate(MOVE, value)
        compare(page, window, CELLS, WEIGHTS)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(page.locator("figure.touch *")) == 0
    page.get_by_role("button", name="Start again").click()
    compare(page, (4, 2, 1), CELLS, WEIGHTS)


def test_keys_and_the_mouse_change_the_numbers(tab: Page) -> None:
    page = open_figure(tab, width=1280)
    cells, weights = list(CELLS), list(WEIGHTS)
    for key, value in (("ArrowRight", 2), ("End", 9), ("Home", 0)):
        page.get_by_role("slider", name="cell 1").press(key)
        cells[0] = value
        compare(page, (4, 2, 1), cells, weights)
    page.get_by_role("slider", name="weight 2").press("Home")
    weights[1] = -4
    assert "(−4)" in compare(page, (4, 2, 1), cells, weights)["sum"] or cells[0] == 0
    box = page.get_by_role("slider", name="cell 3").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 14 * 5, y, steps=4)
    page.mouse.up()
    cells[2] = 6
    compare(page, (4, 2, 1), cells, weights)
    slider(page, "stride").press("ArrowRight")
    compare(page, (4, 3, 1), cells, weights)


def test_a_pixel_says_its_sum(tab: Page) -> None:
    page = open_figure(tab)
    page.get_by_role("button", name="pixel 3: 7").click()
    assert page.evaluate(READ)["sum"] == "Pixel 3: 1·1 + 2·3 = 7"
    page.get_by_role("button", name="pixel 3: 7").press("Shift+Tab")
    page.locator(".sc-out").first.click()
    assert page.evaluate(READ)["sum"] == "Cut off: 1·1 = 1"
    assert page.evaluate(READ)["size"] == "Size: (4 − 1)·2 + 4 − 2·1 = 8 pixels"
    page.wait_for_function(
        "document.querySelector('[role=status]').textContent"
        " === '8 pixels: 3, 5, 7, 7, 5, 6, 10, 9.'"
    )


def test_a_finger_drags_a_number_and_scrolls(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 700}, has_touch=True)
    page = context.new_page()
    page.set_content(page_of(scatter_html()))
    box = page.get_by_role("slider", name="cell 2").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    swipe(page, (x, y), (x + 14 * 4, y + 2))
    page.wait_for_timeout(300)
    compare(page, (4, 2, 1), [1, 6, 1, 3], WEIGHTS)
    page.locator(".sc-out").nth(2).tap()
    swipe(page, (x, y), (x + 1, y - 120))
    page.wait_for_function("scrollY > 40")
    compare(page, (4, 2, 1), [1, 6, 1, 3], WEIGHTS)
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_figure(tab)
    assert not pale_texts(page, "figure.touch :is(p, b, span, button, figcaption)")


def test_two_figures_do_not_disturb_each_other_and_a_wrong_check_says_so(tab: Page) -> None:
    other = scatter_html().replace("[4,2,1,[3,", "[4,2,1,[4,", 1)
    page = open_figure(tab, scatter_html(), other)
    page.get_by_role("slider", name="cell 1").first.press("End")
    assert page.get_by_role("slider", name="cell 1").nth(1).inner_text() == "1"
    assert page.get_by_role("alert").count() == 1
    assert page.locator("figure.touch [id]").count() == 0
    assert not page.evaluate("['draw', 'scatter', 'grab'].filter(name => name in window)")
