"""Seeds to touch, in a browser: each draw is compared with SciPy's interval of it."""

from itertools import combinations
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page
from scipy import stats

from browser import beyond_the_screen, pale_texts, wait_until_said
from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.seeds import span
from seeds_pages import PICTURES, RESNET, RESNEXT, seeds_data, seeds_html
from touch_pages import page_of

pytestmark = pytest.mark.browser

SPAN = span(seeds_data())
ACCURACIES = [[right / PICTURES for right in runs] for runs in (RESNET, RESNEXT)]
READ = """() => {
  const root = document.querySelector('figure.touch');
  const all = kind => [...root.querySelectorAll(kind)];
  const text = kind => all(kind).map(node => node.textContent);
  return {
    count: Number(text('.se-count')[0]),
    slider: all('input')[0].getAttribute('aria-valuetext'),
    taken: [0, 1].map(g => all(`.se-taken.se-of${g}`).map(dot => Number(dot.dataset.seed))),
    means: all('.se-mean').map(line => parseFloat(line.getAttribute('d').slice(1))),
    lines: all('.se-line').map(line => line.getAttribute('d').match(/[-.0-9]+/g).map(Number)),
    kinds: all('.se-line').map(line => line.getAttribute('class')),
    verdict: text('.se-verdict')[0], ways: text('.se-all')[0], odds: text('.se-odds')[0],
    parts: all('.se-bar > div').map(part => parseFloat(part.style.width)),
    disabled: all('button')[0].disabled,
  };
}"""


def open_figure(page: Page, *html: str, width: int = 390) -> Page:
    """Show the figure on a plain page."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.set_content(page_of(*(html or (seeds_html(),))))
    return page


def signed(value: float) -> str:
    """A difference as it is shown."""
    text = fixed(value, 3)
    return f"+{text}" if value > 0 and float(text) else text


def counted(count: int) -> list[int]:
    """By SciPy: how many ways to draw show the first ahead, nothing, the second ahead."""
    found = [0, 0, 0]
    for second in combinations(ACCURACIES[1], count):
        firsts = list(combinations(ACCURACIES[0], count))
        test = stats.ttest_ind([second] * len(firsts), firsts, axis=1, equal_var=False)
        ends = test.confidence_interval()
        found[0] += int((ends.high < 0).sum())
        found[2] += int((ends.low > 0).sum())
        found[1] += int(((ends.low <= 0) & (ends.high >= 0)).sum())
    return found


def compare(page: Page, count: int) -> dict[str, Any]:
    """Every number that is shown for the seeds that are drawn."""
    page.wait_for_function(
        "n => Number(document.querySelector('.se-count').textContent) === n", arg=count
    )
    shown: dict[str, Any] = page.evaluate(READ)
    drawn = [
        [runs[k] for k in taken] for runs, taken in zip(ACCURACIES, shown["taken"], strict=True)
    ]
    assert [len(runs) for runs in drawn] == [count, count]
    assert shown["slider"] == f"{count} seeds of each"
    test = stats.ttest_ind(drawn[1], drawn[0], equal_var=False).confidence_interval()
    middle = sum(drawn[1]) / count - sum(drawn[0]) / count
    ahead = "ResNeXt is ahead." if test.low > 0 else "ResNet is ahead."
    title = "Not decided." if test.low <= 0 <= test.high else ahead
    wanted = f"{title} {signed(middle)}, between {signed(test.low)} and {signed(test.high)}."
    assert shown["verdict"] == wanted
    newest = shown["lines"][-1]
    assert [(x - 170) / 150 * SPAN for x in (newest[0], newest[2])] == pytest.approx(
        [max(-SPAN, test.low), min(SPAN, test.high)], abs=2e-5
    )
    assert ("se-none" in shown["kinds"][-1]) == (title == "Not decided.")
    low, high = 0.9, 0.94
    means = [78 + 250 * (sum(runs) / count - low) / (high - low) for runs in drawn]
    assert shown["means"] == pytest.approx(means, abs=0.01)
    return shown


def test_each_draw_is_compared_with_scipy(tab: Page) -> None:
    page = open_figure(tab)
    first = compare(page, 3)
    assert first["taken"] == [[0, 1, 2], [0, 1, 2]]
    seen = set()
    for draw in range(2, 14):
        page.get_by_role("button").click()
        shown = compare(page, 3)
        assert len(shown["lines"]) == min(draw, 10)
        seen.add(str(shown["taken"]))
    assert len(seen) > 8


def test_the_bar_counts_all_ways_to_draw(tab: Page) -> None:
    page = open_figure(tab)
    for count, total in ((3, "14,400"), (4, "44,100")):
        if count == 4:
            page.locator("input").press("ArrowRight")
        shown = compare(page, count)
        found = counted(count)
        assert shown["ways"] == f"All {total} ways to draw {count} and {count}:"
        assert shown["parts"] == pytest.approx([100 * n / sum(found) for n in found], abs=0.01)
        percents = [f"{100 * n / sum(found):.0f} %" for n in found]
        named = zip(("ResNet ahead", "not decided", "ResNeXt ahead"), percents, strict=True)
        assert shown["odds"] == " · ".join(f"{name} {percent}" for name, percent in named)


def test_keys_take_more_seeds_and_all_of_them_leave_nothing_to_draw(tab: Page) -> None:
    page = open_figure(tab)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel") == "seeds of each network"
    for count in range(4, 11):
        page.keyboard.press("ArrowRight")
        assert len(compare(page, count)["lines"]) == 1
    last = compare(page, 10)
    assert last["disabled"] and last["ways"].startswith("All seeds are drawn")
    wanted = f"10 seeds of each. {last['verdict']} {last['odds']}."
    wait_until_said(page, wanted)
    page.keyboard.press("Home")
    assert not compare(page, 3)["disabled"]


def test_mouse_and_finger_move_the_slider_and_press_the_button(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900}, has_touch=True)
    page = context.new_page()
    page.set_content(page_of(seeds_html()))
    box = page.locator("input").bounding_box()
    assert box is not None
    row = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, row)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, row, steps=4)
    compare(page, 10)
    page.mouse.up()
    page.touchscreen.tap(box["x"] + 8, row)
    compare(page, 3)
    page.get_by_role("button").tap()
    assert len(compare(page, 3)["lines"]) == 2
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(tab: Page, width: int) -> None:
    page = open_figure(tab, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond_the_screen(page.locator("figure.touch *")) == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(tab: Page, theme: str) -> None:
    tab.emulate_media(color_scheme=theme)
    page = open_figure(tab)
    assert not pale_texts(page, "figure.touch :is(p, b, span, label, button, figcaption)")
