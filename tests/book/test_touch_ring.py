"""A ring all-reduce to touch, in a browser: every piece holds what PyTorch has added up."""

from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts, show_still, wait_until_said
from course_utils.teaching.touchable.digits import fixed
from scale_pages import COUNTS, ring_by_pytorch, ring_data, scale_html
from touch_pages import page_of

pytestmark = pytest.mark.browser

READ = """() => {
  const root = document.querySelector('figure.touch');
  const text = kind => root.querySelector(kind).textContent;
  const pieces = [...root.querySelectorAll('.ri-piece')];
  const bit = (tick, k) => tick.matches('.ri-in') ? 2 ** k : 0;
  const bits = piece => [...piece.children].map(bit).reduce((a, b) => a + b);
  return {holds: pieces.map(bits), whole: pieces.map(n => n.matches('.ri-whole')),
    fresh: pieces.flatMap((n, k) => n.matches('.ri-new') ? [k] : []),
    head: text('.ri-head'), done: text('.ri-done'), sent: text('.ri-sent'),
    slider: root.querySelector('input').getAttribute('aria-valuetext')};
}"""


def open_figure(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page, without motion."""
    return show_still(page, page_of(*(html or (scale_html("ring"),))), width)


def compare(page: Page, count: int, step: int) -> None:
    """All that is shown, with what PyTorch has added up."""
    shown: dict[str, Any] = page.evaluate(READ)
    rows = ring_by_pytorch(count, step)
    pieces = [piece for row in rows for piece in row]
    sums = pieces.count(2**count - 1)
    assert shown["holds"] == pieces
    assert shown["whole"] == [piece == 2**count - 1 for piece in pieces]
    last = 2 * (count - 1)
    before = [piece for row in ring_by_pytorch(count, max(step - 1, 0)) for piece in row]
    changed = [k for k, (old, new) in enumerate(zip(before, pieces, strict=True)) if old != new]
    assert shown["fresh"] == changed
    assert len(changed) == (count if step else 0)
    assert shown["head"].startswith(f"Step {step} of {last}: ")
    assert ("adds" in shown["head"]) == (0 < step < count)
    assert shown["done"] == f"{sums} of {count**2} pieces hold the sum."
    part, whole = fixed(step / count, 2), fixed(last / count, 2)
    assert shown["sent"] == (
        f"Each process has sent {step} × 1/{count} = {part} gradients; at the end {whole}. If one "
        f"collected for all, it would send {count - 1}."
    )
    assert shown["slider"] == f"{step} of {last}"


@pytest.mark.parametrize("width", [390, 1280])
def test_every_step_of_every_ring(tab: Page, width: int) -> None:
    page = open_figure(tab, width=width)
    assert page.locator(".touch-live").get_attribute("data-agrees") == "true"
    compare(page, 4, 0)
    following = page.get_by_role("button", name="Next")
    for count in COUNTS:
        page.get_by_role("combobox", name="processes").select_option(str(count))
        compare(page, count, 0)
        for step in range(1, 2 * count - 1):
            assert following.is_enabled()
            following.click()
            compare(page, count, step)
        assert not following.is_enabled()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert beyond_the_screen(page.locator("figure.touch *")) == 0


def test_the_keyboard_alone_does_it(tab: Page) -> None:
    page = open_figure(tab)
    slider = page.get_by_role("slider", name="step")
    for key, step in (("ArrowRight", 1), ("ArrowRight", 2), ("End", 6), ("ArrowLeft", 5)):
        slider.press(key)
        compare(page, 4, step)
    page.get_by_role("button", name="Back").press("Enter")
    compare(page, 4, 4)
    wait_until_said(
        page,
        "Step 4 of 6: each keeps the sum that came, and hands it on. 8 of 16 pieces hold the sum. "
        "Each process has sent 4 × 1/4 = 1.00 gradients; at the end 1.50. If one collected for "
        "all, it would send 3.",
    )
    slider.press("Home")
    compare(page, 4, 0)
    assert not page.get_by_role("button", name="Back").is_enabled()


def test_a_finger_takes_steps(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900}, has_touch=True)
    page = context.new_page()
    page.set_content(page_of(scale_html("ring")))
    page.get_by_role("button", name="Next").tap()
    compare(page, 4, 1)
    page.get_by_role("button", name="Next").tap()
    compare(page, 4, 2)
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_figure(tab)
    assert not pale_texts(
        page, "figure.touch :is(p, b, label, select, span, button:enabled, figcaption)"
    )


def test_two_figures_do_not_disturb_each_other_and_a_wrong_check_says_so(tab: Page) -> None:
    data = ring_data()
    html = scale_html("ring")
    other = html.replace(str(data["checks"][0]["holds"]).replace(" ", ""), "[[1,1],[2,2]]", 1)
    assert other != html
    page = open_figure(tab, html, other)
    page.get_by_role("button", name="Next").first.click()
    compare(page, 4, 1)
    assert page.locator(".ri-done").nth(1).inner_text() == "0 of 16 pieces hold the sum."
    assert page.get_by_role("alert").count() == 1
    assert page.locator("figure.touch [id]").count() == 0
    assert not page.evaluate("['draw', 'states', 'show'].filter(name => name in window).length")
