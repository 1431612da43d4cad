"""How figures to touch look: in both themes, on a phone, with scripts off, with less motion."""

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import Requests, beyond_the_screen, pale_texts
from touch_pages import ALT, counter_html, page_of, softmax_html

pytestmark = pytest.mark.browser

# What the page around a figure says of its theme, and which theme it then has; the system says
# the opposite.
PLACES = {
    "book": ('data-theme="{}"', ""),
    "colab": ('theme="{}"', ""),
    "jupyterlab": ("", "document.body.dataset.jpThemeLight = '{}' === 'light'"),
    "vscode": ("", "document.body.className = 'vscode-{}'"),
}
OPPOSITE = {"light": "dark", "dark": "light"}
CARDS = {"light": "rgb(245, 248, 248)", "dark": "rgb(26, 35, 38)"}


def card(page: Page) -> str:
    """The color of a figure's card."""
    color = "getComputedStyle(document.querySelector('figure.touch')).backgroundColor"
    found: str = page.evaluate(color)
    return found


@pytest.mark.parametrize("theme", CARDS)
@pytest.mark.parametrize("place", PLACES)
def test_the_theme_is_that_of_the_page(tab: Page, place: str, theme: str) -> None:
    root, script = PLACES[place]
    tab.emulate_media(color_scheme=OPPOSITE[theme])
    tab.set_content(page_of(softmax_html(), root=root.format(theme)))
    if script:
        tab.evaluate(script.format(theme))
    assert card(tab) == CARDS[theme]


def test_elsewhere_the_theme_is_that_of_the_system(tab: Page) -> None:
    tab.set_content(page_of(softmax_html()))
    for theme, color in CARDS.items():
        tab.emulate_media(color_scheme=theme)
        assert card(tab) == color


def test_the_book_is_light_with_scripts_off(browser: Browser) -> None:
    context = browser.new_context(color_scheme="dark", java_script_enabled=False)
    page = context.new_page()
    page.set_content(page_of(f'<main class="bd-article">{softmax_html()}</main>'))
    assert (
        page.locator("figure.touch").evaluate("n => getComputedStyle(n).backgroundColor")
        == (CARDS["light"])
    )
    context.close()


def test_in_colab_light_is_light_and_the_frame_learns_the_height(tab: Page) -> None:
    colab = "<script>google = {colab: {output: {resizeIframeToContent() { fitted = 1 }}}}</script>"
    tab.emulate_media(color_scheme="dark")
    tab.set_content(page_of(softmax_html(), head=colab))
    assert card(tab) == CARDS["light"]
    tab.evaluate("fitted = 0")
    tab.get_by_text("The figure in words").click()
    tab.wait_for_function("fitted === 1")
    tab.evaluate("document.documentElement.setAttribute('theme', 'dark')")
    assert card(tab) == CARDS["dark"]


@pytest.mark.parametrize("theme", CARDS)
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    tab.set_content(page_of(softmax_html(), counter_html()))
    tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert not pale_texts(
        tab, "figure.touch :is(p, b, span, sup, button, div.sm-grip, figcaption, summary)"
    )


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(tab: Page, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 844})
    tab.set_content(page_of(softmax_html()))
    tab.locator("input[type=range]").fill("1.5")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(tab.locator("figure.touch *")) == 0
    rings = tab.locator("figure.touch .sm-track").evaluate_all("n => n.map(x => x.clientHeight)")
    assert min(rings) >= 32


def test_nothing_is_asked_for(tab: Page) -> None:
    requests = Requests(tab)
    tab.set_content(page_of(softmax_html(), counter_html()))
    tab.locator("input[type=range]").fill("0.5")
    assert not [url for url in requests.asked if not url.startswith("data:")]


def test_with_scripts_off_the_picture_stands_there(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.set_content(page_of(softmax_html()))
    picture = page.get_by_role("img", name=ALT)
    box = picture.bounding_box()
    assert box is not None and 250 < box["width"] <= 366 and box["height"] > 250
    assert page.locator("figcaption").is_visible()
    assert page.get_by_text("A still picture").is_visible()
    assert page.locator("button, input").count() == 0
    context.close()


def test_with_scripts_the_picture_gives_way(tab: Page) -> None:
    tab.set_content(page_of(softmax_html()))
    assert tab.locator(".touch-still, .touch-note").count() == 0
    assert tab.locator("figcaption").is_visible()


@pytest.mark.parametrize(("motion", "seconds"), [("reduce", "0s"), ("no-preference", "0.12s")])
def test_those_who_want_less_motion_get_none(tab: Page, motion: str, seconds: str) -> None:
    tab.emulate_media(reduced_motion=motion)
    tab.set_content(page_of(softmax_html()))
    script = "nodes => nodes.map(n => getComputedStyle(n).transitionDuration.split(',')[0])"
    assert set(tab.locator(".touch-eased").evaluate_all(script)) == {seconds}
    tab.emulate_media(reduced_motion="no-preference")
