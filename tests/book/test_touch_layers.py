"""Layers to touch, in a browser: sizes, fields and errors are those of PyTorch."""

from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts, show_still, swipe
from layers_pages import (
    LAYERS,
    changed,
    field_by_pytorch,
    layers_html,
    sizes_by_pytorch,
)
from touch_pages import page_of

pytestmark = pytest.mark.browser

START = [tuple(layer[key] for key in ("kernel", "stride", "padding")) for layer in LAYERS]
READ = """() => {
  const all = kind => [...document.querySelectorAll('figure.touch ' + kind)];
  const texts = kind => all(kind).map(n => n.textContent);
  return {sizes: texts('.ly-row b'), fields: texts('.ly-sees'), verdict: texts('.ly-verdict')[0],
    sum: texts('.ly-sum')[0], title: texts('.ly-title b')[0]};
}"""


def open_figure(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page, without motion."""
    return show_still(page, page_of(*(html or (layers_html(),))), width, 1000)


def compare(page: Page, side: int, layers: list[dict[str, Any]]) -> dict[str, Any]:
    """Every number that is shown, with what PyTorch computes."""
    shown: dict[str, Any] = page.evaluate(READ)
    sizes = sizes_by_pytorch(side, layers)
    fields = [field_by_pytorch(layers[: k + 1]) for k in range(len(sizes))]
    missing = len(layers) - len(sizes)
    ends = ["error"] + ["–"] * (missing - 1) if missing else []
    assert shown["sizes"] == [str(side), *map(str, sizes), *ends]
    assert shown["fields"] == [*map(str, fields), *["" if end == "error" else end for end in ends]]
    assert ("error" in shown["verdict"] or "PyTorch wants" in shown["verdict"]) == bool(missing)
    return shown


def test_the_start_is_resnet18(tab: Page) -> None:
    page = open_figure(tab)
    assert page.locator(".touch-live").get_attribute("data-agrees") == "true"
    shown = compare(page, 224, LAYERS)
    assert shown["sizes"][1:] == ["112", "56", "56", "28", "14", "7"]
    assert shown["sum"] == "(224 + 2·3 − 7) / 2 + 1 = 112.5, rounded down: 112"
    assert shown["verdict"] == (
        "7 × 7 cells are left, 32 pixels apart. Each sees 435 × 435 pixels, more than the picture "
        "has."
    )


@pytest.mark.parametrize("width", [390, 1280])
def test_every_choice_of_every_layer(tab: Page, width: int) -> None:
    page = open_figure(tab, width=width)
    for layer, start in enumerate(START):
        page.locator("label.ly-row").nth(layer).click()
        assert LAYERS[layer]["name"] in page.evaluate(READ)["title"]
        for place, values in enumerate(((1, 3, 5, 7), (1, 2, 3), (0, 1, 2, 3))):
            for value in values:
                window = list(start)
                window[place] = value
                choice = page.locator(".ly-choice").nth(place)
                choice.locator("label", has_text=str(value)).click()
                compare(page, 224, changed(layer, (window[0], window[1], window[2])))
            choice.locator("label", has_text=str(start[place])).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(page.locator("figure.touch *")) == 0


def test_errors_say_what_does_not_fit(tab: Page) -> None:
    page = open_figure(tab)
    page.locator("label.ly-row").nth(3).click()
    page.locator(".ly-choice").nth(2).locator("label", has_text="0").click()
    assert page.evaluate(READ)["verdict"] == (
        "layer2: the convolution gives 27 × 27, the shortcut 28 × 28. They cannot be added: "
        "PyTorch raises an error."
    )
    page.locator("label.ly-row").nth(5).click()
    assert page.evaluate(READ)["sum"] == "No map arrives here."
    page.get_by_role("button", name="Start again").click()
    compare(page, 224, LAYERS)
    page.locator("label.ly-row").nth(1).click()
    page.locator(".ly-choice").nth(2).locator("label", has_text="3").click()
    assert page.evaluate(READ)["verdict"].startswith("maxpool: PyTorch wants a padding")
    page.locator("label.ly-row").first.click()
    page.locator(".ly-choice").nth(2).locator("label", has_text="0").click()
    page.get_by_role("slider").press("Home")
    assert page.evaluate(READ)["verdict"].startswith("conv1: the kernel is larger than the map")
    compare(page, 1, changed(0, (7, 2, 0)))
    page.wait_for_function(
        "document.querySelector('[role=status]').textContent.startsWith('Picture 1. conv1 error')"
    )


def test_keys_and_the_mouse_change_the_picture(tab: Page) -> None:
    page = open_figure(tab, width=1280)
    slider = page.get_by_role("slider")
    for key, side in (("ArrowRight", 225), ("PageUp", 235), ("End", 448), ("Home", 1)):
        slider.press(key)
        compare(page, side, LAYERS)
    box = page.locator(".ly-bars").first.bounding_box()
    assert box is not None
    for side in (65, 224, 387):
        now = int(page.evaluate(READ)["sizes"][0])
        page.mouse.move(box["x"] + 9, box["y"] + 9)
        page.mouse.down()
        page.mouse.move(box["x"] + 9 + (side - now) * box["width"] / 448, box["y"] + 30, steps=3)
        page.mouse.up()
        moved = int(page.evaluate(READ)["sizes"][0])
        assert abs(moved - side) <= 1
        compare(page, moved, LAYERS)


def test_a_finger_drags_chooses_and_scrolls(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900}, has_touch=True)
    page = context.new_page()
    page.set_content(page_of(layers_html()))
    box = page.locator(".ly-bars").first.bounding_box()
    assert box is not None

    x, y = box["x"] + 20, box["y"] + 8

    def draw(right: float, down: float) -> int:
        swipe(page, (x, y), (x + right, y + down))
        page.wait_for_timeout(300)  # events of a finger arrive later than they are sent
        return int(page.evaluate(READ)["sizes"][0])

    side = draw(40, 3)
    assert side > 224
    compare(page, side, LAYERS)
    page.locator("label.ly-row").nth(2).tap()
    page.locator(".ly-choice").nth(1).locator("label", has_text="2").tap()
    page.wait_for_timeout(300)
    compare(page, side, changed(2, (3, 2, 1)))
    assert draw(1, -150) == side
    page.wait_for_function("scrollY > 50")
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_figure(tab)
    assert not pale_texts(page, "figure.touch :is(p, b, span, legend, figcaption)")


def test_two_figures_do_not_disturb_each_other_and_a_wrong_check_says_so(tab: Page) -> None:
    other = layers_html().replace('"sizes":[112,56,56,28,14,7]', '"sizes":[112,56,56,28,14,8]', 1)
    page = open_figure(tab, layers_html(), other)
    page.locator("figure.touch").first.locator("label.ly-row").nth(4).click()
    assert page.locator("figure.touch").nth(1).locator(".ly-title b").inner_text() == "conv1"
    assert page.get_by_role("alert").count() == 1
    assert page.locator("figure.touch [id]").count() == 0
    assert not page.evaluate("['draw', 'walk', 'after'].filter(name => name in window)")
