"""The receptive field to touch in a browser: each number is PyTorch's, however one moves it."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import pale_texts, swipe, wait_until_said
from course_utils.teaching.touchable.receptive_field import number
from receptive_field_pages import (
    SIDE,
    STAGES,
    receptive_field_data,
    receptive_field_html,
)
from touch_pages import page_of

pytestmark = pytest.mark.browser

SHOWN = """root => {
  const all = name => [...root.querySelectorAll(name)];
  const numbers = (node, names) => names.map(name => Number(node.getAttribute(name)));
  const box = node => node.getBoundingClientRect();
  const place = (node, outer) => {
    const [a, b] = [box(node), box(outer)];
    return [a.x - b.x, a.y - b.y, a.width, a.height].map(x => x / b.width);
  };
  const [view, map, svg] = [".rf-view", ".rf-map", "svg"].map(name => root.querySelector(name));
  const moved = root.querySelector("g").getAttribute("transform");
  return {
    rows: all(".rf-row p").map(p => [...p.childNodes].map(n => n.textContent)
      .concat([...p.querySelectorAll("b span")].map(n => n.textContent))),
    heat: all(".rf-view g:first-of-type rect").map(n => numbers(n, ["x", "y", "opacity"])),
    scale: Number(moved.match(/scale\\((.*)\\)/)[1]),
    squares: ["square", "side"].map(name =>
      numbers(root.querySelector(`rect.rf-${name}`), ["x", "y", "width", "height"])),
    dot: numbers(root.querySelector("circle"), ["cx", "cy"]),
    cross: root.querySelector("path.rf-cross").getAttribute("d"),
    box: svg.getAttribute("viewBox").split(" ").map(Number),
    field: place(root.querySelector(".rf-field"), view),
    picture: place(root.querySelector("image"), view),
    ring: place(root.querySelector(".rf-ring"), map), dots: all("i").map(n => place(n, map)),
    head: root.querySelector(".rf-head").textContent,
    words: view.ariaLabel,
  };
}"""


class Figure:
    """The figure on a page, and what it should show."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.data = receptive_field_data()
        page.set_content(page_of(receptive_field_html()))
        self.root = page.locator("figure.touch")
        self.ring = self.root.get_by_role("slider", name="cell")

    def choose(self, stage: str) -> None:
        """Choose a stage."""
        self.root.locator("label").filter(has_text=stage).click()

    def on_map(self, stage: str, row: float, column: float) -> tuple[float, float]:
        """Where on the screen a cell of the map is."""
        box = self.root.locator(".rf-map").bounding_box()
        assert box is not None
        cell = box["width"] / self.stage(stage)["cells"]
        return box["x"] + (column + 0.5) * cell, box["y"] + (row + 0.5) * cell

    def on_picture(self, x: float, y: float) -> tuple[float, float]:
        """Where on the screen a pixel of the picture is."""
        low, _, span, _ = self.root.evaluate(SHOWN)["box"]
        box = self.root.locator(".rf-view").bounding_box()
        assert box is not None
        unit = box["width"] / span
        return box["x"] + (x - low) * unit, box["y"] + (y - low) * unit

    def stage(self, name: str) -> dict[str, Any]:
        """The data of a stage."""
        return next(stage for stage in self.data["stages"] if stage["name"] == name)

    def check(self, name: str, row: int, column: int) -> None:
        """Compare all that is shown, once the cell is chosen."""
        value = f"row {row}, column {column}"
        self.root.locator(f".rf-ring[aria-valuetext='{value}']").wait_for()
        found, stage = self.root.evaluate(SHOWN), self.stage(name)
        heat = next(h for h in stage["heats"] if h["cell"] == [row, column])
        x, y = (stage["start"] + stage["jump"] * k for k in (column, row))
        size, wide = stage["size"], heat["side95"]
        assert found["head"] == f"Map of {name} {stage['cells']}\xa0×\xa0{stage['cells']}"
        assert found["squares"] == [
            [x - size / 2, y - size / 2, size, size],
            [x - wide / 2, y - wide / 2, wide, wide],
        ]
        cx, cy = found["dot"]
        assert [cx, cy] == [round(c) for c in heat["centroid"]]
        assert found["cross"].endswith(
            f"M{x:g} {y - 0.025 * found['box'][2]}v{0.05 * found['box'][2]}"
        )
        self.check_heat(found, heat)
        self.check_places(found, stage, (x, y), (row, column))
        away = round(torch.dist(torch.tensor([cx, cy]), torch.tensor([x, y])).item())
        out, seen = self.shares(x, y, size)
        shown = [row[1:] for row in found["rows"]]
        assert shown == [
            [f"{size} × {size} pixelsholds {seen} of the picture", f"holds {seen} of the picture"],
            [f"{out} of that", ""],
            [f"x {number(x)}, y {number(y)}", ""],
            [f"x {number(cx)}, y {number(cy)}{away} pixels away", f"{away} pixels away"],
            [f"{wide:g} × {wide:g} pixels", ""],
            ["linear", "linear"],
        ]
        for words in (
            f"{name}, row {row}, column {column}: it",
            f"{out} of them",
            f"{seen} of the",
        ):
            assert words in found["words"]

    @staticmethod
    def shares(x: float, y: float, size: int) -> tuple[str, str]:
        """Count the pixels of the field that are outside, and those of the picture inside."""
        first = [int(c - (size - 1) / 2) for c in (x, y)]
        inside = torch.zeros(SIDE, SIDE)
        ends = [slice(max(f, 0), max(f + size, 0)) for f in first]
        inside[ends[1], ends[0]] = 1
        out, seen = 1 - inside.sum().item() / size**2, inside.mean().item()
        return tuple("<1 %" if 0 < s < 0.005 else f"{100 * s:.0f} %" for s in (out, seen))  # type: ignore[return-value]

    @staticmethod
    def check_heat(found: dict[str, Any], heat: dict[str, Any]) -> None:
        """Compare each block of the heat."""
        blocks = torch.tensor(heat["blocks"], dtype=torch.float64)
        drawn = torch.zeros_like(blocks)
        for x, y, opacity in found["heat"]:
            drawn[int(y), int(x)] = opacity
        assert found["scale"] == SIDE / len(blocks)
        assert (drawn - blocks / blocks.max()).abs().max() <= 0.5 / 12 + 1e-9

    @staticmethod
    def check_places(
        found: dict[str, Any], stage: dict[str, Any], center: Sequence[float], cell: Sequence[int]
    ) -> None:
        """Compare where the hatched field, the picture, the ring and the dots are."""
        low, _, span, _ = found["box"]
        size, cells = stage["size"], stage["cells"]
        corner = [(c - size / 2 - low) / span for c in center]
        assert found["field"] == pytest.approx([*corner, size / span, size / span], abs=0.005)
        at = [(-0.5 - low) / span] * 2
        assert found["picture"] == pytest.approx([*at, SIDE / span, SIDE / span], abs=0.005)
        assert min(found["field"][:2]) > 0 and max(corner) + size / span < 1
        left, top, width, height = found["ring"]
        middle = [left + width / 2, top + height / 2]
        assert middle == pytest.approx([(k + 0.5) / cells for k in reversed(cell)], abs=0.01)
        assert len(found["dots"]) == (0 if cells == 7 else 9)


