"""Depth to touch, in a browser: what it shows of the recorded gradients."""

import re
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts
from course_utils.teaching.touchable.depth import shown_layers, times
from course_utils.teaching.touchable.digits import fixed, short
from course_utils.teaching.touchable.output import rounded
from depth_pages import DEPTHS, NORMS, PER_LAYER, STEPS, depth_data, depth_html
from touch_pages import page_of

pytestmark = pytest.mark.browser

DATA: dict[str, Any] = rounded(depth_data())
NETWORKS = {(one["depth"], one["kind"], one["norm"]): one for one in DATA["networks"]}
LOW, HIGH = -4, 4
START = (34, "plain", "batch norm")
READ = """() => {
  const root = document.querySelector('figure.touch');
  const text = kind => root.querySelector(kind).textContent;
  const path = kind => [...root.querySelectorAll(kind)].map(n => n.getAttribute('d'));
  const slider = root.querySelector('.dp-step');
  return {growth: text('.dp-growth'), size: text('.dp-size'), cosine: text('.dp-cosine'),
    when: text('.dp-when'), spoken: slider.getAttribute('aria-valuetext'),
    disabled: slider.disabled, value: Number(slider.value),
    chosen: [...root.querySelectorAll(':checked')].map(n => n.value),
    line: path('.dp-line'), others: path('.dp-other'), begin: path('.dp-begin')};
}"""


def open_figure(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.set_content(page_of(*(html or (depth_html(),))))
    return page


def choose(page: Page, value: object) -> None:
    """Click the label of a choice."""
    page.locator(f'.dp-choice:has(input[value="{value}"])').click()


def points(path: str) -> list[tuple[float, float]]:
    """The points of a curve."""
    return [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+) ([-\d.]+)", path)]


def curve(depth: int, gradients: list[int]) -> list[tuple[float, float]]:
    """Where a network's curve should go."""
    layers = shown_layers(depth - 2)
    return [
        (100 * layer / layers[-1], 100 * (1 - (value / 100 - LOW) / (HIGH - LOW)))
        for layer, value in zip(layers, gradients, strict=True)
    ]


def near(path: str, depth: int, gradients: list[int]) -> bool:
    """Whether a curve that is drawn is that of these gradients."""
    pairs = zip(points(path), curve(depth, gradients), strict=True)
    return all(abs(a - b) < 0.011 for one, other in pairs for a, b in zip(one, other, strict=True))


def compare(page: Page, network: tuple[int, str, str], at: int = 0) -> None:
    """Every number and curve that is shown for a network at a step."""
    steps = NETWORKS[network]["steps"]
    step, trained = steps[at], len(steps) > 1
    start = "at the start" if trained else "at the start (not followed further)"
    when = f"after {STEPS[at]} steps" if at else start
    page.wait_for_function(
        "when => document.querySelector('.dp-when').textContent === when", arg=when
    )
    shown: dict[str, Any] = page.evaluate(READ)
    assert shown["chosen"] == [str(network[0]), network[1], network[2]]

    def spread(name: str, write: Any) -> str:
        mean, low, high = map(write, step[name])
        return f"{mean} ({low} to {high})"

    assert shown["growth"] == spread("growth", times)
    assert shown["size"] == spread("size", lambda x: short(x, 2))
    cosine = spread("cosine", lambda x: fixed(x, 2)) if "cosine" in step else "not measured"
    assert shown["cosine"] == cosine
    assert shown["when"] == shown["spoken"] == when
    assert shown["disabled"] == (not trained)
    assert shown["value"] == at
    assert near(shown["line"][0], network[0], step["gradients"])
    assert len(shown["begin"]) == bool(at)
    if at:
        assert near(shown["begin"][0], network[0], steps[0]["gradients"])
    same = [(depth, *network[1:]) for depth in DEPTHS if depth != network[0]]
    assert len(shown["others"]) == len(same)
    for path, other in zip(shown["others"], same, strict=True):
        assert near(path, other[0], NETWORKS[other]["steps"][0]["gradients"])


def test_every_network_shows_its_own_numbers(tab: Page) -> None:
    page = open_figure(tab)
    compare(page, START)
    for norm in NORMS:
        choose(page, norm)
        for kind in PER_LAYER:
            choose(page, kind)
            for depth in DEPTHS:
                choose(page, depth)
                compare(page, (depth, kind, norm))


def test_keys_go_through_the_training_and_from_choice_to_choice(tab: Page) -> None:
    page = open_figure(tab)
    slider = page.locator(".dp-step")
    slider.focus()
    for key, at in (("End", 2), ("ArrowLeft", 1), ("Home", 0), ("ArrowRight", 1)):
        page.keyboard.press(key)
        compare(page, START, at)
    choose(page, "residual")
    compare(page, (34, "residual", "batch norm"), 1)
    choose(page, 66)
    compare(page, (66, "residual", "batch norm"))
    choose(page, 10)
    compare(page, (10, "residual", "batch norm"), 1)
    page.locator('input[value="10"]').focus()
    page.keyboard.press("ArrowRight")
    compare(page, (18, "residual", "batch norm"), 1)
    page.wait_for_function(
        "document.querySelector('[role=status]').textContent.startsWith("
        "'18 layers, residual, batch norm, after 10 steps: first layer by last ')"
    )


@pytest.mark.parametrize("width", [390, 1280])
def test_the_mouse_draws_the_training_along(browser: Browser, width: int) -> None:
    page = open_figure(browser.new_page(), width=width)  # a used tab lets no second slider go
    box = page.locator(".dp-step").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, y)
    page.mouse.down()
    for share, at in ((0.5, 1), (0.98, 2), (0.02, 0), (0.5, 1)):
        page.mouse.move(box["x"] + share * box["width"], y, steps=3)
        compare(page, START, at)
    page.mouse.up()
    compare(page, START, 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(page.locator("figure.touch *")) == 0
    page.close()


def test_a_finger_taps(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900}, has_touch=True)
    page = context.new_page()
    page.set_content(page_of(depth_html()))
    page.locator('.dp-choice:has(input[value="residual"])').tap()
    compare(page, (34, "residual", "batch norm"))
    box = page.locator(".dp-step").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    compare(page, (34, "residual", "batch norm"), 1)
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_figure(tab)
    assert not pale_texts(page, "figure.touch :is(p, b, span, label, figcaption)")


def test_two_figures_do_not_disturb_each_other(tab: Page) -> None:
    other = {**DATA, "start": {"depth": 10, "kind": "residual", "norm": "none"}}
    page = open_figure(tab, depth_html(), depth_html(other))
    page.locator("figure.touch").nth(1).locator('.dp-choice:has(input[value="66"])').click()
    compare(page, START)
    assert page.locator("figure.touch [id]").count() == 0
    assert not page.evaluate("['draw', 'times', 'spread'].filter(name => name in window)")
