"""A trimap to touch, in a browser: what is in the band, and right in it, is what PyTorch counts."""

from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts, show_still, swipe
from course_utils.training.boundary_metrics import near_border
from skips_pages import in_band_by_pytorch, masks_of_a_body, skips_html
from touch_pages import page_of

pytestmark = pytest.mark.browser

ORANGE = (255, 140, 0)
READ = """() => {
  const all = kind => [...document.querySelectorAll('figure.touch ' + kind)];
  const texts = kind => all(kind).map(n => n.textContent);
  const pixels = all('canvas').map(canvas =>
    [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]);
  const [values, notes, [width]] = ['.tm-panel b', '.tm-panel span', '.tm-width b'].map(texts);
  return {values, notes, width, pixels};
}"""


def open_figure(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page, without motion."""
    return show_still(page, page_of(*(html or (skips_html("trimap"),))), width)


def compare(page: Page, width: int) -> None:
    """Numbers and pixels, with what PyTorch computes."""
    shown: dict[str, Any] = page.evaluate(READ)
    labels, *answers, _ = masks_of_a_body()
    scored, right = in_band_by_pytorch(width)
    assert shown["width"] == str(width)
    assert shown["values"] == ["", "", *(f"{count / scored:.2f}" for count in right)]
    share = 100 * scored / int((labels != 2).sum())
    assert shown["notes"] == [
        f"{share:.0f} % of what is scored",
        "white: void",
        *(f"{count} of {scored} right" for count in right),
    ]
    near = near_border(labels[None], width)[0]
    veil = [alpha == 0 for alpha in shown["pixels"][0][3::4]]
    assert veil == near.flatten().tolist()
    for drawn, answer in zip(shown["pixels"][2:], answers, strict=True):
        colors = zip(drawn[::4], drawn[1::4], drawn[2::4], strict=True)
        wrong = near & (labels != 2) & (answer != labels)
        assert [color == ORANGE for color in colors] == wrong.flatten().tolist()


@pytest.mark.parametrize("width", [390, 1280])
def test_keys_change_the_width(tab: Page, width: int) -> None:
    page = open_figure(tab, width=width)
    assert page.locator(".touch-live").get_attribute("data-agrees") == "true"
    compare(page, 3)
    slider = page.get_by_role("slider")
    for key, band in (("ArrowRight", 4), ("PageUp", 14), ("End", 24), ("Home", 1), ("ArrowUp", 2)):
        slider.press(key)
        compare(page, band)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(page.locator("figure.touch *")) == 0


def test_a_mouse_drags_the_knob_and_the_picture(tab: Page) -> None:
    page = open_figure(tab, width=1280)
    track = page.locator(".tm-track").bounding_box()
    panel = page.locator(".tm-frame").first.bounding_box()
    assert track is not None and panel is not None
    one = track["width"] / 23
    for x, y, band in (
        (track["x"] + 2 * one, track["y"] + 4, 9),
        (panel["x"] + 10, panel["y"] + 30, 15),
    ):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 6 * one + 1, y + 5, steps=4)
        page.mouse.up()
        compare(page, band)
    page.wait_for_function(
        "document.querySelector('[role=status]').textContent.startsWith('Width 15: FCN-32s')"
    )


def test_a_finger_drags_and_scrolls(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 700}, has_touch=True)
    page = context.new_page()
    page.set_content(page_of(skips_html("trimap")))
    box = page.locator(".tm-frame").first.bounding_box()
    assert box is not None
    x, y = box["x"] + 20, box["y"] + 60
    swipe(page, (x, y), (x + 90, y + 3))
    page.wait_for_timeout(300)  # events of a finger arrive later than they are sent
    width = int(page.evaluate(READ)["width"])
    assert width > 6
    compare(page, width)
    swipe(page, (x, y), (x + 1, y - 150))
    page.wait_for_timeout(300)
    compare(page, width)
    page.wait_for_function("scrollY > 50")
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_figure(tab)
    assert not pale_texts(page, "figure.touch :is(p, b, .tm-panel span, figcaption)")


def test_two_figures_do_not_disturb_each_other_and_a_wrong_check_says_so(tab: Page) -> None:
    html, (scored, _) = skips_html("trimap"), in_band_by_pytorch(3)
    other = html.replace(f"[3,{scored},", f"[3,{scored + 1},", 1)
    page = open_figure(tab, html, other)
    page.get_by_role("slider").first.press("End")
    assert page.locator("figure.touch").nth(1).locator(".tm-width b").inner_text() == "3"
    assert page.get_by_role("alert").count() == 1
    assert page.locator("figure.touch [id]").count() == 0
    assert not page.evaluate("['draw', 'steps', 'unpack'].filter(name => name in window).length")
