"""The learning rate to touch, in a browser: what it shows of the recorded trainings."""

import math
import re
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts, swipe, wait_until_said
from course_utils.teaching.touchable.digits import fixed, short
from course_utils.teaching.touchable.output import rounded
from learning_rate_pages import EPOCHS, RATES, learning_rate_data, learning_rate_html
from touch_pages import page_of

pytestmark = pytest.mark.browser

DATA: dict[str, Any] = rounded(learning_rate_data())
TEXTS = ("10⁻⁵", "0.0001", "0.0003", "0.001", "0.003", "0.01", "0.03", "0.1", "1", "10")
BEST = 5
VERDICTS = (
    "Too small: it learns too slowly. Every seed ends below those of 0.01, the highest mean.",
    "Too small: it learns too slowly. Every seed ends below those of 0.01, the highest mean.",
    "Too small: it learns too slowly. Every seed ends below those of 0.01, the highest mean.",
    "Its seeds overlap with those of 0.01, the highest mean.",
    "Its seeds overlap with those of 0.01, the highest mean.",
    "The highest mean. But seeds of 0.001, 0.003, 0.03 overlap with it.",
    "Its seeds overlap with those of 0.01, the highest mean.",
    "Too large: it learns less. Every seed ends below those of 0.01, the highest mean.",
    "Too large: it learns nothing. Chance lies within the spread of its seeds.",
    "Too large: from epoch 3 the loss is not a number.",
)
READ = """() => {
  const root = document.querySelector('figure.touch');
  const all = kind => [...root.querySelectorAll(kind)];
  const text = kind => all(kind).map(n => n.textContent);
  const path = kind => all(kind).map(n => n.getAttribute('d'));
  return {values: text('.lr-value'), rate: text('.lr-rate')[0], verdict: text('.lr-verdict')[0],
    input: all('input')[0].ariaValueText || all('input')[0].getAttribute('aria-valuetext'),
    notes: text('.lr-lost, .lr-high'), loss: path('.lr-loss')[0], lines: path('.lr-line'),
    dot: all('.lr-dot').map(n => [parseFloat(n.style.left), parseFloat(n.style.top)])[0]};
}"""


