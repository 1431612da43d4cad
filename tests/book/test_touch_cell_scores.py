"""The scores of a cell to touch in a browser: each number is PyTorch's, however one moves it."""

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import pale_texts, swipe, wait_until_said
from cell_scores_pages import (
    CELL,
    HEIGHT,
    NAMES,
    WIDTH,
    cell_scores_data,
    cell_scores_html,
    computed,
    shares_of,
)
from touch_pages import page_of

pytestmark = pytest.mark.browser

ROWS, COLUMNS = 3, 4
SHOWN = """root => {
  const all = name => [...root.querySelectorAll(name)];
  const place = (node, outer) => {
    const [a, b] = [node, outer].map(n => n.getBoundingClientRect());
    return [(a.x - b.x) / b.width, (a.y - b.y) / b.height, a.width / b.width, a.height / b.height];
  };
  return {
    head: root.querySelector(".cs-head").textContent,
    rows: all(".cs-row").map(n => [...n.children].map(c => c.textContent).join("|")),
    best: all(".cs-best").map(n => n.children[1].textContent),
    bars: all(".cs-track").map(n => [place(n.children[0], n), place(n.children[1], n)]),
    said: all(".cs-said b").map(n => n.textContent),
    rings: all(".cs-ring").map(n => place(n, n.parentElement)),
    words: root.querySelector(".cs-bars").ariaLabel,
  };
}"""


class Figure:
    """The figure on a page, and what it should show."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_content(page_of(cell_scores_html()))
        self.root = page.locator("figure.touch")
        self.ring = self.root.get_by_role("slider", name="cell")

    def on(self, view: int, row: float, column: float) -> tuple[float, float]:
        """Where on the screen the middle of a cell is: in the picture (0), in the answer (1)."""
        box = self.root.locator(".cs-view").nth(view).bounding_box()
        assert box is not None
        unit = box["width"] / WIDTH
        x = min((column + 0.5) * CELL, WIDTH - 2)
        y = min((row + 0.5) * CELL, HEIGHT - 2)
        return box["x"] + x * unit, box["y"] + y * unit

    def check(self, row: int, column: int) -> None:
        """Compare all that is shown, once the cell is chosen."""
        self.root.locator(f".cs-ring[aria-valuetext='row {row}, column {column}']").wait_for()
        found, (_, scores, answer, truth) = self.root.evaluate(SHOWN), computed()
        here = scores[:, row, column]
        texts = [f"{score:.1f}".replace("-", "−") for score in here]
        assert found["head"] == f"Scores of the cell row {row}, column {column}"
        assert found["rows"] == [f"|{n}||{t}" for n, t in zip(NAMES, texts, strict=True)]
        assert found["best"] == [NAMES[here.argmax()]]
        assert found["said"] == [shares_of(labels, row, column) for labels in (answer, truth)]
        low, high = min(scores.min().item(), 0), max(scores.max().item(), 0)
        for (bar, zero), score in zip(found["bars"], here.tolist(), strict=True):
            at_zero, length = -low / (high - low), abs(score) / (high - low)
            assert zero[0] == pytest.approx(at_zero, abs=0.01)
            assert bar[2] == pytest.approx(length, abs=0.01)
            assert bar[0] == pytest.approx(at_zero - (length if score < 0 else 0), abs=0.01)
        wide, high_ = min(CELL, WIDTH - column * CELL), min(CELL, HEIGHT - row * CELL)
        wanted = [column * CELL / WIDTH, row * CELL / HEIGHT, wide / WIDTH, high_ / HEIGHT]
        for ring in found["rings"]:
            assert ring == pytest.approx(wanted, abs=0.02)
        order = here.argsort(descending=True).tolist()
        said = ", ".join(f"{NAMES[k]} {texts[k]}" for k in order)
        assert found["words"].startswith(f"row {row}, column {column}: {said}. Of its pixels")


@pytest.fixture
def figure(tab: Page) -> Figure:
    """The figure at its start, on a wide screen."""
    tab.mouse.move(0, 0)
    return Figure(tab)


def test_a_mouse_over_either_picture_shows_each_cell(figure: Figure) -> None:
    figure.check(*cell_scores_data()["start"])
    for row in range(ROWS):
        for column in range(COLUMNS):
            figure.page.mouse.move(*figure.on((row + column) % 2, row, column))
            figure.check(row, column)
    figure.page.mouse.move(0, 0)
    figure.check(ROWS - 1, COLUMNS - 1)


def test_keys_alone_do_it_and_a_screen_reader_hears(figure: Figure) -> None:
    press = figure.page.keyboard.press
    press("Tab")
    for key, cell in (
        ("ArrowUp", (0, 2)),
        ("ArrowUp", (0, 2)),
        ("ArrowRight", (0, 3)),
        ("ArrowRight", (0, 3)),
        ("ArrowDown", (1, 3)),
        ("End", (2, 3)),
        ("ArrowLeft", (2, 2)),
        ("Home", (0, 0)),
        ("ArrowDown", (1, 0)),
    ):
        press(key)
        figure.check(*cell)
    assert figure.ring.get_attribute("aria-valuenow") == "5"
    assert figure.ring.get_attribute("aria-valuemax") == "12"
    wanted = figure.root.evaluate(SHOWN)["words"]
    wait_until_said(figure.page, wanted)


def test_what_is_said_is_what_python_says(figure: Figure) -> None:
    said = figure.root.locator("details p").text_content() or ""
    words = figure.root.evaluate(SHOWN)["words"]
    assert said.endswith(f"At the start: {words}")


def test_a_finger_on_a_phone(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    figure = Figure(context.new_page())
    page = figure.page
    inside = "n => n.every(x => x.getBoundingClientRect().right <= innerWidth - 12)"
    assert figure.root.locator("*:not(svg *, figcaption *, .touch-said)").evaluate_all(inside)
    page.touchscreen.tap(*figure.on(0, 0, 3))
    figure.check(0, 3)
    page.touchscreen.tap(*figure.on(1, 2, 0))
    figure.check(2, 0)
    swipe(page, figure.on(0, 1, 0), figure.on(0, 1, 3))
    figure.check(1, 3)
    page.evaluate("document.body.style.paddingBottom = '60rem'")
    x, y = figure.on(0, 2, 1)
    swipe(page, (x, y), (x, y - 150))
    page.wait_for_function("scrollY > 50")
    figure.check(1, 3)
    context.close()


def test_text_has_contrast_in_both_themes(figure: Figure) -> None:
    for theme in ("dark", "light"):
        figure.page.emulate_media(color_scheme=theme)
        assert not pale_texts(figure.page, "figure.touch :is(p, b, span)")


def test_two_figures_do_not_disturb_each_other(tab: Page) -> None:
    tab.set_content(page_of(cell_scores_html(), cell_scores_html()))
    first, second = tab.locator("figure.touch").all()
    before = second.evaluate(SHOWN)
    first.locator(".cs-ring").first.press("ArrowDown")
    assert first.evaluate(SHOWN) != before
    assert second.evaluate(SHOWN) == before
    assert tab.locator("[id]").count() == 0
