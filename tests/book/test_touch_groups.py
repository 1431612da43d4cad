"""Group convolution to touch in a browser: what is joined and what it weighs is PyTorch's."""

from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import pale_texts, swipe, wait_until_said
from groups_pages import GROUPS, KERNEL, WIDTHS, groups_data, groups_html, layer, reached
from touch_pages import page_of

pytestmark = pytest.mark.browser

SHOWN = """root => {
  const rects = [...root.querySelectorAll(".gr-net rect")];
  const height = n => n.getAttribute("y");
  const rows = [...new Set(rects.map(height))].map(y => rects.filter(n => height(n) === y));
  const lit = row => row.flatMap((n, k) => n.classList.contains("gr-on") ? [k] : []);
  const text = name => root.querySelector(name).textContent;
  const numbers = n => ["x", "y", "width", "height"].map(name => Number(n.getAttribute(name)));
  const box = node => node.getBoundingClientRect();
  const middle = node => box(node).x + box(node).width / 2;
  const [bar, ring] = [root.querySelector(".gr-bar"), root.querySelector(".gr-ring")];
  const joined = [...root.querySelectorAll(".gr-net path:not(.gr-lit)")]
    .map(n => n.getAttribute("d").split("M").length - 1).reduce((a, b) => a + b);
  return {
    rows: rows.map(row => row.length), inputs: lit(rows[0]), output: lit(rows[3]), joined,
    mixed: rows[3].filter(n => n.classList.contains("gr-mixed")).length,
    reached: text(".gr-reached"), weights: text(".gr-weights p"),
    part: text(".gr-weights .gr-quiet"),
    blocks: [...root.querySelectorAll(".gr-side rect:not(.gr-row)")].map(numbers),
    row: numbers(root.querySelector(".gr-row")),
    over: bar.classList.contains("gr-over"),
    fill: box(bar.firstChild).width / box(bar).width,
    line: (middle(bar.lastChild) - box(bar).x) / box(bar).width,
    labels: [...root.querySelectorAll(".gr-slider")].map(n => n.textContent),
    at: middle(ring) - middle(rows[3][lit(rows[3])[0]]),
    value: ring.ariaValueText, shuffle: root.querySelector("[type=checkbox]").checked,
  };
}"""


class Figure:
    """The figure on a page, and what it should show."""

    def __init__(self, page: Page, data: dict[str, Any] | None = None) -> None:
        self.page = page
        page.set_content(page_of(groups_html(data)))
        page.add_style_tag(content="* { transition: none !important }")
        self.root = page.locator("figure.touch")
        self.ring = self.root.get_by_role("slider", name="output")

    def slide(self, name: str, stop: int) -> None:
        """Move a slider to one of its stops."""
        self.root.get_by_label(name, exact=True).fill(str(stop))

    def shuffle(self) -> None:
        """Change the switch."""
        self.root.get_by_label("shuffle between the layers").click()

    def place(self, output: int, width: int, height: float = 0.9) -> tuple[float, float]:
        """Where on the screen an output is."""
        box = self.root.locator(".gr-net").bounding_box()
        assert box is not None
        x = (52 + (output + 0.5) * 300 / width) / 356
        return box["x"] + x * box["width"], box["y"] + height * box["height"]

    def check(self, groups: int, width: int, shuffle: bool, output: int = 0) -> None:
        """Compare all that is shown."""
        inputs = list(reached(groups, width, shuffle, output))
        sees = f"{len(inputs)} of {width} inputs"
        self.root.locator(f".gr-ring[aria-valuetext='{output}: depends on {sees}']").wait_for()
        found = self.root.evaluate(SHOWN)
        weights, size = layer(groups, width).weight.numel(), width // groups
        budget = layer(1, 16).weight.numel()
        assert found["shuffle"] == shuffle
        assert found["labels"] == [f"groups {groups}", f"channels {width}"]
        assert found["rows"] == [width] * 4
        assert (found["inputs"], found["output"]) == (inputs, [output])
        assert found["reached"] == f"Output {output} depends on {sees}. After one layer: {size}."
        pairs = int((layer(groups, width).weight != 0).sum()) // KERNEL**2
        assert found["joined"] == 2 * pairs + width
        product = f"{KERNEL} · {KERNEL} · {width} · {width} / {groups}"
        assert found["weights"] == f"{product} = {weights:,} weights a layer"
        share = f"{round(100 * weights / budget, 2):g}"
        assert found["part"] == f"{share} % of the budget (line): {budget:,}"
        assert found["over"] == (weights > budget)
        most = layer(1, WIDTHS[-1]).weight.numel()
        assert found["fill"] == pytest.approx(weights / most, abs=0.003)
        assert found["line"] == pytest.approx(budget / most, abs=0.003)
        assert found["blocks"] == [[k * size, k * size, size, size] for k in range(groups)]
        assert found["row"] == [0, output, width, 1]
        assert abs(found["at"]) < 1
        assert found["mixed"] == (width if shuffle and groups > 1 and size > 1 else 0)


