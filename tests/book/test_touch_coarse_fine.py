"""Coarse and fine scores to touch, in a browser: every sum is PyTorch's."""

from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts, show_still, swipe
from course_utils.teaching.touchable.coarse_fine import number, wider
from skips_pages import COARSE, FINE, TRUTH, skips_html, sums_by_pytorch
from touch_pages import page_of

pytestmark = pytest.mark.browser

READ = """() => {
  const all = kind => [...document.querySelectorAll('figure.touch ' + kind)];
  const texts = kind => all(kind).map(n => n.textContent);
  const fills = all('.cf-sum').map(box => {
    const [fill, well] = [box.querySelector('.cf-fill'), box].map(n => n.getBoundingClientRect());
    const middle = well.x + well.width / 2;
    return (fill.x < middle - 1 ? -1 : 1) * fill.width / well.width * 12;
  });
  return {coarse: texts('.cf-coarse b'), fine: texts('.cf-fine b'), sum: texts('.cf-sum b'), fills,
    says: texts('.cf-answer'), right: texts('.cf-under p')[0],
    wrong: document.querySelectorAll('figure.touch .cf-wrong').length};
}"""


def open_figure(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page, without motion."""
    return show_still(page, page_of(*(html or (skips_html("coarse_fine"),))), width)


def compare(page: Page, coarse: list[float], fine: list[float]) -> None:
    """All that is shown, with what PyTorch computes."""
    shown: dict[str, Any] = page.evaluate(READ)
    sums = sums_by_pytorch(coarse, fine)
    assert shown["coarse"] == [number(score) for score in coarse]
    assert shown["fine"] == [number(score) for score in fine]
    assert shown["sum"] == [number(score) for score in sums]
    for drawn, score in zip(shown["fills"], sums, strict=True):
        assert drawn == pytest.approx(score, abs=0.2)
    assert [text == "ant" for text in shown["says"][:8]] == [score > 0 for score in sums]
    assert [text == "ant" for text in shown["says"][8:]] == [bool(true) for true in TRUTH]
    rows = wider(coarse, 8), wider(fine, 8), sums
    right = [sum((s > 0) == bool(t) for s, t in zip(row, TRUTH, strict=True)) for row in rows]
    assert shown["right"] == (
        f"right, of 8: coarse alone {right[0]} · fine alone {right[1]} · sum {right[2]}"
    )
    assert shown["wrong"] == 8 - right[2]


@pytest.mark.parametrize("width", [390, 1280])
def test_keys_move_every_score(tab: Page, width: int) -> None:
    page = open_figure(tab, width=width)
    assert page.locator(".touch-live").get_attribute("data-agrees") == "true"
    compare(page, COARSE, FINE)
    coarse, fine = list(COARSE), list(FINE)
    for place, slider in enumerate(page.get_by_role("slider").all()):
        scores, at = (coarse, place) if place < 2 else (fine, place - 2)
        for key, score in (("End", 3.0), ("ArrowLeft", 2.5), ("Home", -3.0), ("ArrowUp", -2.5)):
            slider.press(key)
            scores[at] = score
            compare(page, coarse, fine)
    page.get_by_role("button", name="Start again").click()
    compare(page, COARSE, FINE)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(page.locator("figure.touch *")) == 0


def test_the_pebble_becomes_an_ant_where_the_fine_map_is_surer(tab: Page) -> None:
    page = open_figure(tab, width=1280)
    box = page.locator(".cf-fine").nth(3).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] / 6, y + 4, steps=4)
    page.mouse.up()
    compare(page, COARSE, [-2.0, 1.0, -2.0, 2.0])
    page.wait_for_function(
        "document.querySelector('[role=status]').textContent.includes('Ant: pixels 3, 4, 7, 8.')"
    )


def test_a_finger_drags_a_score_and_scrolls(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 700}, has_touch=True)
    page = context.new_page()
    page.set_content(page_of(skips_html("coarse_fine")))
    box = page.locator(".cf-coarse").nth(1).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    swipe(page, (x, y), (x + box["width"] / 2, y + 3))
    page.wait_for_timeout(300)  # events of a finger arrive later than they are sent
    compare(page, [0.5, 1.5], FINE)
    swipe(page, (x, y), (x + 1, y - 150))
    page.wait_for_timeout(300)
    compare(page, [0.5, 1.5], FINE)
    page.wait_for_function("scrollY > 50")
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_figure(tab)
    assert not pale_texts(page, "figure.touch :is(p, b, span.cf-head, figcaption)")


def test_two_figures_do_not_disturb_each_other_and_a_wrong_check_says_so(tab: Page) -> None:
    html = skips_html("coarse_fine")
    other = html.replace('"sum":[-1.5,-1.5,1.5', '"sum":[-1.5,-1.5,2.5', 1)
    page = open_figure(tab, html, other)
    page.get_by_role("slider").first.press("End")
    assert page.locator("figure.touch").nth(1).locator(".cf-coarse b").first.inner_text() == "0.5"
    assert page.get_by_role("alert").count() == 1
    assert page.locator("figure.touch [id]").count() == 0
    assert not page.evaluate("['draw', 'wider', 'added'].filter(name => name in window).length")
