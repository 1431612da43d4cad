"""Preprocessing and train mode to touch: every number shown is that of the data and of PyTorch."""

from collections.abc import Iterator

import pytest
import torch
from torch.nn import functional

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import beyond_the_screen, pale_texts
from course_utils.data.transforms import IMAGENET_MEAN, IMAGENET_STD
from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.preprocessing import KEYS, MISTAKES
from touch_curves import Figure
from touch_modes import (
    BATCHES,
    SIZES,
    TRAINED,
    pixels,
    preprocessing_data,
    preprocessing_html,
    train_mode_data,
    train_mode_html,
)
from touch_pages import page_of

pytestmark = pytest.mark.browser

MEAN, STD = (torch.tensor(v).view(3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD))


def show(page: Page) -> tuple[Figure, Figure]:
    """Show both figures, and wait for the picture."""
    page.set_content(page_of(preprocessing_html(), train_mode_html()))
    roots = page.locator("figure.touch")
    first, second = Figure(page, roots.nth(0), SIZES), Figure(page, roots.nth(1), BATCHES)
    first.root.locator(".cv-number", has_text=" to ").first.wait_for()
    return first, second


@pytest.fixture
def both(tab: Page) -> tuple[Figure, Figure]:
    """Both figures, at their start."""
    tab.set_viewport_size({"width": 1280, "height": 900})
    return show(tab)


def tensor(key: str, size: int) -> torch.Tensor:
    """What PyTorch makes of the picture, with some mistakes."""
    numbers = functional.interpolate(
        pixels()[None].double(), size=(size, size), mode="bilinear", antialias=True
    )[0]
    numbers = numbers.flip(0) if "bgr" in key else numbers
    numbers = numbers if "bytes" in key else numbers / 255
    return numbers if "plain" in key else (numbers - MEAN) / STD


def ends(numbers: torch.Tensor) -> str:
    """The least and the largest number, as the figure writes them."""
    both = [float(numbers.min()), float(numbers.max())]
    return " to ".join(f"{x:,.0f}" if abs(x) >= 100 else fixed(x, 1) for x in both)


def prepared(key: str, size: int) -> list[str]:
    """What the preprocessing figure should show beside its bars."""
    rows, numbers = preprocessing_data()["accuracy"], tensor(key, size)
    above = float((numbers * STD + MEAN > 1.001).double().mean())
    beyond = f"{100 * above:.0f} % above white" if above else ""
    now, then = rows[key][SIZES.index(size)], rows[""][SIZES.index(TRAINED)]
    known = [ends(tensor("", TRAINED)), "", fixed(now, 2), f"{size} pixels a side"]
    return [ends(numbers), beyond, *known, fixed(then, 2), f"{TRAINED} pixels a side"]


def assert_prepared(figure: Figure, key: str, size: int) -> None:
    """Compare all that the preprocessing figure shows."""
    shown, row = figure.shown(), preprocessing_data()["accuracy"][key]
    assert (shown["numbers"], shown["size"]) == (prepared(key, size), size), key
    assert shown["curve"] == pytest.approx(row)
    assert shown["widths"][2] == pytest.approx(row[SIZES.index(size)], abs=1e-4)
    assert shown["shape"] == [f"(3, {size}, {size}), float32"]
    assert shown["canvas"] == [size, size]
    assert shown["off"] < 1


def assert_in_train_mode(figure: Figure, kind: str, size: int) -> None:
    """Compare all that the train mode figure shows."""
    shown, data, k = figure.shown(), train_mode_data(), BATCHES.index(size)
    names = ("accuracy", "low", "high", "second")
    accuracy, low, high, second = (data[kind][name][k] for name in names)
    spread = "" if low == high else f"{fixed(low, 2)} to {fixed(high, 2)}"
    assert shown["numbers"] == [fixed(accuracy, 2), spread, fixed(data["eval"], 2), ""]
    assert shown["size"] == size
    assert shown["curve"] == pytest.approx(data[kind]["accuracy"])
    assert shown["widths"] == pytest.approx([accuracy, data["eval"]], abs=1e-4)
    assert shown["answers"] == [f"ants {fixed(1 - second, 2)}", f"bees {fixed(second, 2)}"]
    assert shown["parts"] == pytest.approx([1 - second, second], abs=1e-4)
    bees = size // 2 if kind == "mixed" else 0
    assert shown["tiles"] == [size - bees, bees]
    assert shown["off"] < 1