@pytest.fixture
def figure(tab: Page) -> Figure:
    """The figure at its start, on a wide screen."""
    return Figure(tab)


def test_a_click_on_the_map_chooses_a_measured_cell(figure: Figure) -> None:
    figure.check("layer4", 0, 0)
    for name, (_, cells) in reversed(STAGES.items()):
        figure.choose(name)
        for row in cells:
            for column in {row, cells[-1] - row} & set(cells):
                figure.page.mouse.click(*figure.on_map(name, row, column))
                figure.check(name, row, column)


def test_the_mouse_draws_the_cell_along(figure: Figure) -> None:
    mouse = figure.page.mouse
    mouse.move(*figure.on_map("layer4", 1, 1))
    mouse.down()
    figure.check("layer4", 1, 1)
    mouse.move(*figure.on_map("layer4", 3, 5), steps=3)
    figure.check("layer4", 3, 5)
    mouse.move(*figure.on_map("layer4", 9, -0.7), steps=4)
    figure.check("layer4", 6, 0)
    mouse.up()
    mouse.move(*figure.on_map("layer4", 2, 2))
    figure.check("layer4", 6, 0)


def test_a_place_on_the_picture_chooses_the_cell_whose_center_is_nearest(figure: Figure) -> None:
    for x, y, cell in ((100, 60, (2, 3)), (223, 223, (6, 6)), (20, 300, (6, 1)), (17, 15, (0, 1))):
        figure.page.mouse.click(*figure.on_picture(x, y))
        figure.check("layer4", *cell)