@pytest.fixture
def figure(tab: Page) -> Figure:
    """The figure at its start, on a wide screen."""
    return Figure(tab)


def test_every_stop_of_groups_and_channels(figure: Figure) -> None:
    assert figure.root.locator(".touch-live").get_attribute("data-agrees") == "true"
    figure.check(4, 16, False)
    figure.shuffle()
    for stop, width in enumerate(WIDTHS):
        figure.slide("channels", stop)
        for cut, groups in enumerate(g for g in GROUPS if width % g == 0):
            figure.slide("groups", cut)
            figure.check(groups, width, True)
        figure.slide("groups", 1)
    figure.shuffle()
    figure.check(2, 32, False)


def test_groups_that_do_not_fit_become_fewer_and_come_back(figure: Figure) -> None:
    figure.slide("groups", 3)
    figure.check(8, 16, False)
    figure.slide("channels", 1)
    figure.check(4, 12, False)
    note = figure.root.locator(".gr-note")
    assert note.text_content() == "8 groups do not divide 12 channels: 4 instead."
    assert figure.root.get_by_label("groups", exact=True).get_attribute("max") == "2"
    figure.slide("channels", 4)
    figure.check(8, 32, False)
    assert note.text_content() == ""
    assert figure.root.get_by_label("groups", exact=True).get_attribute("max") == "4"


def test_a_mouse_over_an_output_lights_its_inputs(figure: Figure) -> None:
    move = figure.page.mouse.move
    for output in (5, 10, 15, 0):
        move(*figure.place(output, 16))
        figure.check(4, 16, False, output)
    figure.shuffle()
    for output in (3, 12):
        move(*figure.place(output, 16, height=0.4))
        figure.check(4, 16, True, output)
    figure.slide("groups", 3)
    figure.check(8, 16, True, 12)
    figure.slide("channels", 0)
    figure.check(8, 8, True, 7)


def test_keys_alone_do_it_and_a_screen_reader_hears(figure: Figure) -> None:
    press = figure.page.keyboard.press
    for key in ("Tab", "ArrowRight", "Tab", "ArrowRight", "Tab", "Space", "Tab"):
        press(key)
    figure.check(8, 24, True)
    for key, output in (
        ("ArrowRight", 1),
        ("ArrowUp", 2),
        ("ArrowLeft", 1),
        ("End", 23),
        ("ArrowRight", 23),
        ("ArrowDown", 22),
        ("Home", 0),
        ("ArrowLeft", 0),
    ):
        press(key)
        figure.check(8, 24, True, output)
    assert figure.ring.get_attribute("aria-valuemax") == "23"
    assert figure.root.get_by_label("channels", exact=True).get_attribute("aria-valuetext") == "24"
    wanted = (
        "8 groups, 24 channels: 648 weights a layer, 28.12 % of the budget. With shuffle,"
        " output 0 depends on 9 of 24 inputs."
    )
    wait_until_said(figure.page, wanted)


def test_a_finger_on_a_phone(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    figure = Figure(context.new_page())
    page = figure.page
    inside = "n => n.every(x => x.getBoundingClientRect().right <= innerWidth - 12)"
    assert figure.root.locator("*:not(svg *, figcaption *)").evaluate_all(inside)
    page.touchscreen.tap(*figure.place(6, 16))
    figure.check(4, 16, False, 6)
    figure.root.locator(".gr-deal").tap()
    swipe(page, figure.place(6, 16), figure.place(13, 16))
    figure.check(4, 16, True, 13)
    box = figure.root.get_by_label("channels", exact=True).bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    figure.check(4, 32, True, 13)
    x, y = figure.place(20, 32, height=0.5)
    swipe(page, (x, y), (x, y - 150))
    page.wait_for_function("scrollY > 50")
    figure.check(4, 32, True, 13)
    context.close()


@pytest.mark.parametrize("wrong", [{"weights": 577}, {"reached": [0, 1, 2]}])
def test_it_says_when_it_disagrees_with_pytorch(tab: Page, wrong: dict[str, Any]) -> None:
    data = groups_data()
    data["checks"][2].update(wrong)
    figure = Figure(tab, data)
    assert figure.root.get_by_role("alert").is_visible()


def test_text_has_contrast_in_both_themes(figure: Figure) -> None:
    for theme in ("dark", "light"):
        figure.page.emulate_media(color_scheme=theme)
        assert not pale_texts(figure.page, "figure.touch :is(p, b, span, label)")


def test_two_figures_do_not_disturb_each_other(tab: Page) -> None:
    tab.set_content(page_of(groups_html(), groups_html()))
    first, second = tab.locator("figure.touch").all()
    before = second.evaluate(SHOWN)
    first.get_by_label("groups", exact=True).fill("1")
    first.get_by_label("shuffle between the layers").click()
    first.locator(".gr-ring").press("ArrowRight")
    assert second.evaluate(SHOWN) == before
    assert tab.locator("[id]").count() == 0