def open_figure(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.set_content(page_of(*(html or (learning_rate_html(),))))
    return page


def written(loss: float | None) -> str:
    """A loss as it is shown."""
    if loss is None:
        return "not a number"
    return fixed(loss, 2) if loss < 100 else short(loss, 2)


def points(path: str) -> list[tuple[float, float]]:
    """The points of a line."""
    return [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+) ([-\d.]+)", path)]


def height(accuracy: float) -> float:
    """Where an accuracy lies, in percent from above: the axis goes from 0.4 to 1.02."""
    return (1 - (accuracy - 0.4) / 0.62) * 100


def compare(page: Page, k: int) -> None:
    """Every number, line and word that is shown for a rate."""
    page.wait_for_function(
        "text => document.querySelector('.lr-rate').textContent === text", arg=TEXTS[k]
    )
    shown: dict[str, Any] = page.evaluate(READ)
    run = DATA["runs"][k]
    mean, low, high = (fixed(run[name][-1], 2) for name in ("accuracy", "low", "high"))
    losses = f"{written(run['loss'][0])} → {written(run['loss'][-1])}"
    assert shown["values"] == [losses, *[f"{mean} ({low} to {high})"] * 2]
    assert shown["rate"] == shown["input"] == TEXTS[k]
    assert shown["verdict"].removesuffix(" PyTorch raises no error.") == VERDICTS[k]
    assert shown["verdict"].startswith("Too") == shown["verdict"].endswith("no error.")
    notes = {8: ["↑ up to 5.2"], 9: ["↑ up to 1,400", "not a number"]}
    assert shown["notes"] == notes.get(k, [])
    numbers = [loss for loss in run["loss"] if loss is not None]
    assert len(points(shown["loss"])) == len(numbers)
    course = points(shown["lines"][0])
    assert [y for _, y in course] == pytest.approx([height(a) for a in run["accuracy"]], abs=0.01)
    assert [x for x, _ in course] == pytest.approx(
        [100 * epoch / (EPOCHS - 1) for epoch in range(EPOCHS)], abs=0.01
    )
    wanted = ((math.log10(RATES[k]) + 5) / 6 * 100, height(run["accuracy"][-1]))
    assert shown["dot"] == pytest.approx(wanted, abs=0.01)
    ends = points(shown["lines"][1])
    assert ends[k] == pytest.approx(wanted, abs=0.01)
    assert len(ends) == len(RATES)


def test_the_start_is_the_best_rate_and_keys_go_from_rate_to_rate(tab: Page) -> None:
    page = open_figure(tab)
    compare(page, BEST)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel") == "learning rate"
    page.keyboard.press("Home")
    compare(page, 0)
    for k in range(1, 10):
        page.keyboard.press("ArrowRight")
        compare(page, k)
    page.keyboard.press("ArrowUp")
    compare(page, 9)
    for key, k in (("ArrowLeft", 8), ("PageDown", 7), ("ArrowDown", 6), ("End", 9), ("Home", 0)):
        page.keyboard.press(key)
        compare(page, k)
    wanted = (
        "Rate 10⁻⁵. Training loss 0.68 → 0.64. Accuracy 0.55 (0.52 to 0.58), chance 0.50. "
        "Too small: it learns too slowly. Every seed ends below those of 0.01, the highest mean. "
        "PyTorch raises no error."
    )
    wait_until_said(page, wanted)


def place(page: Page, k: int) -> tuple[float, float]:
    """Where a rate lies in the lower chart, on the screen."""
    box = page.locator(".lr-inside").last.bounding_box()
    assert box is not None
    x = box["x"] + box["width"] * (math.log10(RATES[k]) + 5) / 6
    return x, box["y"] + box["height"] / 2


@pytest.mark.parametrize("width", [390, 1280])
def test_the_mouse_draws_the_slider_and_the_chart(tab: Page, width: int) -> None:
    page = open_figure(tab, width=width)
    slider = page.locator("input").bounding_box()
    assert slider is not None
    for row in (slider["y"] + slider["height"] / 2, place(page, 0)[1]):
        page.mouse.move(place(page, 2)[0], row)
        page.mouse.down()
        for k in (2, 4, 9, 8, 0):
            page.mouse.move(place(page, k)[0] + 3, row + 2, steps=3)
            compare(page, k)
        page.mouse.up()
        page.mouse.move(place(page, 7)[0], row)
        compare(page, 0)
    page.mouse.click(*place(page, 6))
    compare(page, 6)
    page.mouse.move(*place(page, 1))
    compare(page, 6)
    page.keyboard.press("ArrowRight")
    compare(page, 7)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(page.locator("figure.touch *")) == 0


def test_a_finger_draws_sideways_taps_and_scrolls(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900}, has_touch=True)
    page = context.new_page()
    page.set_content(page_of(learning_rate_html()))
    page.touchscreen.tap(*place(page, 3))
    compare(page, 3)
    swipe(page, place(page, 5), (place(page, 8)[0], place(page, 5)[1] + 3))
    compare(page, 8)
    x, y = place(page, 7)
    swipe(page, (x, y), (x + 2, y - 150))
    page.wait_for_function("scrollY > 50")
    compare(page, 8)
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_figure(tab)
    page.locator("input").press("End")
    assert not pale_texts(page, "figure.touch :is(p, b, span:not(.lr-lost), figcaption)")


def test_two_figures_and_another_start(tab: Page) -> None:
    page = open_figure(tab, learning_rate_html({**DATA, "start": 0}), learning_rate_html())
    page.locator("input").nth(1).press("End")
    compare(page, 0)
    assert page.locator("figure.touch [id]").count() == 0
    assert not page.evaluate("['draw', 'lines', 'rateText'].filter(name => name in window)")
