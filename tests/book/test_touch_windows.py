"""The sliding windows to touch in a browser: each number is PyTorch's, however one moves them."""

import re
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import pale_texts, swipe, wait_until_said
from course_utils.teaching.touchable.digits import share
from touch_pages import page_of
from windows_pages import COLUMNS, HEIGHT, NAMES, ROWS, STEP, answers, windows_html

pytestmark = pytest.mark.browser

SHOWN = """root => {
  const all = name => [...root.querySelectorAll(name)];
  const box = node => node.getBoundingClientRect();
  const view = box(root.querySelector(".wi-view"));
  const frame = box(root.querySelector(".wi-frame"));
  return {
    frame: [(frame.x - view.x) / view.width, (frame.y - view.y) / view.height,
      frame.width / view.width, frame.height / view.height],
    dots: all("circle").map(n => ["cx", "cy", "r"].map(name => Number(n.getAttribute(name)))),
    bars: all(".wi-bar").map(n => [n.firstChild.textContent, n.lastChild.textContent]),
    fills: all(".wi-well i").map(n => box(n).width / box(n.parentElement).width),
    head: root.querySelector(".wi-head").textContent,
    text: root.querySelector(".wi-text").textContent,
    words: root.querySelector(".wi-picture").ariaLabel,
    agrees: root.querySelector(".touch-live").dataset.agrees,
  };
}"""
LABELS = {1: "1 cell", 3: "3×3 cells", 5: "5×5 cells", 0: "all cells"}


class Figure:
    """The figure on a page, and what it should show."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_content(page_of(windows_html()))
        self.root = page.locator("figure.touch")
        self.frame = self.root.get_by_role("slider", name="answer")

    def choose(self, window: int | None = None, step: str | None = None) -> None:
        """Choose how many cells are averaged, and the step."""
        for legend, label in (("Average over", LABELS.get(window or 0)), ("Step", step)):
            if (legend == "Step" and step) or (legend != "Step" and window is not None):
                group = self.root.get_by_role("group", name=legend)
                group.locator("label").filter(has_text=re.compile(f"^{label}$")).click()

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where on the screen a pixel of the picture is."""
        box = self.root.locator(".wi-view").bounding_box()
        assert box is not None
        unit = box["width"] / (COLUMNS * STEP)
        return box["x"] + x * unit, box["y"] + y * unit

    def check(self, window: int, stride: int, row: int, column: int) -> None:
        """Compare all that is shown, once the answer is chosen."""
        self.root.locator(f".wi-frame[aria-valuetext='row {row}, column {column}']").wait_for()
        found, expected = self.root.evaluate(SHOWN), answers(window, stride)
        count = expected.shape[1:]
        high, wide = (window, window) if window else (ROWS, COLUMNS)
        top, left = row * stride, column * stride
        assert found["agrees"] == "true"
        assert found["frame"] == pytest.approx(
            [left / COLUMNS, top / ROWS, wide / COLUMNS, high / ROWS], abs=0.004
        )
        self.check_numbers(found, expected, row, column)
        ends = [left * STEP, (left + wide) * STEP - 1, top * STEP, (top + high) * STEP - 1]
        place = f"its window is x {ends[0]} to {ends[1]}, y {ends[2]} to {ends[3]}"
        cells = f"rows {top} to {top + high - 1}, columns {left} to {left + wide - 1}"
        assert place in found["text"] and f"cells in {cells}" in found["text"]
        assert ("below the picture" in found["text"]) == (ends[3] >= HEIGHT)
        assert found["words"].startswith(f"{count[0]} × {count[1]} answers. Row {row}, column")
        distance = f"{count[0]} × {count[1]} answers, {stride * STEP} pixels apart"
        assert found["head"] == (distance if window else "1 answer, the classifier’s own")
        assert len(found["dots"]) == count[0] * count[1]
        for (x, y, r), number in zip(found["dots"], range(count[0] * count[1]), strict=True):
            i, j = divmod(number, count[1])
            middle = [(j * stride + wide / 2) * STEP, (i * stride + high / 2) * STEP]
            assert [x, y] == middle
            assert abs(r - 2 - 8 * float(expected[1, i, j]) ** 0.5) < 0.06

    @staticmethod
    def check_numbers(found: dict[str, Any], expected: Any, row: int, column: int) -> None:
        """Compare bars and their numbers."""
        chances = expected[:, row, column].tolist()
        assert found["bars"] == [[n, share(p)] for n, p in zip(NAMES, chances, strict=True)]
        assert found["fills"] == pytest.approx(chances, abs=0.01)
        for name, p in zip(NAMES, chances, strict=True):
            assert f"{name} {share(p)}" in found["words"]


@pytest.fixture
def figure(tab: Page) -> Figure:
    """The figure at its start, on a wide screen."""
    return Figure(tab)


