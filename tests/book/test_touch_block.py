"""The residual block to touch, in a browser: every number shown is that of PyTorch."""

from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from block_pages import START, STATES, block_data, block_html, by_pytorch
from browser import beyond_the_screen, pale_texts, swipe
from course_utils.teaching.touchable.digits import fixed
from touch_pages import page_of

pytestmark = pytest.mark.browser

READ = """() => {
  const root = document.querySelector('figure.touch');
  const text = kind => [...root.querySelectorAll(kind)].map(n => n.textContent);
  const ring = root.querySelector('.bl-ring');
  return {values: text('.bl-value'), verdict: text('.bl-verdict')[0],
    slider: ring.getAttribute('aria-valuetext'), label: !root.querySelector('.bl-dead').hidden,
    sliders: text('.bl-slider b'), marks: root.querySelectorAll('.bl-mark').length,
    ring: [parseFloat(ring.style.left), parseFloat(ring.style.top)]};
}"""


def open_figure(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.set_content(page_of(*(html or (block_html(),))))
    assert page.locator(".touch-live").first.get_attribute("data-agrees") == "true"
    return page


def compare(page: Page, state: dict[str, Any]) -> None:
    """Every number, place and word that is shown in a state."""
    shown: dict[str, Any] = page.evaluate(READ)
    by_torch = by_pytorch(state)
    y, slope = by_torch["y"], by_torch["slope"]
    residual = by_pytorch({**state, "shortcut": False, "relu": False})["y"]
    inside = max(state["first"] * state["x"], 0)
    total = by_pytorch({**state, "relu": False})["y"]
    numbers = (state["x"], inside, residual, total, y, slope)
    assert shown["values"] == [fixed(number, 2) for number in numbers]
    assert shown["slider"] == fixed(state["x"], 2)
    assert shown["sliders"] == [fixed(state[name], 2) for name in ("first", "second", "gamma")]
    top = min(max((8 - y) / 12 * 100, 0), 100)
    assert shown["ring"] == pytest.approx([(state["x"] + 4) / 8 * 100, top], abs=0.01)
    dead = [by_pytorch({**state, "x": x})["slope"] == 0 for x in (-4.0, 4.0)]
    assert (shown["marks"], shown["label"]) == (sum(dead), any(dead))
    if state["x"] == 0:
        assert "corner" in shown["verdict"]
    elif slope:
        assert shown["verdict"] == f"Alive: a gradient of 1 comes back as {fixed(slope, 2)}."
    else:
        assert shown["verdict"].startswith("Dead:")
        shuts = state["relu"] and state["shortcut"] and total <= 0
        assert ("shortcut" in shown["verdict"]) is shuts


def set_slider(page: Page, name: str, value: float) -> None:
    """Put one of the three sliders."""
    number = ("first", "second", "gamma").index(name)
    page.locator(".bl-slider input").nth(number).fill(f"{value:g}")


@pytest.mark.parametrize("state", STATES)
def test_each_start_is_what_pytorch_computes(tab: Page, state: dict[str, Any]) -> None:
    compare(open_figure(tab, block_html(block_data(state))), state)


def test_sliders_and_boxes(tab: Page) -> None:
    page, state = open_figure(tab), dict(START)
    compare(page, state)
    moves = [("second", -1.0), ("x", -2.0), ("relu", False), ("second", 0.75), ("first", -1.25)]
    moves += [("shortcut", False), ("relu", True), ("gamma", 0.0), ("shortcut", True)]
    for name, value in moves:
        state[name] = value
        if name == "x":
            page.locator(".bl-ring").focus()
            for _ in range(20):
                page.keyboard.press("ArrowLeft")
        elif name in ("shortcut", "relu"):
            page.get_by_label("shortcut" if name == "shortcut" else "last ReLU").set_checked(value)
        else:
            set_slider(page, name, value)
        compare(page, state)


def test_keys_move_the_point_and_the_sliders(tab: Page) -> None:
    page, state = open_figure(tab), dict(START)
    page.locator(".bl-ring").focus()
    for key, x in (("ArrowRight", 3.25), ("End", 4.0), ("PageDown", 1.5), ("Home", -4.0)):
        page.keyboard.press(key)
        state["x"] = x
        compare(page, state)
    page.locator(".bl-slider input").nth(1).focus()
    page.keyboard.press("ArrowRight")
    state["second"] = 0.75
    compare(page, state)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_mouse_draws_the_point(tab: Page, width: int) -> None:
    page, state = open_figure(tab, width=width), dict(START)
    box = page.locator(".bl-box").bounding_box()
    assert box is not None
    row, unit = (
        box["y"] + box["height"] / 2,
        page.locator(".bl-box").evaluate("n => n.clientWidth") / 8,
    )
    page.mouse.move(box["x"] + 20, row)
    page.mouse.down()
    page.mouse.move(box["x"] + 20 + 0.75 * unit, row, steps=3)
    page.mouse.up()
    state["x"] = 3.75
    compare(page, state)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(page.locator("figure.touch :not(path)")) == 0


def test_a_finger_draws_and_scrolls(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900}, has_touch=True)
    page = context.new_page()
    page.set_content(page_of(block_html()))
    box = page.locator(".bl-box").bounding_box()
    assert box is not None
    left, row, unit = box["x"], box["y"] + 100, box["width"] / 8

    swipe(page, (left + 6.5 * unit, row), (left + 1.5 * unit, row + 2))
    compare(page, {**START, "x": -2.0})
    swipe(page, (left + unit, row), (left + unit + 1, row - 120))
    page.wait_for_function("scrollY > 50")
    compare(page, {**START, "x": -2.0})
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_figure(tab)
    assert not pale_texts(page, "figure.touch :is(p, b, span, label, figcaption)")


def test_two_figures_and_no_global_name(tab: Page) -> None:
    second = block_html(block_data({**START, "x": -2.0}))
    page = open_figure(tab, block_html(), second)
    page.get_by_label("shortcut").nth(1).uncheck()
    compare(page, START)
    assert page.locator("figure.touch [id]").count() == 0
    assert not page.evaluate("['draw', 'compute'].filter(name => name in window)")