def test_another_stage_stays_where_one_is(figure: Figure) -> None:
    figure.page.mouse.click(*figure.on_map("layer4", 6, 3))
    for name, cell in (("layer2", (27, 13)), ("layer3", (13, 6)), ("layer4", (6, 3))):
        figure.choose(name)
        figure.check(name, *cell)


def test_keys_alone_do_it_and_a_screen_reader_hears(figure: Figure) -> None:
    press = figure.page.keyboard.press
    press("Tab")
    press("ArrowLeft")
    figure.check("layer3", 0, 0)
    press("ArrowRight")
    press("Tab")
    for key, cell in (
        ("ArrowRight", (0, 1)),
        ("ArrowDown", (1, 1)),
        ("ArrowLeft", (1, 0)),
        ("ArrowLeft", (1, 0)),
        ("ArrowUp", (0, 0)),
        ("End", (6, 6)),
        ("ArrowDown", (6, 6)),
        ("Home", (0, 0)),
        ("ArrowDown", (1, 0)),
    ):
        press(key)
        figure.check("layer4", *cell)
    assert figure.ring.get_attribute("aria-valuenow") == "8"
    assert figure.ring.get_attribute("aria-valuemax") == "49"
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
    assert figure.root.locator("*:not(svg *, figcaption *)").evaluate_all(inside)
    swipe(page, figure.on_map("layer4", 1, 1), figure.on_map("layer4", 5, 2))
    figure.check("layer4", 5, 2)
    assert page.evaluate("scrollY") == 0
    page.touchscreen.tap(*figure.on_map("layer4", 0, 6))
    figure.check("layer4", 0, 6)
    page.touchscreen.tap(*figure.on_picture(100, 130))
    figure.check("layer4", 4, 3)
    figure.choose("layer1")
    page.touchscreen.tap(*figure.on_map("layer1", 50, 30))
    figure.check("layer1", 55, 27)
    x, y = figure.on_picture(10, 200)
    swipe(page, (x, y), (x, y - 150))
    page.wait_for_function("scrollY > 50")
    figure.check("layer1", 55, 27)
    context.close()


def test_text_has_contrast_in_both_themes(figure: Figure) -> None:
    for theme in ("dark", "light"):
        figure.page.emulate_media(color_scheme=theme)
        assert not pale_texts(figure.page, "figure.touch :is(p, b, span)")


def test_two_figures_do_not_disturb_each_other(tab: Page) -> None:
    tab.set_content(page_of(receptive_field_html(), receptive_field_html()))
    first, second = tab.locator("figure.touch").all()
    before = second.evaluate(SHOWN)
    first.locator("label").filter(has_text="layer2").click()
    first.locator(".rf-ring").press("ArrowDown")
    assert second.evaluate(SHOWN) == before
    assert second.locator("input:checked").count() == 1
    assert tab.locator("[id]").count() == 0
