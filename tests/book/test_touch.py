"""Figures to touch in a browser: they show what PyTorch computes, however one moves them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
import torch

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Locator, Page

from browser import swipe, wait_until_said
from course_utils.teaching.touchable.digits import fixed, share, short
from course_utils.teaching.touchable.output import own_file
from touch_pages import counter_html, page_of, softmax_data, softmax_html

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
THREE = softmax_data(("ants", "bees", "roses"), (2.0, 1.5, -1.0))


@dataclass
class Softmax:
    """One figure on a page."""

    page: Page
    root: Locator

    def ring(self, k: int) -> Locator:
        """The handle of a bar."""
        return self.root.locator(".sm-ring").nth(k)

    @property
    def grip(self) -> Locator:
        """The handle of the zero."""
        return self.root.locator(".sm-grip")

    @property
    def scale(self) -> Locator:
        """The control of the scale."""
        return self.root.locator("input[type=range]")

    def unit(self) -> float:
        """Pixels of one logit."""
        return float(self.root.locator(".sm-field").evaluate("node => node.clientWidth / 10"))

    def drag(self, handle: Locator, logits: float) -> None:
        """Take hold with the mouse and draw, in small steps."""
        box = handle.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + logits * self.unit(), y + 4, steps=4)
        self.page.mouse.up()

    def set_scale(self, scale: float) -> None:
        """Move the scale."""
        self.scale.fill(str(scale))

    def shown(self) -> dict[str, list[str]]:
        """Every number that is shown, and where the label is."""
        texts = {
            name: self.root.locator(f".sm-{name}").all_inner_texts()
            for name in ("value", "share", "from", "ratio", "why", "length", "factor")
        }
        rows = self.root.locator(".sm-shares .sm-row").all()
        marked = [row.locator(".sm-label").is_visible() for row in rows]
        return {**texts, "label": [str(k) for k, mark in enumerate(marked) if mark]}


def expected(names: Sequence[str], logits: Sequence[float], scale: float) -> dict[str, list[str]]:
    """What PyTorch says should be shown."""
    scaled = torch.tensor(logits, dtype=torch.float64) * scale
    powers, (a, b, *_) = scaled.exp(), [fixed(z, 1) for z in logits]
    digits = 1 if scale == 1 else 2
    difference = float(scaled[0] - scaled[1])
    times = short(float(torch.tensor(abs(difference), dtype=torch.float64).exp()), 1)
    apart = f"{a} − {f'({b})' if logits[1] < 0 else b}"
    whole = apart if scale == 1 else f"({apart}) × {scale:.2f}"
    return {
        "value": [
            fixed(z, 1) if scale == 1 else f"{fixed(z, 1)} × {scale:.2f} = {fixed(s, 2)}"
            for z, s in zip(logits, scaled.tolist(), strict=True)
        ],
        "share": [share(p) for p in torch.softmax(scaled, dim=0).tolist()],
        "from": [f"= {short(p, 2)} / {short(float(powers.sum()), 2)}" for p in powers.tolist()],
        "ratio": [f"1 to {times}" if difference < 0 else f"{times} to 1"],
        "why": [f"= e{whole} = e{fixed(difference, digits)}"],
        "length": [f"{names[0]} − {names[1]}: {fixed(difference, digits)}"],
        "factor": [f"{scale:.2f}"],
        "label": [str(int(scaled.argmax()))],
    }


@pytest.fixture
def figure(tab: Page) -> Softmax:
    """The softmax figure, at its start."""
    return open_figure(tab, softmax_html())


def open_figure(page: Page, *html: str) -> Softmax:
    """Show figures on a plain page; return the first."""
    page.set_content(page_of(*html))
    return Softmax(page, page.locator("figure.touch").first)


def test_the_start_is_what_pytorch_computes(figure: Softmax) -> None:
    assert figure.shown() == expected(("ants", "bees"), (3.0, 1.0), 1.0)
    assert figure.shown()["share"] == ["0.88", "0.12"]
    assert figure.shown()["ratio"] == ["7.4 to 1"]
    assert figure.root.locator(".touch-live").get_attribute("data-agrees") == "true"


def test_the_mouse_drags_bars(tab: Page) -> None:
    figure = open_figure(tab, softmax_html(THREE))
    logits, names = [2.0, 1.5, -1.0], THREE["classes"]
    for k, move in ((0, -3.2), (1, 2.6), (2, 5.0), (0, 9.0), (2, -30.0), (1, -1.7)):
        figure.drag(figure.ring(k), move)
        logits[k] = round(min(max(logits[k] + move, -4.0), 6.0), 1)
        assert figure.shown() == expected(names, logits, 1.0), (k, move)


def test_the_scale_makes_surer_and_keeps_the_label(figure: Softmax) -> None:
    for scale in (0.05, 0.1, 0.25, 0.5, 0.75, 1.15, 1.5, 2.0):
        figure.set_scale(scale)
        assert figure.shown() == expected(("ants", "bees"), (3.0, 1.0), scale), scale


def test_zero_moves_and_no_probability(figure: Softmax) -> None:
    before = figure.shown()
    for move, logits in ((-1.0, (4.0, 2.0)), (3.4, (0.6, -1.4)), (9.0, (0.0, -2.0))):
        figure.drag(figure.grip, move)
        assert figure.shown() == expected(("ants", "bees"), logits, 1.0), move
        assert figure.shown()["share"] == before["share"]
        assert figure.shown()["ratio"] == before["ratio"]


def test_all_three_controls_together(tab: Page) -> None:
    figure = open_figure(tab, softmax_html(THREE))
    figure.drag(figure.grip, -2.5)
    figure.set_scale(1.5)
    figure.drag(figure.ring(1), 3.3)
    figure.drag(figure.ring(2), -2.2)
    assert figure.shown() == expected(THREE["classes"], (4.5, 7.3, -0.7), 1.5)
    figure.root.get_by_role("button", name="Start again").click()
    assert figure.shown() == expected(THREE["classes"], (2.0, 1.5, -1.0), 1.0)


def test_the_keyboard_alone_does_it(figure: Softmax) -> None:
    press, shown = figure.page.keyboard.press, figure.shown
    named = "document.activeElement.ariaLabel"
    press("Tab")
    assert figure.page.evaluate(named) == "zero, for all logits"
    press("ArrowRight")
    press("PageDown")
    assert shown() == expected(("ants", "bees"), (3.9, 1.9), 1.0)
    press("Tab")
    assert figure.page.evaluate(named) == "logit of ants"
    press("PageUp")
    press("Tab")
    assert figure.page.evaluate(named) == "logit of bees"
    for key, bees in (("ArrowUp", 2.0), ("ArrowLeft", 1.9), ("End", 6.9), ("Home", -3.1)):
        press(key)
        assert shown() == expected(("ants", "bees"), (4.9, bees), 1.0), key
    press("Tab")
    press("ArrowLeft")
    assert figure.shown() == expected(("ants", "bees"), (4.9, -3.1), 0.95)


def test_a_finger_drags_sideways_and_scrolls_up_and_down(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    figure = open_figure(context.new_page(), softmax_html())
    box = figure.ring(0).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    swipe(figure.page, (x, y), (x - 2.5 * figure.unit(), y + 2))
    moved = expected(("ants", "bees"), (0.5, 1.0), 1.0)
    assert figure.shown() == moved
    swipe(figure.page, (x, y), (x + 1, y - 120))
    figure.page.wait_for_function("scrollY > 50")
    assert figure.shown() == moved
    context.close()


def test_a_screen_reader_hears_the_numbers_once_the_hand_rests(figure: Softmax) -> None:
    said = figure.root.get_by_role("status")
    figure.ring(0).focus()
    figure.page.evaluate(
        "window.heard = []; new MutationObserver(() => heard.push(1))"
        ".observe(document.querySelector('[role=status]'), {childList: true})"
    )
    for _ in range(15):
        figure.page.keyboard.press("ArrowLeft")
    assert figure.ring(0).get_attribute("aria-valuetext") == "1.5"
    wanted = "ants 0.62, bees 0.38. Odds 1.6 to 1. Label: ants."
    wait_until_said(figure.page, wanted)
    assert said.get_attribute("aria-live") == "polite"
    assert figure.page.evaluate("heard.length") <= 2
    figure.grip.press("ArrowLeft")
    assert figure.grip.get_attribute("aria-valuetext") == "0.1 added to every logit"


def test_two_figures_and_another_do_not_disturb_each_other(tab: Page) -> None:
    figure = open_figure(tab, softmax_html(), softmax_html(), counter_html())
    figure.drag(figure.ring(0), -1.0)
    assert figure.shown() == expected(("ants", "bees"), (2.0, 1.0), 1.0)
    other = Softmax(tab, tab.locator("figure.touch").nth(1))
    assert other.shown() == expected(("ants", "bees"), (3.0, 1.0), 1.0)
    count = tab.locator("figure.touch").nth(2).get_by_role("button")
    count.click()
    assert count.inner_text() == "4"
    assert tab.locator(".touch-live").count() == 3
    assert tab.locator("[id]").count() == 0
    assert not tab.evaluate("['softmax', 'start', 'draw', 'grab'].filter(name => name in window)")


def test_a_figure_that_disagrees_with_pytorch_says_so(tab: Page) -> None:
    wrong = softmax_data()
    wrong["probabilities"][0][0] += 0.01
    figure = open_figure(tab, softmax_html(wrong))
    assert figure.root.get_by_role("alert").is_visible()


NUMBERS = [k / 8 - 3 for k in range(50)] + [0.005, 0.015, 1.005, 2.675, 1e-9, 123.456, 99.995]
SIZES = [0.004, 0.01, 0.5, 2.25, 99.9, 100.4, 2980.96, 65659969.1, 1e-7]


def test_numbers_are_written_as_python_writes_them(tab: Page) -> None:
    call = "numbers => numbers.map(x => [0, 1, 2].map(digits => WRITE(x, digits)))"
    for write, name, numbers in ((fixed, "fixed", NUMBERS), (short, "short", SIZES)):
        written = f"return ({call.replace('WRITE', name)})(numbers)"
        found = tab.evaluate(f"numbers => {{ {own_file('base.js')} {written} }}", numbers)
        assert found == [[write(x, digits) for digits in (0, 1, 2)] for x in numbers]


def test_a_tie_is_called_one(figure: Softmax) -> None:
    label = figure.root.locator(".sm-label").first
    assert label.inner_text() == "✓ label"
    figure.drag(figure.ring(1), 2.0)
    assert figure.shown() == expected(("ants", "bees"), (3.0, 3.0), 1.0)
    assert label.inner_text() == "✓ label (tie: the first)"
