"""What several devices give, to touch, in a browser: every time is PyTorch's."""

from math import log2
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts, show_still, swipe
from course_utils.teaching.touchable.digits import fixed, short
from scale_pages import BATCHES, MOST, WIRES, devices_data, parts_by_pytorch, scale_html
from touch_pages import page_of

pytestmark = pytest.mark.browser

READ = """() => {
  const root = document.querySelector('figure.touch');
  const texts = kind => [...root.querySelectorAll(kind)].map(n => n.textContent);
  const ring = root.querySelector('.de-ring');
  return {head: texts('.de-head')[0], cost: texts('.de-cost')[0], where: texts('.de-where')[0],
    chosen: texts('.de-slides b'), parts: texts('.de-keys b'),
    widths: [...root.querySelectorAll('.de-piece')].map(n => parseFloat(n.style.width)),
    place: [ring.style.left, ring.style.top].map(parseFloat),
    words: ring.getAttribute('aria-valuetext')};
}"""


def open_figure(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page, without motion."""
    return show_still(page, page_of(*(html or (scale_html("devices"),))), width)


def written(seconds: float) -> str:
    if not seconds:
        return "0 ms"
    return f"{short(1000 * seconds, 2 if seconds < 0.01 else 1)} ms"


def compare(page: Page, count: int, batch: int, wire: int) -> None:
    """All that is shown, with what PyTorch computes."""
    shown: dict[str, Any] = page.evaluate(READ)
    size, (name, bits) = BATCHES[batch], WIRES[wire]
    parts = [parts_by_pytorch(n, size, bits) for n in range(1, MOST + 1)]
    steps = [sum(part) for part in parts]
    step, times = steps[count - 1], [steps[0] / seconds for seconds in steps]
    told = f"{count} device{'s' if count > 1 else ''}"
    assert shown["head"] == f"{told}: {fixed(times[count - 1], 2)} times as fast as one"
    assert shown["words"] == told
    assert shown["chosen"] == [f"{size:,}", name]
    assert shown["cost"] == f"A step takes {written(step)} instead of {written(steps[0])}."
    assert shown["parts"] == [written(part) for part in parts[count - 1]]
    scale = 100 / max(step, steps[0])
    assert shown["widths"] == pytest.approx([scale * part for part in parts[count - 1]], abs=0.01)
    fastest = steps.index(min(steps)) + 1
    half = max(n for n in range(1, MOST + 1) if times[n - 1] >= n / 2)
    if fastest == 1:
        assert shown["where"].endswith("slower than one alone.")
    else:
        assert shown["where"] == (
            f"The step is shortest with {fastest} of at most {MOST} devices. Up to {half}, each "
            "does at least half of what it would do alone."
        )
    high = 176 - 164 * (log2(times[count - 1]) + 2) / 9
    place = [(30 + 300 * log2(count) / 7) / 3.4, high / 2.12]
    assert shown["place"] == pytest.approx(place, abs=0.01)


def test_keys_move_all_controls(tab: Page) -> None:
    page = open_figure(tab)
    assert page.locator(".touch-live").get_attribute("data-agrees") == "true"
    compare(page, 8, 1, 1)
    ring = page.locator(".de-ring")
    for key, count in (
        ("ArrowRight", 9), ("ArrowUp", 10), ("ArrowLeft", 9), ("PageUp", 19), ("PageDown", 9),
        ("PageDown", 1), ("End", 128), ("ArrowRight", 128), ("Home", 1), ("ArrowRight", 2),
    ):  # fmt: skip
        ring.press(key)
        compare(page, count, 1, 1)
    sizes = page.get_by_role("slider", name="batch of all devices")
    lines = page.get_by_role("slider", name="wire")
    for batch, key in ((0, "Home"), (1, "ArrowRight"), (3, "End")):
        sizes.press(key)
        for wire, other in ((0, "Home"), (1, "ArrowRight"), (2, "End")):
            lines.press(other)
            compare(page, 2, batch, wire)
    page.wait_for_function(
        "document.querySelector('[role=status]').textContent.startsWith('2 devices: 2.00 times')"
    )


@pytest.mark.parametrize("width", [390, 1280])
def test_the_mouse_draws_the_point(tab: Page, width: int) -> None:
    page = open_figure(tab, width=width)
    box = page.locator(".de-ring").bounding_box()
    plot = page.locator(".de-plot").bounding_box()
    assert box is not None and plot is not None
    doubling = plot["width"] * 300 / 340 / 7
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for doublings, count in ((1, 16), (-2, 2), (4, 128), (9, 128), (-9, 1), (2, 32)):
        page.mouse.move(x + doublings * doubling, y + 5, steps=3)
        compare(page, count, 1, 1)
    page.mouse.up()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(page.locator("figure.touch *")) == 0


def test_a_finger_draws_the_point_and_scrolls(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 700}, has_touch=True)
    page = context.new_page()
    page.set_content(page_of(scale_html("devices")))
    plot = page.locator(".de-plot").bounding_box()
    assert plot is not None
    x, y = plot["x"] + plot["width"] / 2, plot["y"] + plot["height"] / 2
    swipe(page, (x, y), (x + plot["width"] * 300 / 340 / 7, y + 3))
    page.wait_for_timeout(300)  # events of a finger arrive later than they are sent
    compare(page, 16, 1, 1)
    swipe(page, (x, y), (x + 1, y - 150))
    page.wait_for_function("scrollY > 50")
    compare(page, 16, 1, 1)
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_figure(tab)
    assert not pale_texts(page, "figure.touch :is(p, b, label, .de-keys span, figcaption)")


def test_two_figures_do_not_disturb_each_other_and_a_wrong_check_says_so(tab: Page) -> None:
    html = scale_html("devices")
    whole = devices_data()["checks"][1][3]
    other = html.replace(f"{whole:.6g}", f"{whole * 1.01:.6g}", 1)
    assert other != html
    page = open_figure(tab, html, other)
    page.locator(".de-ring").first.press("End")
    compare(page, 128, 1, 1)
    assert page.locator(".de-head").nth(1).inner_text().startswith("8 devices")
    assert page.get_by_role("alert").count() == 1
    assert page.locator("figure.touch [id]").count() == 0
    assert not page.evaluate("['draw', 'parts', 'show'].filter(name => name in window).length")