def test_every_set_of_mistakes_at_some_size(both: tuple[Figure, Figure]) -> None:
    figure, _ = both
    assert_prepared(figure, "", TRAINED)
    for n, key in enumerate(KEYS):
        for name, title in MISTAKES.items():
            figure.root.get_by_label(title).set_checked(name in key.split())
        before, size = SIZES[n % 4], SIZES[(n + 1) % 4]
        figure.drag(SIZES.index(size) - SIZES.index(before if n else TRAINED))
        assert_prepared(figure, key, size)


def test_the_ranges_are_those_of_the_chapter(both: tuple[Figure, Figure]) -> None:
    wanted = ("−2.1 to 2.6", "−2.1 to 2.6", "−2.1 to 1,136", "0.0 to 1.0")
    assert tuple(prepared(key, TRAINED)[0] for key in KEYS[:4]) == wanted
    for name, words in zip(MISTAKES, wanted[1:], strict=True):
        both[0].root.get_by_label(MISTAKES[name]).check()
        assert both[0].shown()["numbers"][0] == words
        both[0].root.get_by_label(MISTAKES[name]).uncheck()


@pytest.mark.parametrize(("key", "size"), [("bgr plain", 160), ("", 64), ("bytes", 128)])
def test_the_picture_is_what_pytorch_makes(
    both: tuple[Figure, Figure], key: str, size: int
) -> None:
    figure, _ = both
    for name in key.split():
        figure.root.get_by_label(MISTAKES[name]).check()
    figure.drag(SIZES.index(size) - 1)
    read = "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.width).data]"
    seen = torch.tensor(figure.root.locator("canvas").evaluate(read)).view(size, size, 4)
    wanted = ((tensor(key, size) * STD + MEAN) * 255).clamp(0, 255).permute(1, 2, 0)
    striped = (seen[..., :3] == 150).all(dim=-1)
    assert striped.any() == (key == "bytes")
    assert (seen[..., :3] - wanted).abs()[~striped].max() <= 0.51
    assert (wanted[striped] == 255).all()


def test_both_kinds_of_batches_at_every_size(both: tuple[Figure, Figure]) -> None:
    _, figure = both
    assert_in_train_mode(figure, "mixed", 1)
    for kind, title in (("one_class", "one class"), ("mixed", "mixed")):
        figure.root.get_by_label(title).check()
        for size, move in ((8, 3), (1, -3), (2, 1), (4, 1), (1, -2)):
            figure.drag(move)
            assert_in_train_mode(figure, kind, size)
    figure.drag(2.6)
    figure.drag(50.0)
    assert_in_train_mode(figure, "mixed", 8)


def test_the_neighbors_are_counted(both: tuple[Figure, Figure]) -> None:
    _, figure = both
    words = figure.root.locator(".tm-neighbors")
    assert words.inner_text() == "A picture alone: it has no neighbors."
    figure.ring.press("ArrowRight")
    assert words.inner_text() == "A picture has 1 neighbor, of any class."
    figure.root.get_by_label("one class").check()
    figure.ring.press("End")
    assert words.inner_text() == "A picture has 7 neighbors, of its own class."


def test_the_keyboard_alone_does_it(both: tuple[Figure, Figure]) -> None:
    first, second = both
    press = first.page.keyboard.press
    for key in ("Tab", "Space", "Tab", "Tab", "Space", "Tab"):
        press(key)
    for key, size in (("ArrowRight", 128), ("End", 160), ("Home", 64), ("ArrowUp", 96)):
        press(key)
        assert_prepared(first, "bgr plain", size)
    press("Tab")  # the summary of the first figure
    for key in ("Tab", "ArrowRight", "Tab", "PageUp", "ArrowLeft"):
        press(key)
    assert_in_train_mode(second, "one_class", 4)
    assert_prepared(first, "bgr plain", 96)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A narrow screen for fingers."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    yield context.new_page()
    context.close()


