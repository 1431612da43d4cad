"""The panorama to touch in a browser: boxes, overlaps and bars are PyTorch's, however one moves."""

from typing import Any

import pytest
import torch
from scipy import ndimage

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts, swipe, wait_until_said
from course_utils.analysis.box_metrics import Box, intersection_over_union
from course_utils.teaching.touchable import panorama
from panorama_pages import panorama_data, panorama_html
from touch_pages import page_of

pytestmark = pytest.mark.browser

SHOWN = """root => {
  const all = name => [...root.querySelectorAll(name)];
  const numbers = n => ["x", "y", "width", "height"].map(name => Number(n.getAttribute(name)));
  const [view, ring] = [".pn-view", ".pn-ring"].map(n => root.querySelector(n));
  const [a, b] = [view, ring].map(n => n.getBoundingClientRect());
  return {
    found: all("rect.pn-box").map(numbers), there: all("rect.pn-true").map(numbers),
    window: all("rect.pn-window").map(numbers), tags: all(".pn-tags span").map(n => n.textContent),
    places: all(".pn-places b").map(n => n.textContent),
    sum: root.querySelector(".pn-sum").textContent,
    bars: all(".pn-bar").map(n => [n.children[0].textContent, n.querySelector("i").style.width,
      n.children[2].textContent]),
    ring: [(b.x + b.width / 2 - a.x) / a.width * 1024, (b.y + b.height / 2 - a.y) / a.height * 387],
    words: view.ariaLabel,
  };
}"""


def scores_of(label: str, place: str) -> torch.Tensor:
    """The scores of the stored bytes by PyTorch: ``(387, 1024)``."""
    data = panorama_data()
    stored = torch.from_numpy(panorama.bytes_of(data)[data["names"].index(label)]).double() / 255
    size = (387, 1024)
    if place == "stretched":
        mode = "bilinear"
        return torch.nn.functional.interpolate(stored[None, None], size, mode=mode)[0, 0]
    first = 32 if place == "field" else 47.5
    for axis, length in enumerate(size):
        at = ((torch.arange(length).double() - first) / 32).clamp(0, stored.shape[axis] - 1)
        low = at.floor().long().clamp(max=stored.shape[axis] - 2)
        part = (at - low).unsqueeze(1 - axis)
        below, above = stored.index_select(axis, low), stored.index_select(axis, low + 1)
        stored = torch.lerp(below, above, part.expand_as(below))
    return stored


def boxes_of(label: str, threshold: float, place: str) -> list[Box]:
    """The boxes around its pieces."""
    pieces = ndimage.label((scores_of(label, place) >= threshold - 1e-9).numpy())[0]
    return [(x.start, y.start, x.stop, y.stop) for y, x in ndimage.find_objects(pieces)]


def true_boxes(label: str) -> list[Box]:
    """Those that the chapter gives."""
    return [tuple(box) for name, box in panorama_data()["things"] if name == label]


