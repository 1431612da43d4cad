"""The ladder of cardinality to touch, in a browser: what it counts, PyTorch counts, too."""

import math
from functools import cache
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts, swipe
from course_utils.models.blocks import Bottleneck
from course_utils.teaching.ladders import ERRORS, network_cost
from course_utils.teaching.touchable.digits import fixed
from ladder_pages import data, ladder_html
from touch_pages import page_of

pytestmark = pytest.mark.browser

READ = """() => {
  const root = document.querySelector('figure.touch');
  const text = kind => root.querySelector(kind).textContent;
  const style = (kind, side) => parseFloat(root.querySelector(kind).style[side]);
  return {name: text('.la-name'), middle: text('.la-middle'), cost: text('.la-cost'),
    net: text('.la-net'), paper: text('.la-paper'),
    dot: ['left', 'top'].map(side => style('.la-dot', side)),
    parts: [...root.querySelectorAll('.la-piece')].map(n => parseFloat(n.style.width)),
    limit: style('.la-budget', 'left'), back: root.querySelector('button').disabled,
    sliders: [...root.querySelectorAll('input')].map(n => n.getAttribute('aria-valuetext'))};
}"""
NAMES = {(1, 64): "ResNet-50 · ", (32, 4): "ResNeXt-50 · ", (1, 128): "Wide ResNet-50-2 · "}


def open_figure(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.set_content(page_of(*(html or (ladder_html(),))))
    assert page.locator(".touch-live").first.get_attribute("data-agrees") == "true"
    return page


@cache
def layers(groups: int, width: int) -> list[int]:
    """The weights of the three layers of a block."""
    block = Bottleneck(256, 64, groups=groups, width_per_group=width)
    return [layer.weight.numel() for layer in (block.conv1, block.conv2, block.conv3)]


def compare(page: Page, groups: int, width: int) -> None:
    """Every number, length and word that is shown for a block."""
    name = f"{groups}×{width}d"
    page.wait_for_function("t => document.querySelector('.la-name').textContent === t", arg=name)
    shown: dict[str, Any] = page.evaluate(READ)
    counts, cost = layers(groups, width), network_cost(50, groups, width)
    ratio = sum(counts) / 69_632
    known = NAMES.get((groups, width), "")
    assert shown["middle"] == f"{known}{groups * width:,} channels in the middle"
    assert shown["cost"] == f"{sum(counts):,} = {fixed(ratio, 2)} times those of 1×64d"
    millions, work = fixed(cost.parameters / 1e6, 2), fixed(cost.multiply_adds / 1e9, 2)
    assert shown["net"] == f"50 layers: {millions} million parameters, {work}·10⁹ multiply–adds"
    errors = ERRORS.get((groups, width))
    if errors:
        said = "The paper's error: {} % with 50 layers, {} % with 101.".format(*errors)
    else:
        start = "At this cost, the" if abs(ratio - 1) < 0.03 else "The"
        said = f"{start} paper's table 3 has no such network."
    assert shown["paper"] == said
    assert shown["dot"] == pytest.approx(
        [100 * math.log2(groups) / 7, 100 * (1 - math.log2(width) / 7)], abs=0.01
    )
    scale = 100 / max(ratio, 2)
    assert shown["parts"] == pytest.approx([scale * n / 69_632 for n in counts], abs=0.01)
    assert shown["limit"] == pytest.approx(scale, abs=0.01)
    assert shown["sliders"] == [str(groups), str(width)]


def test_keys_move_both_sliders(tab: Page) -> None:
    page = open_figure(tab)
    compare(page, 1, 64)
    many, wide = page.locator("input").all()
    for groups, width in ((2, 40), (4, 24), (8, 14), (16, 8), (32, 4), (64, 2), (128, 1)):
        many.press("ArrowRight")  # from the line along the line
        compare(page, groups, width)
    wide.press("End")
    compare(page, 128, 128)
    many.press("ArrowLeft")  # beside the line straight on
    compare(page, 64, 128)
    wide.press("Home")
    compare(page, 64, 1)
    wide.press("End")
    many.press("Home")
    compare(page, 1, 128)
    wide.press("ArrowLeft")
    compare(page, 1, 127)
    said = "text => document.querySelector('[role=status]').textContent.startsWith(text)"
    page.wait_for_function(said, arg="1×127d. 127 channels in the middle. ")


def test_the_button_leads_back_to_the_line(tab: Page) -> None:
    page = open_figure(tab)
    many, wide = page.locator("input").all()
    button = page.locator("figure button")
    for groups, width in ((1, 64), (2, 40), (4, 24), (8, 14), (16, 8), (32, 4), (64, 2), (128, 1)):
        wide.press("ArrowRight")
        compare(page, groups, width + 1)
        assert not page.evaluate(READ)["back"]
        button.click()
        compare(page, groups, width)
        assert page.evaluate(READ)["back"]
        page.keyboard.press("ArrowRight")  # the button rests, so the groups have the keys
    compare(page, 128, 1)
    assert many.evaluate("node => node === document.activeElement")


def place(page: Page, groups: float, width: float) -> tuple[float, float]:
    """Where a block lies in the plane, on the screen."""
    box = page.locator(".la-inside").bounding_box()
    assert box is not None
    x = box["x"] + box["width"] * math.log2(groups) / 7
    return x, box["y"] + box["height"] * (1 - math.log2(width) / 7)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_mouse_draws_the_point(tab: Page, width: int) -> None:
    page = open_figure(tab, width=width)
    page.mouse.move(*place(page, 1, 64))
    page.mouse.down()
    for groups, channels in ((2, 40), (8, 14), (32, 4), (16, 8), (64, 64), (1, 1), (4, 128)):
        page.mouse.move(*place(page, groups, channels), steps=3)
        compare(page, groups, channels)
    x, y = place(page, 8, 14)
    page.mouse.move(x + 3, y + 6)  # near the line it keeps to it
    compare(page, 8, 14)
    page.mouse.move(x + 2000, y - 2000)
    compare(page, 128, 128)
    page.mouse.up()
    page.mouse.move(*place(page, 4, 24))
    compare(page, 128, 128)
    page.mouse.click(*place(page, 2, 2))
    compare(page, 2, 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(page.locator("figure.touch *")) == 0


def test_a_finger_draws_the_point_and_scrolls_beside_it(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900}, has_touch=True)
    page = context.new_page()
    page.set_content(page_of(ladder_html()))
    page.touchscreen.tap(*place(page, 64, 64))
    compare(page, 64, 64)
    swipe(page, place(page, 64, 64), place(page, 32, 4))
    compare(page, 32, 4)
    x, y = place(page, 2, 4)
    swipe(page, (x, y), (x, y - 150))
    page.wait_for_function("scrollY > 50")
    compare(page, 32, 4)
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_figure(tab)
    assert not pale_texts(page, "figure.touch :is(p, b, span, label, button:enabled, figcaption)")


def test_two_figures_and_no_globals(tab: Page) -> None:
    page = open_figure(tab, ladder_html({**data(), "names": {}}), ladder_html())
    page.locator("input").nth(2).press("End")
    assert page.locator(".la-name").all_inner_texts() == ["1×64d", "128×1d"]
    assert page.locator("figure.touch [id]").count() == 0
    assert not page.evaluate("['draw', 'groups', 'show'].filter(name => name in window)")