def test_a_finger_on_a_phone(phone: Page) -> None:
    first, second = show(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert beyond_the_screen(phone.locator("figure.touch *")) == 0
    first.root.get_by_label(MISTAKES["bytes"]).tap()
    second.root.get_by_label("one class").tap()
    first.swipe(2 * first.step(), 3)
    assert_prepared(first, "bytes", 160)
    second.swipe(2 * second.step(), 3)
    assert_in_train_mode(second, "one_class", 4)
    first.ring.scroll_into_view_if_needed()
    top = phone.evaluate("scrollY")
    first.swipe(1, -120)
    phone.wait_for_function("top => scrollY > top + 50", arg=top)
    assert_prepared(first, "bytes", 160)


def test_a_screen_reader_hears_the_numbers(both: tuple[Figure, Figure]) -> None:
    first, second = both
    assert first.ring.get_attribute("aria-label") == "size of the picture"
    first.root.get_by_label(MISTAKES["plain"]).check()
    first.ring.press("ArrowRight")
    second.ring.press("ArrowRight")
    assert first.ring.get_attribute("aria-valuetext") == "128 by 128 pixels"
    assert second.ring.get_attribute("aria-valuetext") == "2 in a batch"
    told = {
        0: "128 pixels a side, not normalized: numbers from 0.0 to 1.0, accuracy 0.73; "
        "as in training 0.93.",
        1: "2 in a batch, mixed: accuracy 0.74, 0.72 to 0.75; in eval mode 0.94. "
        "Answers: ants 0.47, bees 0.53.",
    }
    heard = "([k, text]) => document.querySelectorAll('[role=status]')[k].textContent === text"
    for k, text in told.items():
        first.page.wait_for_function(heard, arg=[k, text])


def test_two_of_a_kind_do_not_disturb_each_other(tab: Page) -> None:
    tab.set_content(page_of(train_mode_html(), train_mode_html()))
    roots = tab.locator("figure.touch")
    first, second = (Figure(tab, roots.nth(k), BATCHES) for k in (0, 1))
    first.root.get_by_label("one class").check()
    first.ring.press("End")
    assert_in_train_mode(first, "one_class", 8)
    assert_in_train_mode(second, "mixed", 1)
    assert second.root.get_by_label("mixed").is_checked()
    assert tab.locator("[id]").count() == 0


def test_the_true_share_is_marked_where_it_is_known(tab: Page) -> None:
    mark, tried = ".tm-answers .cv-mark", {0.5: {}, 0.4: {"chance": 0.6, "second": 0.4}}
    for share, more in tried.items():
        tab.set_content(page_of(train_mode_html({**train_mode_data(), **more})))
        assert tab.locator(mark).get_attribute("style") == f"left: {100 * (1 - share):g}%"
    tab.set_content(page_of(train_mode_html({**train_mode_data(), "chance": 0.6})))
    assert tab.locator(mark).count() == 0
    assert tab.get_by_text("the truth").count() == 0


def test_without_the_picture_the_accuracies_are_there(tab: Page) -> None:
    broken = {**preprocessing_data(), "picture": "data:image/png;base64,AAAA"}
    tab.set_content(page_of(preprocessing_html(broken)))
    figure = Figure(tab, tab.locator("figure.touch"), SIZES)
    figure.root.get_by_label(MISTAKES["bgr"]).check()
    assert figure.shown()["numbers"][4:] == prepared("bgr", TRAINED)[4:]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast(both: tuple[Figure, Figure], theme: str) -> None:
    page = both[0].page
    page.emulate_media(color_scheme="light" if theme == "light" else "dark")
    both[0].root.get_by_label(MISTAKES["bytes"]).check()
    assert not pale_texts(
        page, "figure.touch :is(p, b, span, label, code, text, figcaption, summary)"
    )
