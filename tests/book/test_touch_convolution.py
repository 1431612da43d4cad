"""The convolution to touch in a browser: each number is PyTorch's, however one moves it."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import pale_texts, swipe, wait_until_said
from convolution_pages import KERNELS, convolution_data, convolution_html, output_of, pixels_of
from course_utils.teaching.touchable.convolution import number
from touch_pages import page_of

pytestmark = pytest.mark.browser

SHOWN = """root => {
  const all = name => [...root.querySelectorAll(name)].map(node => node.textContent);
  const [from, to] = root.querySelectorAll(".cv-body");
  const box = node => node.getBoundingClientRect();
  const cell = box(from).width / from.style.getPropertyValue("--columns");
  const place = (name, body) => {
    const [inner, outer] = [box(root.querySelector(name)), box(body)];
    return [inner.top - outer.top, inner.left - outer.left, inner.height, inner.width]
      .map(length => Math.round(length / cell));
  };
  const inked = node => [...node.getContext("2d").getImageData(0, 0, node.width, node.height).data]
    .filter((_, k) => k % 4 === 0);
  return {
    heads: all(".cv-from > p, .cv-to > p:first-child"),
    input: all(".cv-from .cv-body > span"), output: all(".cv-to .cv-body > span"),
    weights: all(".cv-weights button"), terms: all(".cv-terms span"),
    sum: all(".cv-sum")[0], size: all(".cv-size")[0],
    window: place(".cv-window", from), mark: place(".cv-mark", to).slice(0, 2),
    pixels: [...root.querySelectorAll("canvas")].map(inked),
  };
}"""


class Figure:
    """The figure on a page, and what it should show."""

    def __init__(self, page: Page, data: dict[str, Any] | None = None) -> None:
        self.page = page
        page.set_content(page_of(convolution_html(data)))
        page.add_style_tag(content="* { transition: none !important }")
        self.root = page.locator("figure.touch")
        self.on, self.stride, self.padding = "grid", 1, 0
        self.weights: list[list[float]] = [list(row) for row in KERNELS["left to right"]]

    def choose(self, name: str, value: str | int) -> None:
        """Choose one of a row."""
        self.root.locator(f"input[name={name}][value='{value}']").locator("..").click()
        if name == "On":
            self.on = "grid" if value == "numbers" else "picture"
        else:
            setattr(self, name.lower(), int(value))

    def cell(self, which: str, row: float, column: float) -> tuple[float, float]:
        """Where on the screen the middle of a cell of the input (with its border) or output is."""
        x, y, size = self.root.locator(f".cv-{which} .cv-body").evaluate(
            "n => [n.getBoundingClientRect().x, n.getBoundingClientRect().y,"
            " n.getBoundingClientRect().width / n.style.getPropertyValue('--columns')]"
        )
        return x + (column + 0.5) * size, y + (row + 0.5) * size

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw with the mouse from one place to another."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=3)
        self.page.mouse.up()

    def check(self, row: int, column: int) -> None:
        """Compare all that is shown, with the window at a place of the output."""
        found = self.root.evaluate(SHOWN)
        output = output_of(self.on, self.weights, self.stride, self.padding)
        pixels = pixels_of(self.on)
        padded = torch.nn.functional.pad(pixels, [self.padding] * 4)
        top, left = row * self.stride, column * self.stride
        window = padded[top : top + 3, left : left + 3].flatten().tolist()
        weights = torch.tensor(self.weights, dtype=torch.float64).flatten().tolist()
        products = [pixel * weight for pixel, weight in zip(window, weights, strict=True)]
        assert found["window"] == [top, left, 3, 3]
        assert found["mark"] == [row, column]
        assert found["weights"] == [number(weight) for weight in weights]
        assert found["terms"] == [
            f"{number(pixel)}·{number(weight, brackets=True)}"
            for pixel, weight in zip(window, weights, strict=True)
        ]
        assert found["sum"] == f"= {added(products)} =\xa0{number(float(output[row, column]))}"
        height, width = pixels.shape
        zeros = " + zeros" if self.padding else ""
        sides = " × ".join(str(side) for side in output.shape)
        assert found["heads"] == [f"Input {height} × {width}{zeros}", f"Output {sides}"]
        self.check_size(found["size"], height, output.shape[0])
        if self.on == "grid":
            assert found["input"] == [number(x) for x in padded.flatten().tolist()]
            assert found["output"] == [number(x, digits=1) for x in output.flatten().tolist()]
        else:
            assert found["pixels"][0] == padded.flatten().tolist()
            shades = 127.5 * (1 + output / output.abs().max())
            assert (torch.tensor(found["pixels"][1]) - shades.flatten()).abs().max() <= 0.51

    def check_size(self, said: str, side: int, result: int) -> None:
        """Compare the arithmetic of the size, and what is left over."""
        rest = (side + 2 * self.padding - 3) % self.stride
        assert said.startswith(f"Output size: ({side} + 2·{self.padding} − 3) / {self.stride} + 1 ")
        assert f"{'rounded down:' if rest else '='} {result}." in said
        lines = {0: "", 1: "row and the last column.", 2: "2 rows and the last 2 columns."}
        assert said.endswith(lines[rest] or f"= {result}.")


def added(products: Sequence[float]) -> str:
    """Write numbers as a sum."""
    first, *others = products
    signs = (f" {'−' if x < 0 else '+'} {number(abs(x))}" for x in others)
    return number(first) + "".join(signs)


@pytest.fixture
def figure(tab: Page) -> Figure:
    """The figure at its start, on a wide screen."""
    return Figure(tab)


def test_mouse_and_taps_move_the_window(figure: Figure) -> None:
    assert figure.root.locator(".touch-live").get_attribute("data-agrees") == "true"
    figure.check(0, 0)
    figure.drag(figure.cell("from", 0, 0), figure.cell("from", 2.2, 1))
    figure.check(2, 1)
    figure.drag(figure.cell("from", 4, 1), figure.cell("from", 9, 9))
    figure.check(3, 3)
    figure.page.mouse.click(*figure.cell("to", 1, 2))
    figure.check(1, 2)
    figure.page.mouse.click(*figure.cell("from", 5, 1))
    figure.check(3, 0)
    figure.page.mouse.click(*figure.cell("from", 4, 0))
    figure.check(3, 0)
    figure.drag(figure.cell("to", 3, 1), figure.cell("to", 0, 3))
    figure.check(0, 3)


def test_every_stride_and_padding_on_numbers_and_picture(figure: Figure) -> None:
    for padding in (2, 1, 0):
        figure.choose("Padding", padding)
        for stride in (3, 2, 1):
            figure.choose("Stride", stride)
            figure.page.mouse.click(*figure.cell("to", 1, 0))
            figure.check(1, 0)
    figure.choose("On", "picture")
    for stride, padding in ((3, 0), (2, 2), (1, 1)):
        figure.choose("Stride", stride)
        figure.choose("Padding", padding)
        figure.page.mouse.move(*figure.cell("from", 7 * stride + 1, 5 * stride + 1))
        figure.check(7, 5)
    figure.page.mouse.move(*figure.cell("to", 2, 30))
    figure.check(2, 30)
    figure.root.get_by_role("button", name="Start again").click()
    figure.on, figure.stride, figure.padding = "grid", 1, 0
    figure.check(0, 0)


def test_the_window_stays_where_it_is_when_stride_or_border_change(figure: Figure) -> None:
    figure.page.mouse.click(*figure.cell("to", 2, 2))
    figure.choose("Padding", 2)
    figure.check(4, 4)
    figure.choose("Stride", 2)
    figure.check(2, 2)
    figure.choose("Padding", 0)
    figure.check(1, 1)


def test_kernels_have_names_and_weights_are_changed(figure: Figure) -> None:
    select = figure.root.get_by_label("kernel", exact=True)
    weights = figure.root.locator(".cv-weights button")
    for name, weight in KERNELS.items():
        select.select_option(name)
        figure.weights = [list(row) for row in weight]
        figure.check(0, 0)
    select.select_option("left to right")
    figure.weights = [list(row) for row in KERNELS["left to right"]]
    for expected in (1, 2, -2, -1, 0):
        weights.nth(4).click()
        figure.weights[1][1] = expected
        figure.check(0, 0)
    assert select.input_value() == "left to right"
    weights.nth(4).press("ArrowDown")
    figure.weights[1][1] = -1
    figure.check(0, 0)
    assert select.input_value() == "your own"
    assert weights.nth(4).get_attribute("aria-label") == "weight, row 2, column 2: −1"


def test_keys_alone_do_it_and_a_screen_reader_hears(figure: Figure) -> None:
    press = figure.page.keyboard.press
    for key in ("Tab", "Tab", "Tab", "ArrowRight", "Tab", "ArrowRight", "Tab"):
        press(key)
    figure.stride, figure.padding = 2, 1
    figure.check(1, 1)
    for key, place in (
        ("Home", (0, 0)),
        ("ArrowRight", (0, 1)),
        ("ArrowDown", (1, 1)),
        ("ArrowLeft", (1, 0)),
        ("End", (2, 2)),
        ("ArrowUp", (1, 2)),
        ("ArrowRight", (1, 2)),
        ("Home", (0, 0)),
        ("ArrowDown", (1, 0)),
    ):
        press(key)
        figure.check(*place)
    window = figure.root.get_by_role("slider", name="window")
    value = number(float(output_of("grid", figure.weights, 2, 1)[1, 0]))
    assert window.get_attribute("aria-valuetext") == f"row 2, column 1: {value}"
    assert window.get_attribute("aria-valuenow") == "4"
    wanted = f"Output 3 by 3; row 2, column 1: {value}."
    wait_until_said(figure.page, wanted)
    for _ in range(9):
        press("Tab")
    press("Enter")
    figure.weights[2][2] = 2
    figure.check(1, 0)


def test_a_finger_on_a_phone(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    figure = Figure(context.new_page())
    page = figure.page
    swipe(page, figure.cell("from", 1, 1), figure.cell("from", 4, 2))
    figure.check(3, 1)
    page.touchscreen.tap(*figure.cell("to", 0, 2))
    figure.check(0, 2)
    page.touchscreen.tap(*figure.cell("from", 3, 3))
    figure.check(2, 2)
    figure.choose("Padding", 2)
    figure.choose("On", "picture")
    inside = "n => n.every(x => x.getBoundingClientRect().right <= innerWidth - 12)"
    assert figure.root.locator("*:not(figcaption *)").evaluate_all(inside)
    page.touchscreen.tap(*figure.cell("from", 30, 20))
    figure.check(29, 19)
    swipe(page, figure.cell("from", 30, 20), figure.cell("from", 10, 24))
    figure.check(9, 23)
    x, y = figure.cell("from", 50, 50)
    swipe(page, (x, y), (x, y - 150))
    page.wait_for_function("scrollY > 50")
    figure.check(9, 23)
    context.close()


def test_it_says_when_it_disagrees_with_pytorch(tab: Page) -> None:
    for number_of_check, place in ((0, 3), (2, 1)):
        data = convolution_data()
        values = data["checks"][number_of_check]["values"]
        values[place] = [*values[place][:2], 7] if number_of_check else 7
        figure = Figure(tab, data)
        assert figure.root.get_by_role("alert").is_visible()


def test_text_has_contrast_in_both_themes(figure: Figure) -> None:
    figure.choose("Padding", 1)
    for theme in ("dark", "light"):
        figure.page.emulate_media(color_scheme=theme)
        assert not pale_texts(figure.page, "figure.touch :is(p, b, span, legend, button, select)")


def test_two_figures_do_not_disturb_each_other(tab: Page) -> None:
    tab.set_content(page_of(convolution_html(), convolution_html()))
    first, second = tab.locator("figure.touch").all()
    before = second.evaluate(SHOWN)
    first.locator("input[name=Stride][value='3']").locator("..").click()
    first.locator(".cv-weights button").first.click()
    assert second.evaluate(SHOWN) == before
    assert second.locator("input:checked").count() == 3
    assert tab.locator("[id]").count() == 0
