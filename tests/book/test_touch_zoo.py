"""The zoo to touch, in a browser: fronts and numbers, however one chooses."""

import math
from itertools import combinations, pairwise
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page, expect

from browser import beyond_the_screen, pale_texts, show_still
from course_utils.teaching.touchable.digits import fixed
from touch_pages import page_of
from zoo_pages import front, zoo_data, zoo_html

pytestmark = pytest.mark.browser

DATA = zoo_data()
NETWORKS: list[dict[str, Any]] = DATA["networks"]
BY_NAME = {n["name"]: n for n in NETWORKS}
KEYS = [axis["key"] for axis in DATA["axes"]]
BOXES = (
    "nodes => nodes.map(n => n.getBoundingClientRect())"
    ".map(b => [b.left, b.top, b.right, b.bottom])"
)
READ = """() => {
  const all = kind => [...document.querySelectorAll('figure.touch ' + kind)];
  const texts = kind => all(kind).map(n => n.textContent);
  return {tags: texts('.zo-first'), extra: texts('.zo-extra'), news: texts('.zo-news')[0],
    name: texts('.zo-name')[0], rows: texts('dl div'), why: texts('.zo-why')[0]};
}"""


def open_zoo(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page, without motion."""
    return show_still(page, page_of(*(html or (zoo_html(),))), width, 1000)


def number(n: dict[str, Any], axis: dict[str, Any]) -> str:
    """A cost as it is shown, with its unit."""
    x = n[axis["key"]]
    if x is None:
        return "not measured"
    digits = next(d for limit, d in ((100, 0), (10, 1), (1, 2), (0, 3)) if x >= limit)
    text = f"{x:.0f}" if float(x).is_integer() else fixed(x, digits)
    return text + {"10⁹": "·10⁹", "10⁶": "·10⁶", "ms": " ms", "": ""}[axis["unit"]]


def better(n: dict[str, Any], key: str) -> int:
    """How many beat a network."""
    costs = [(o[key], -o["top1"]) for o in NETWORKS if o[key] is not None]
    mine = (n[key], -n["top1"])
    return sum(a <= mine[0] and b <= mine[1] and (a, b) != mine for a, b in costs)


def rows(n: dict[str, Any]) -> list[str]:
    """The numbers of a network, and by how many it is beaten."""
    shown = [f"top-1 accuracy{fixed(n['top1'], 1)} %"]
    for axis in DATA["axes"]:
        mark = ""
        if n[axis["key"]] is not None:
            many = better(n, axis["key"])
            mark = f"beaten by {many}" if many else "on the front"
        shown.append(axis["label"] + number(n, axis) + mark)
    return shown


def overlapping(page: Page) -> list[tuple[str, str]]:
    """The pairs of labels that overlap."""
    tags = page.locator(".zo-tag")
    named = list(zip(tags.all_inner_texts(), tags.evaluate_all(BOXES), strict=True))
    return [
        (one, two)
        for (one, a), (two, b) in combinations(named, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


@pytest.mark.parametrize("width", [390, 1280])
def test_each_cost_has_the_front_of_python_with_labels_apart(tab: Page, width: int) -> None:
    page = open_zoo(tab, width=width)
    assert page.locator(".touch-live").get_attribute("data-agrees") == "true"
    before: set[str] = set()
    for k in (0, 1, 2, 3, 0):
        page.locator(".zo-axes label").nth(k).click()
        shown, now = page.evaluate(READ), front(NETWORKS, KEYS[k])
        assert sorted(shown["tags"]) == sorted(now), KEYS[k]
        assert not overlapping(page), KEYS[k]
        part = [n for n in NETWORKS if n[KEYS[k]] is not None]
        assert shown["news"].startswith(f"On the front: {len(now)} of {len(part)} networks.")
        assert ("not measured: 2." in shown["news"]) == (KEYS[k] == "milliseconds")
        if before:
            new = ", ".join(name for name in now if name not in before)
            assert f" New there: {new}." in shown["news"]
        before = set(now)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(page.locator("figure.touch *")) == 0


def test_points_lie_where_their_numbers_say(tab: Page) -> None:
    page = open_zoo(tab)
    spots = "nodes => nodes.map(n => [n.hidden, parseFloat(n.style.left), parseFloat(n.style.top)])"
    for k, key in enumerate(KEYS):
        page.locator(".zo-axes label").nth(k).click()
        found = page.locator(".zo-point").evaluate_all(spots)
        assert [hidden for hidden, _, _ in found] == [n[key] is None for n in NETWORKS]
        scale = float if key == "year" else math.log10
        for place, value in ((1, lambda n, s=scale, c=key: s(n[c])), (2, lambda n: -n["top1"])):
            pairs = sorted(
                (value(n), spot[place])
                for n, spot in zip(NETWORKS, found, strict=True)
                if n[key] is not None
            )
            (a, x), (b, y) = pairs[0], pairs[-1]
            wanted = [x + (y - x) * (v - a) / (b - a) for v, _ in pairs]
            assert [spot for _, spot in pairs] == pytest.approx(wanted, abs=0.01)


def test_the_keys_go_through_all_networks_and_their_numbers(tab: Page) -> None:
    page = open_zoo(tab)
    press = page.keyboard.press
    page.locator(".zo-axes input").first.focus()
    press("ArrowRight")
    assert page.evaluate(READ)["news"].startswith("On the front: 9 of 24")
    press("Tab")
    for key, cost, step in (("Home", "parameters", "ArrowRight"), ("End", "top1", "ArrowDown")):
        press(key)
        if cost == "top1":
            for _ in NETWORKS:
                press("ArrowUp")
        costs = []
        for k in range(len(NETWORKS)):
            if k:
                press(step)
            shown = page.evaluate(READ)
            n = BY_NAME[page.evaluate("document.activeElement.ariaLabel").split(",")[0]]
            about = f"{n['name']} {n['family']}, {n['year']}, pictures of {n['side']} px"
            assert (shown["name"], shown["rows"]) == (about, rows(n))
            many = better(n, "parameters")
            assert (f"The {many} in" if many > 1 else "one in" if many else "empty") in shown["why"]
            assert n["name"] in shown["tags"] + shown["extra"]
            assert len(shown["extra"]) == bool(many)
            costs.append(n[cost])
        assert len(costs) == 24
        assert all(a <= b if step == "ArrowRight" else a >= b for a, b in pairwise(costs))
    expect(page.get_by_role("status")).to_have_text(page.evaluate(READ)["why"])  # once hands rest


def middle(page: Page, name: str) -> tuple[float, float]:
    """Where the point of a network is."""
    k = [n["name"] for n in NETWORKS].index(name)
    ((left, top, right, bottom),) = page.locator(".zo-point").nth(k).evaluate_all(BOXES)
    return (left + right) / 2, (top + bottom) / 2


def test_the_mouse_names_what_it_is_over(tab: Page) -> None:
    page = open_zoo(tab)
    for name in ("alexlike", "gigant16", "mobile_v2", "efficient_b0"):
        x, y = middle(page, name)
        page.mouse.move(x + 2, y - 2)
        assert page.evaluate(READ)["rows"] == rows(BY_NAME[name])
        assert not overlapping(page)
    corner = page.locator(".zo-corner")
    ((left, _, right, bottom),) = corner.evaluate_all(BOXES)
    assert (right, bottom) == pytest.approx(middle(page, "efficient_b0"), abs=1)
    assert left == page.locator(".zo-plot").evaluate("n => n.getBoundingClientRect().left")
    beaten = page.locator(".zo-beats").count()
    page.mouse.move(*middle(page, "gigant16"))
    assert (beaten, page.locator(".zo-beats").count()) == (0, better(BY_NAME["gigant16"], KEYS[0]))


def test_a_finger_names_and_a_network_that_was_not_measured_says_so(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 1000}, has_touch=True)
    page = open_zoo(context.new_page())
    x, y = middle(page, "window_t")
    page.touchscreen.tap(x + 1, y + 4)
    assert page.evaluate(READ)["rows"] == rows(BY_NAME["window_t"])
    label = page.locator(".zo-axes label").nth(2).bounding_box()
    assert label is not None
    page.touchscreen.tap(label["x"] + 20, label["y"] + 10)
    shown = page.evaluate(READ)
    assert shown["why"] == "Not in the picture."
    assert shown["rows"][3] == "time for a picturenot measured"
    stop = page.locator(".zo-point[tabindex='0']")
    assert stop.get_attribute("aria-label").split(",")[0] == front(NETWORKS, "milliseconds")[0]
    context.close()


def test_two_networks_under_one_finger_take_turns(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 1000}, has_touch=True)
    page = open_zoo(context.new_page())
    page.locator(".zo-axes label").nth(KEYS.index("parameters")).tap()
    x, y = middle(page, "squeezed1_0")
    found = []
    for _ in range(4):
        page.touchscreen.tap(x, y)
        found.append(page.locator(".zo-name b").inner_text())
    assert set(found[:2]) == {"squeezed1_0", "squeezed1_1"}
    assert found[2:] == found[:2]
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_label_of_the_front_is_nearest_to_its_point_or_a_line_leads_there(
    tab: Page, width: int
) -> None:
    page = open_zoo(tab, width=width)
    places = {n["name"]: k for k, n in enumerate(NETWORKS)}
    for k, key in enumerate(KEYS[:3]):
        page.locator(".zo-axes label").nth(k).click()
        part = {n["name"] for n in NETWORKS if n[key] is not None}
        points = page.locator(".zo-point").evaluate_all(BOXES)
        middles = {
            name: ((points[j][0] + points[j][2]) / 2, (points[j][1] + points[j][3]) / 2)
            for name, j in places.items()
            if name in part
        }
        corner = page.locator(".zo-plot").evaluate_all(BOXES)[0]
        path = page.locator(".zo-lead").get_attribute("d") or ""
        leads = [tuple(map(float, at.split("L")[0].split(","))) for at in path.split("M")[1:]]
        far = 0
        tags = page.locator(".zo-first")
        boxes = tags.evaluate_all(BOXES)
        for name, (left, top, right, bottom) in zip(tags.all_inner_texts(), boxes, strict=True):
            gaps = {
                other: math.hypot(max(left - x, 0, x - right), max(top - y, 0, y - bottom))
                for other, (x, y) in middles.items()
            }
            x, y = middles[name][0] - corner[0], middles[name][1] - corner[1]
            led = any(math.hypot(x - a, y - b) < 2 for a, b in leads)
            assert led or gaps[name] < min(gaps.values()) + 3, (key, name, gaps)
            far += led
        assert far <= len(boxes) / 2


def test_points_glide_unless_less_motion_is_wanted(tab: Page) -> None:
    page = open_zoo(tab)
    lasts = "n => getComputedStyle(n).transitionDuration.split(',')[0]"
    assert page.locator(".zo-point").first.evaluate(lasts) == "0s"
    page.emulate_media(reduced_motion="no-preference")
    assert page.locator(".zo-point").first.evaluate(lasts) == "0.8s"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_zoo(tab)
    assert not pale_texts(page, "figure.touch :is(p, b, dt, dd, span, figcaption)")


def test_two_zoos_do_not_disturb_each_other_and_a_wrong_front_says_so(tab: Page) -> None:
    wrong = zoo_data()
    wrong["fronts"]["year"].pop()
    page = open_zoo(tab, zoo_html(), zoo_html(wrong))
    page.locator("figure.touch").first.locator(".zo-axes label").nth(3).click()
    assert page.locator("input:checked").evaluate_all("n => n.map(x => x.value)") == [
        "year",
        "multiply_adds",
    ]
    assert page.get_by_role("alert").count() == 1
    assert page.locator("figure.touch").nth(1).get_by_role("alert").is_visible()
    assert page.locator("figure.touch [id]").count() == 0
    names = "['zoo', 'draw', 'paths', 'placed', 'ticksOf'].filter(name => name in window)"
    assert not page.evaluate(names)