def test_the_mouse_over_the_picture_takes_the_frame_along(figure: Figure) -> None:
    figure.check(3, 1, 2, 4)
    for (x, y), place in (
        ((48, 48), (0, 0)),
        ((5 * 32 + 20, 3 * 32 + 20), (2, 4)),
        ((440, 180), (3, 11)),
        ((2, 185), (3, 0)),
    ):
        figure.page.mouse.move(*figure.at(x, y))
        figure.check(3, 1, *place)
    figure.page.mouse.move(*figure.at(200, 600))
    figure.check(3, 1, 3, 0)


def test_the_mouse_draws_the_frame_beyond_the_picture(figure: Figure) -> None:
    mouse = figure.page.mouse
    mouse.move(*figure.at(200, 100))
    mouse.down()
    mouse.move(*figure.at(330, 400), steps=3)
    figure.check(3, 1, 3, 9)
    mouse.up()


def test_every_window_with_both_steps(figure: Figure) -> None:
    for window in (1, 5, 3, 0):
        figure.choose(window, "1 cell")
        figure.page.mouse.move(*figure.at(447, 191))
        rows, columns = answers(window, 1).shape[1:]
        figure.check(window, 1, rows - 1, columns - 1)
        figure.choose(step="its width")
        stride = window or 1
        figure.page.mouse.move(*figure.at(447, 191))
        rows, columns = answers(window, stride).shape[1:]
        figure.check(window, stride, rows - 1, columns - 1)


def test_another_window_stays_where_one_is(figure: Figure) -> None:
    figure.page.mouse.move(*figure.at(9.5 * 32, 2.5 * 32))
    figure.check(3, 1, 1, 8)
    for window, place in ((1, (2, 9)), (5, (0, 7)), (0, (0, 0)), (3, (1, 8))):
        figure.choose(window)
        figure.check(window, 1, *place)


def test_keys_alone_do_it_and_a_screen_reader_hears(figure: Figure) -> None:
    press = figure.page.keyboard.press
    press("Tab")
    press("ArrowLeft")
    figure.check(1, 1, 3, 5)
    press("ArrowRight")
    press("Tab")
    press("Tab")
    for key, place in (
        ("ArrowRight", (2, 5)),
        ("ArrowDown", (3, 5)),
        ("ArrowDown", (3, 5)),
        ("Home", (0, 0)),
        ("ArrowUp", (0, 0)),
        ("ArrowLeft", (0, 0)),
        ("End", (3, 11)),
        ("ArrowLeft", (3, 10)),
    ):
        press(key)
        figure.check(3, 1, *place)
    assert figure.frame.get_attribute("aria-valuenow") == "47"
    assert figure.frame.get_attribute("aria-valuemax") == "48"
    wanted = figure.root.evaluate(SHOWN)["words"]
    wait_until_said(figure.page, wanted)


def test_what_is_said_is_what_python_says(figure: Figure) -> None:
    said = figure.root.locator("details p").text_content() or ""
    assert said.endswith(figure.root.evaluate(SHOWN)["words"])


def test_a_finger_on_a_phone(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    figure = Figure(context.new_page())
    page = figure.page
    inside = "n => n.every(x => x.getBoundingClientRect().right <= innerWidth - 12)"
    assert figure.root.locator("*:not(svg *, figcaption *)").evaluate_all(inside)
    page.touchscreen.tap(*figure.at(9.5 * 32, 1.5 * 32))
    figure.check(3, 1, 0, 8)
    swipe(page, figure.at(100, 60), figure.at(300, 80))
    figure.check(3, 1, 1, 8)
    assert page.evaluate("scrollY") == 0
    figure.choose(5, "its width")
    page.touchscreen.tap(*figure.at(400, 60))
    figure.check(5, 5, 0, 1)
    x, y = figure.at(30, 100)
    swipe(page, (x, y), (x, y - 120))
    page.wait_for_function("scrollY > 50")
    figure.check(5, 5, 0, 1)
    context.close()


def test_text_has_contrast_in_both_themes(figure: Figure) -> None:
    for theme in ("dark", "light"):
        figure.page.emulate_media(color_scheme=theme)
        assert not pale_texts(figure.page, "figure.touch :is(p, b, span, legend)")


def test_two_figures_do_not_disturb_each_other(tab: Page) -> None:
    tab.set_content(page_of(windows_html(), windows_html()))
    first, second = tab.locator("figure.touch").all()
    before = second.evaluate(SHOWN)
    first.locator("label").filter(has_text="5×5").click()
    first.locator(".wi-frame").press("ArrowDown")
    assert second.evaluate(SHOWN) == before
    assert second.locator("input:checked").count() == 2
    assert tab.locator("[id]").count() == 0