class Figure:
    """The figure on a page, and what it should show."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_content(page_of(panorama_html()))
        self.root = page.locator("figure.touch")
        self.ring = self.root.get_by_role("slider", name="position")
        self.range = self.root.get_by_role("slider", name="threshold")

    def choose(self, text: str) -> None:
        """Choose a class or a place."""
        self.root.locator("label").filter(has_text=text).click()

    def on_picture(self, x: float, y: float) -> tuple[float, float]:
        """Where on the screen a pixel of the picture is."""
        box = self.root.locator(".pn-view").bounding_box()
        assert box is not None
        return box["x"] + x / 1024 * box["width"], box["y"] + y / 387 * box["height"]

    def shown(self) -> dict[str, Any]:
        """All numbers that there are to see."""
        found: dict[str, Any] = self.root.evaluate(SHOWN)
        return found

    def check(self, label: str, threshold: float, place: str, position: tuple[int, int]) -> None:
        """Compare all that is shown."""
        wanted = panorama.said(panorama_data(), label, threshold, place, position)
        self.root.locator(f'.pn-view[aria-label="{wanted}"]').wait_for()
        assert self.ring.get_attribute("aria-valuetext") == "row {}, column {}".format(*position)
        shown, there = self.shown(), true_boxes(label)
        found = {way: boxes_of(label, threshold, way) for way in panorama.PLACES}
        drawn = [(x, y, x + w, y + h) for x, y, w, h in shown["found"]]
        assert sorted(drawn) == sorted(found[place])
        assert [(x, y, x + w, y + h) for x, y, w, h in shown["there"]] == there
        assert shown["tags"] == [
            f"{max((intersection_over_union(box, one) for one in there), default=0):.2f}"
            for box in drawn
        ]
        for way, text in zip(panorama.PLACES, shown["places"], strict=True):
            best = [
                max((intersection_over_union(box, one) for box in found[way]), default=0)
                for one in there
            ]
            assert text == (", ".join(f"{one:.2f}" for one in best) or "–")
        assert shown["sum"] == f"{len(drawn)} found, {len(there)} there"
        self.check_position(shown, place, position)

    @staticmethod
    def check_position(shown: dict[str, Any], place: str, position: tuple[int, int]) -> None:
        """Compare the window of a position, its place and its bars."""
        row, column = position
        assert shown["window"] == [[32 * column, 32 * row, 96, 96]]
        first = 32 if place == "field" else 47.5
        x, y = first + 32 * column, first + 32 * row
        if place == "stretched":
            x, y = (column + 0.5) * 1024 / 30 - 0.5, (row + 0.5) * 387 / 11 - 0.5
        assert shown["ring"] == pytest.approx([x + 0.5, y + 0.5], abs=1.5)
        data = panorama_data()
        for index, (name, width, text) in enumerate(shown["bars"]):
            value = round(255 * data["probabilities"][index][row][column]) / 255
            assert name == data["names"][index]
            assert float(width.removesuffix("%")) == pytest.approx(100 * value, abs=0.01)
            assert text == f"{100 * value:.0f} %"


@pytest.fixture
def figure(tab: Page) -> Figure:
    """The figure at its start, on a wide screen."""
    return Figure(tab)


def test_every_class_and_place(figure: Figure) -> None:
    figure.check("bee", 0.8, "window", (8, 27))
    for number, name in enumerate(panorama_data()["names"]):
        figure.choose(name)
        place = list(panorama.PLACES)[number % 3]
        figure.choose(panorama.PLACES[place])
        figure.check(name, 0.8, place, (8, 27))


def test_the_threshold_is_dragged_and_moved_by_keys(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})  # a tab used before
    figure = Figure(context.new_page())  # does not let go of a slider that is no longer there
    box = figure.range.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    figure.page.mouse.move(box["x"] + 0.8 * box["width"], y)
    figure.page.mouse.down()
    figure.page.mouse.move(box["x"] + 0.3 * box["width"], y, steps=4)
    figure.page.mouse.up()
    figure.page.wait_for_function("document.querySelector('input[type=range]').value < 50")
    level = int(figure.range.input_value())
    figure.check("bee", level / 100, "window", (8, 27))
    for key, value in (("ArrowRight", level + 1), ("End", 99), ("ArrowLeft", 98), ("Home", 5)):
        figure.range.press(key)
        figure.check("bee", value / 100, "window", (8, 27))
        assert int(figure.range.input_value()) == value
    context.close()


def test_the_mouse_over_the_picture_shows_the_nearest_position(figure: Figure) -> None:
    for place, first, step in (
        ("window", (47.5, 47.5), (32, 32)),
        ("field", (32, 32), (32, 32)),
        ("stretched", (16.57, 17.09), (1024 / 30, 387 / 11)),
    ):
        figure.choose(panorama.PLACES[place])
        for x, y in ((5, 5), (410, 200), (600, 110), (1020, 380)):
            figure.page.mouse.move(*figure.on_picture(x, y))
            column, row = (
                min(max(round((at - start) / pace), 0), most)
                for at, start, pace, most in zip((x, y), first, step, (29, 10), strict=True)
            )
            figure.check("bee", 0.8, place, (row, column))


def test_keys_alone_do_it_and_a_screen_reader_hears(figure: Figure) -> None:
    for key, position in (
        ("ArrowUp", (7, 27)),
        ("ArrowLeft", (7, 26)),
        ("End", (10, 29)),
        ("ArrowDown", (10, 29)),
        ("ArrowRight", (10, 29)),
        ("Home", (0, 0)),
        ("ArrowDown", (1, 0)),
    ):
        figure.ring.press(key)
        figure.check("bee", 0.8, "window", position)
    assert figure.ring.get_attribute("aria-valuenow") == "31"
    assert figure.ring.get_attribute("aria-valuemax") == "330"
    figure.root.get_by_role("radio", name="bee").press("ArrowRight")
    figure.check("daisy", 0.8, "window", (1, 0))
    wanted = figure.shown()["words"]
    wait_until_said(figure.page, wanted)


def test_what_is_said_is_what_python_says(figure: Figure) -> None:
    said = figure.root.locator("details p").text_content() or ""
    assert said.endswith(f"At the start: {figure.shown()['words']}")


def test_a_finger_on_a_phone(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 600}, has_touch=True)
    figure = Figure(context.new_page())
    page = figure.page
    assert beyond_the_screen(page.locator("figure.touch *:not(svg *)")) == 0
    page.touchscreen.tap(*figure.on_picture(400, 200))
    figure.check("bee", 0.8, "window", (5, 11))
    figure.root.locator("label").filter(has_text="tulip").tap()
    figure.check("tulip", 0.8, "window", (5, 11))
    figure.root.locator("label").filter(has_text="field").tap()
    figure.check("tulip", 0.8, "field", (5, 11))
    swipe(page, figure.on_picture(300, 200), figure.on_picture(720, 205))
    figure.check("tulip", 0.8, "field", (5, 21))  # a browser lets no tap follow a swipe at once
    x, y = figure.on_picture(300, 300)
    swipe(page, (x, y), (x, y - 150))
    page.wait_for_function("scrollY > 50")
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(figure: Figure, theme: str) -> None:
    figure.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    assert not pale_texts(figure.page, "figure.touch :is(p, b, span, legend)")


def test_two_figures_do_not_disturb_each_other(tab: Page) -> None:
    tab.set_content(page_of(panorama_html(), panorama_html()))
    first, second = tab.locator("figure.touch").all()
    before = second.evaluate(SHOWN)
    first.locator("label").filter(has_text="rose").click()
    first.get_by_role("slider", name="threshold").fill("30")
    first.get_by_role("slider", name="position").press("Home")
    assert second.evaluate(SHOWN) == before
    assert tab.locator("figure.touch [id]").count() == 0
