"""Memory and Amdahl's law to touch, in a browser: numbers are those of PyTorch and of Python."""

from collections.abc import Iterator
from itertools import pairwise, product
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts, show_still, swipe
from course_utils.teaching.touchable.digits import fixed
from speed_pages import (
    COLUMNS,
    LINE,
    ORDERS,
    ROWS,
    TIMES,
    amdahl_data,
    layout_data,
    read_by_pytorch,
    speed_html,
)
from touch_pages import page_of

pytestmark = pytest.mark.browser

READ = """() => [...document.querySelectorAll('.ml-memory')].map(box => ({
  said: box.parentElement.querySelector('.ml-value').textContent,
  read: [...box.children].flatMap((cell, k) => cell.classList.contains('ml-read') ? [k] : []),
}))"""
SHARES = """() => [...document.querySelectorAll('.am-part, .am-rest')].map(
  n => 100 * n.getBoundingClientRect().width / n.parentElement.getBoundingClientRect().width)"""


def open_figures(page: Page, *html: str, width: int = 1280) -> Page:
    """Show both figures on a plain page, or others."""
    page.mouse.move(0, 0)  # it hovers where the test before has left it
    both = speed_html("memory_layout"), speed_html("amdahl")
    return show_still(page, page_of(*(html or both)), width)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A narrow screen for fingers."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    yield context.new_page()
    context.close()


def assert_read(page: Page, y: int, x: int) -> None:
    """Both memories show what PyTorch's strides say."""
    shown: list[dict[str, Any]] = page.evaluate(READ)
    for order, memory in zip(ORDERS, shown, strict=True):
        wanted = read_by_pytorch(order, y, x)
        pieces = 1 + sum(b != a + 1 for a, b in pairwise(wanted))
        lines = len({place // LINE for place in wanted})
        assert memory["read"] == wanted, (order, y, x)
        assert (
            memory["said"] == f"{4 * len(wanted)} bytes in {pieces} pieces, on {lines} of 8 lines"
        )


def assert_faster(page: Page, percent: int, times: float) -> None:
    """All numbers and bars say the same."""
    rest = (100 - percent) / 100
    text = page.locator(".am-sum").inner_text()
    assert f"becomes {fixed(1 / (rest + percent / 100 / times), 2)} times" in text
    limit = f"{fixed(1 / rest, 2)} times at most" if rest else "Nothing else"
    assert limit in text
    wanted = [percent, 100 - percent, percent / times, 100 - percent]
    assert page.evaluate(SHARES) == pytest.approx(wanted, abs=1)
    assert fixed(percent / times, 1) in page.locator(".am-value").nth(1).inner_text()


def assert_said(page: Page, words: str) -> None:
    """A screen reader is told this, once the hand rests."""
    page.locator("[role=status]", has_text=words).wait_for(state="attached")


def test_every_pixel_under_the_mouse(tab: Page) -> None:
    page = open_figures(tab)
    assert page.locator('.touch-live[data-agrees="true"]').count() == 2
    assert_read(page, 1, 3)
    for y, x in product(range(ROWS), range(COLUMNS)):
        page.get_by_role("button", name=f"row {y + 1}, column {x + 1}").hover()
        assert_read(page, y, x)


def test_arrows_move_the_pixel_and_stop_at_the_edge(tab: Page) -> None:
    page = open_figures(tab)
    page.keyboard.press("Tab")
    for key, y, x in (("Up", 0, 3), ("Up", 0, 3), ("Left", 0, 2), ("Down", 1, 2), ("Right", 1, 3)):
        page.keyboard.press(f"Arrow{key}")
        assert_read(page, y, x)
    pressed = page.locator('.ml-pixel[aria-pressed="true"]')
    assert pressed.get_attribute("aria-label") == "row 2, column 4"
    assert page.locator('.ml-pixel[tabindex="0"]').count() == 1


def test_share_and_times_by_keys_and_mouse(tab: Page) -> None:
    page = open_figures(tab, speed_html("amdahl"))
    assert_faster(page, 50, 10)
    knob, times = page.get_by_role("slider", name="share of the network"), page.locator("input")
    for key, percent in (("End", 100), ("Home", 0), ("ArrowRight", 1), ("PageUp", 11)):
        knob.press(key)
        assert_faster(page, percent, 10)
    for key, factor in (("End", TIMES[-1]), ("Home", 1), ("ArrowRight", 2)):
        times.press(key)
        assert_faster(page, 11, factor)
    box, track = knob.bounding_box(), page.locator(".am-track").first.bounding_box()
    assert box is not None
    assert track is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 0.3 * track["width"], y, steps=4)
    page.mouse.up()
    assert_faster(page, 41, 2)
    page.get_by_role("button", name="Start again").click()
    assert_faster(page, 50, 10)


def test_on_a_phone_fingers_tap_and_drag(phone: Page) -> None:
    page = open_figures(phone, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert beyond_the_screen(page.locator("figure.touch *")) == 0
    page.get_by_role("button", name="row 4, column 8").tap()
    assert_read(page, 3, 7)
    knob = page.get_by_role("slider", name="share of the network")
    knob.scroll_into_view_if_needed()
    box, track = knob.bounding_box(), page.locator(".am-track").first.bounding_box()
    assert box is not None
    assert track is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    swipe(page, (x, y), (x - 0.2 * track["width"], y + 2))
    page.wait_for_timeout(200)
    assert_faster(page, 30, 10)


def test_a_screen_reader_hears_the_numbers(tab: Page) -> None:
    page = open_figures(tab, speed_html("memory_layout"))
    page.get_by_role("button", name="row 1, column 1").click()
    assert_said(
        page,
        "Row 1, column 1. channels first: 64 bytes in 8 pieces, on 4 of 8 lines; "
        "channels last: 64 bytes in 2 pieces, on 2 of 8 lines.",
    )
    page = open_figures(tab, speed_html("amdahl"))
    page.get_by_role("slider", name="share").press("Home")
    assert_said(page, "0 percent, 10 times as fast: the whole 1.00 times.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    page = open_figures(tab)
    tab.emulate_media(color_scheme=theme)
    assert not pale_texts(page, "figure.touch :is(p, b, span, button, label, figcaption)")


def test_two_figures_do_not_disturb_each_other_and_a_wrong_check_says_so(tab: Page) -> None:
    layout, law = layout_data(), amdahl_data()
    wrong = [
        speed_html("memory_layout").replace('["channels first",1,3,[2', '["channels first",1,3,[3'),
        speed_html("amdahl").replace("[100,5,5.0]", "[100,5,5.1]"),
    ]
    assert wrong[0] != speed_html("memory_layout", layout)
    assert wrong[1] != speed_html("amdahl", law)
    page = open_figures(tab, speed_html("memory_layout"), speed_html("amdahl"), *wrong)
    page.get_by_role("slider", name="share").first.press("End")
    assert "10.00 times" in page.locator(".am-sum").first.inner_text()
    assert "1.82 times" in page.locator(".am-sum").nth(1).inner_text()
    assert page.get_by_role("alert").count() == 2
    assert page.locator("figure.touch [id]").count() == 0
    assert not page.evaluate("['draw', 'gain', 'places'].filter(name => name in window)")
