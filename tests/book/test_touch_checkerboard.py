"""A kernel and its checkerboard to touch, in a browser: all numbers are those of PyTorch."""

from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts
from course_utils.teaching.touchable.digits import fixed
from touch_pages import page_of
from transposed_pages import KERNELS, SIDE, checkerboard_html, enlarged, scattered

pytestmark = pytest.mark.browser

READ = """() => {
  const texts = kind => [...document.querySelectorAll('figure.touch ' + kind)]
    .map(n => n.textContent);
  const canvas = document.querySelector('figure.touch canvas');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return {weights: texts('label b'), table: texts('.ck-table b'),
    lines: texts('.ck-chart > p:last-child'),
    rows: [...document.querySelectorAll('.ck-chart svg')].map(n => n.getAttribute('aria-label')),
    select: document.querySelector('select').selectedOptions[0].textContent,
    pixels: [...pixels].filter((_, k) => k % 4 === 0)};
}"""
MOVE = "(node, value) => { node.value = value; node.dispatchEvent(new Event('input')); }"


def open_figure(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.set_content(page_of(*(html or (checkerboard_html(),))))
    return page


def written(row: list[float]) -> list[str]:
    return [fixed(value, 2) for value in row]


def compare(page: Page, weights: list[float]) -> dict[str, Any]:
    """Every number and every pixel that is shown, with what PyTorch computes."""
    shown: dict[str, Any] = page.evaluate(READ)
    assert shown["weights"] == written(weights)
    ones, ramp = scattered([1] * 5, weights, 2, 1), scattered(range(5), weights, 2, 1)
    assert [row.split() for row in shown["rows"]] == [written(ones[1:-1]), written(ramp[1:-1])]
    cells = [sum(weights[0::2]), 2 * weights[2], sum(weights[1::2]), weights[1] + 3 * weights[3]]
    assert shown["table"] == written(cells)
    large = enlarged(weights)[2:-2, 2:-2].clamp(0, 255).flatten().tolist()
    assert len(large) == (2 * SIDE - 4) ** 2
    gaps = [abs(a - b) for a, b in zip(shown["pixels"], large, strict=True)]
    assert max(gaps) <= 0.51
    even = abs(cells[0] - cells[2]) < 1e-6
    straight = even and abs(cells[1] - cells[3]) < 1e-6
    assert shown["lines"][0].startswith("Sums equal" if even else "Sums differ")
    assert shown["lines"][1].startswith("A straight") == straight
    return shown


@pytest.mark.parametrize("width", [390, 1280])
def test_every_kernel_by_name(tab: Page, width: int) -> None:
    page = open_figure(tab, width=width)
    assert page.locator(".touch-live").get_attribute("data-agrees") == "true"
    compare(page, KERNELS["1 0 0 1"])
    for name, weights in KERNELS.items():
        page.get_by_role("combobox").select_option(name)
        compare(page, weights)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(page.locator("figure.touch *")) == 0


def test_sliders_move_each_weight(tab: Page) -> None:
    page = open_figure(tab, width=1280)
    weights = list(KERNELS["1 0 0 1"])
    for number, value in enumerate((0.3, -0.5, 1.5, 0.75)):
        page.get_by_role("slider", name=f"weight {number}").evaluate(MOVE, value)
        weights[number] = value
        assert compare(page, weights)["select"] == "your own"
    page.get_by_role("slider", name="weight 0").press("ArrowLeft")
    weights[0] = 0.25
    compare(page, weights)
    for number, value in enumerate(KERNELS["tent"]):
        page.get_by_role("slider", name=f"weight {number}").evaluate(MOVE, value)
    assert compare(page, KERNELS["tent"])["select"] == "tent"
    page.wait_for_function(
        "document.querySelector('[role=status]').textContent.startsWith("
        "'Sums 1.00 and 1.00, moments 1.50 and 1.50. Sums equal')"
    )


def test_the_mouse_and_a_finger_move_a_weight(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900}, has_touch=True)
    page = context.new_page()
    page.set_content(page_of(checkerboard_html()))
    for act in (page.mouse.click, page.touchscreen.tap):
        box = page.get_by_role("slider", name="weight 1").bounding_box()
        assert box is not None
        part = 0.75 if act == page.mouse.click else 0.5
        act(box["x"] + part * box["width"], box["y"] + box["height"] / 2)
        page.wait_for_timeout(200)
        shown = page.evaluate(READ)["weights"][1]
        assert abs(float(shown) - (2 * part - 0.5)) < 0.16
        compare(page, [1.0, float(shown), 0.0, 1.0])
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_figure(tab)
    assert not pale_texts(page, "figure.touch :is(p, b, span, figcaption)")


def test_two_figures_do_not_disturb_each_other_and_a_wrong_check_says_so(tab: Page) -> None:
    other = checkerboard_html().replace('"ramp":[0.0,', '"ramp":[0.5,', 1)
    page = open_figure(tab, checkerboard_html(), other)
    page.get_by_role("combobox").first.select_option("tent")
    assert page.get_by_role("combobox").nth(1).input_value() == "1 0 0 1"
    assert page.get_by_role("alert").count() == 1
    assert page.locator("figure.touch [id]").count() == 0
    assert not page.evaluate("['draw', 'twice', 'enlarge'].filter(name => name in window)")
