"""A crop to touch in a browser: each count is PyTorch's, however one moves it."""

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts, swipe
from course_utils.data.masks import VOID
from course_utils.teaching.crop_counts import FACTORS, counted, resized
from crops_pages import CROP, NAMES, SIZE, classes, crops_html, data
from touch_pages import page_of

pytestmark = pytest.mark.browser

READ = """root => {
  const all = name => [...root.querySelectorAll(name)];
  const box = node => node.getBoundingClientRect();
  const [photo, ring] = [".cr-view img", ".cr-ring"].map(name => box(root.querySelector(name)));
  const place = [ring.y - photo.y, ring.x - photo.x, ring.height, ring.width];
  const mask = all("canvas")[1];
  return {
    rows: all(".cr-row").map(n => ["span", "b"].map(name => n.querySelector(name).textContent)),
    bars: all(".cr-bar").map(n => box(n.firstChild).width / box(n).width),
    scale: root.querySelector(".cr-scale").textContent,
    place: place.map(z => z / photo.width),
    text: root.querySelector(".cr-ring").getAttribute("aria-valuetext"),
    unit: photo.width,
    mask: [...mask.getContext("2d").getImageData(0, 0, mask.width, mask.height).data],
  };
}"""
COLORS = {tuple(color): n for n, color in enumerate(data()["colors"])}


class Figure:
    """The figure on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_content(page_of(crops_html()))
        self.root = page.locator("figure.touch")
        self.root.locator('[data-agrees="true"]').wait_for()
        self.ring = self.root.get_by_role("slider", name="crop")
        self.scale = self.root.get_by_role("slider", name="scale")

    def middle(self) -> tuple[float, float]:
        """Where on the screen the crop is."""
        self.ring.scroll_into_view_if_needed()
        box = self.ring.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def pixel(self, factor: float) -> float:
        """How wide a pixel of the resized picture is on the screen."""
        unit: float = self.root.evaluate(READ)["unit"]
        return unit / resized(classes(), factor).shape[1]

    def compare(self, factor: float, row: int, column: int) -> None:
        """Every number and length that is shown."""
        shown: dict[str, Any] = self.root.evaluate(READ)
        wanted = counted(classes(), [0, 1, 2, VOID], CROP, (factor, row, column))
        assert shown["text"] == f"row {row}, column {column}"
        names = [*NAMES, "void"]
        assert shown["rows"] == [[n, f"{c:,}"] for n, c in zip(names, wanted, strict=True)]
        whole = CROP[0] * CROP[1]
        assert shown["bars"] == pytest.approx([count / whole for count in wanted], abs=0.01)
        tall, wide = resized(classes(), factor).shape
        assert shown["scale"] == f"scale {factor:.1f} {tall} × {wide} pixels"
        place = [row / tall * SIZE[0], column / wide * SIZE[1]]
        size = [CROP[0] / tall * SIZE[0], CROP[1] / wide * SIZE[1]]
        assert shown["place"] == pytest.approx([z / SIZE[1] for z in (*place, *size)], abs=0.01)
        pixels = [COLORS[tuple(shown["mask"][n : n + 3])] for n in range(0, 4 * whole, 4)]
        assert [pixels.count(n) for n in range(4)] == wanted


@pytest.fixture
def figure(tab: Page) -> Figure:
    """The figure, at its start."""
    tab.set_viewport_size({"width": 1280, "height": 900})
    return Figure(tab)


def test_it_starts_as_the_data_say(figure: Figure) -> None:
    figure.compare(1.0, 20, 10)


def test_every_scale_has_the_counts_of_pytorch(figure: Figure) -> None:
    """The middle of the crop stays where it was, as far as there is room."""
    for k, factor in enumerate(FACTORS):
        figure.scale.fill(str(k))
        row, column = (
            int(word.strip(","))
            for word in str(figure.ring.get_attribute("aria-valuetext")).split()[1::2]
        )
        figure.compare(factor, row, column)
    assert figure.scale.get_attribute("aria-valuetext") == "2.0"


def test_keys_move_the_crop_to_the_picture_s_ends(figure: Figure) -> None:
    for key, row, column in (
        ("ArrowDown", 24, 10),
        ("ArrowRight", 24, 14),
        ("ArrowUp", 20, 14),
        ("ArrowLeft", 20, 10),
        ("End", 34, 51),
        ("ArrowDown", 34, 51),
        ("Home", 0, 0),
    ):
        figure.ring.press(key)
        figure.compare(1.0, row, column)
    figure.scale.press("Home")
    figure.ring.press("Home")
    figure.compare(0.5, -1, 0)
    figure.ring.press("End")
    figure.compare(0.5, 0, 2)


def test_a_mouse_drags_the_crop(figure: Figure) -> None:
    mouse, (x, y) = figure.page.mouse, figure.middle()
    step = figure.pixel(1.0)
    mouse.move(x, y)
    mouse.down()
    figure.compare(1.0, 20, 10)
    mouse.move(x + 20 * step, y - 12 * step)
    figure.compare(1.0, 8, 30)
    mouse.move(x + 900, y + 900)
    figure.compare(1.0, 34, 51)
    mouse.up()
    mouse.move(x, y)
    figure.compare(1.0, 34, 51)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A narrow screen for fingers."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    yield context.new_page()
    context.close()


def test_a_finger_on_a_phone(phone: Page) -> None:
    figure = Figure(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert beyond_the_screen(phone.locator("figure.touch *")) == 0
    (x, y), step = figure.middle(), figure.pixel(1.0)
    swipe(phone, (x, y), (x + 16 * step, y + 8 * step))
    figure.compare(1.0, 28, 26)


def test_a_screen_reader_hears_the_counts(figure: Figure) -> None:
    figure.ring.press("End")
    counts = counted(classes(), [0, 1, 2, VOID], CROP, (1.0, 34, 51))
    named = zip((*NAMES, "void"), counts, strict=True)
    text = f"Scale 1.0, row 34, column 51: {', '.join(f'{n} {c}' for n, c in named)} pixels."
    heard = "text => document.querySelector('[role=status]').textContent === text"
    figure.page.wait_for_function(heard, arg=text)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(figure: Figure, theme: str) -> None:
    figure.page.emulate_media(color_scheme="light" if theme == "light" else "dark")
    assert not pale_texts(figure.page, "figure.touch :is(p, b, span, figcaption, summary)")
