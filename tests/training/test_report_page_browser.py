"""``report.html`` in a real browser: it fits, is readable, works with keys, asks for nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import Requests, open_browser, pale_texts
from commands import run_command
from picture_files import noise, picture_set, save
from voc_files import voc_set
from weight_files import write_segmenter

pytestmark = pytest.mark.browser

WIDTHS, SCHEMES = (1280, 390), ("light", "dark")
CLASSIFIER = ("--epochs", "2", "--image-size", "64", "--stem-width", "4")
READABLE = "h1, h2, h3, p, li, span, b, th, td, dt, dd, figcaption, code, button"
LOADED = "nodes => nodes.every(node => node.complete && node.naturalWidth > 0)"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of a training, of twelve classes with long names, and of pixels."""
    root = tmp_path_factory.mktemp("reports")
    data = picture_set(root / "set")
    many = root / "many"
    for number in range(12):
        for place, split in enumerate(("train", "train", "val", "val")):
            name = f"{number:02d}{'a long name of a class ' if number % 3 else 'x' * 60}"
            save(many / split / name / f"{'y' * 80}{place}.png", noise(number + 100 * place))
    write_segmenter(root / "small.safetensors")
    pixels = ("--data", voc_set(root / "scenes", val=10), "--weights", root / "small.safetensors")
    for arguments in (
        ("train", "classifier", "--data", data, "--output", root / "run", *CLASSIFIER),
        ("train", "classifier", "--data", many, "--output", root / "runs", *CLASSIFIER),
        ("evaluate", *pixels, "--output", root / "pixels.html"),
    ):
        outcome = run_command(*arguments)
        assert outcome.status == 0, outcome.err
    return {
        "training": root / "run" / "report.html",
        "many classes": root / "runs" / "report.html",
        "pixels": root / "pixels.html",
    }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def opened(browser: Browser, path: Path, width: int = 1280, scheme: str = "light") -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.complaints.append(message.text))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["training", "many classes", "pixels"])
def test_a_page_fits_and_can_be_read(
    kind: str, width: int, scheme: str, reports: dict[str, Path], browser: Browser
) -> None:
    page = opened(browser, reports[kind], width, scheme)
    needed = page.evaluate("document.documentElement.scrollWidth")
    assert needed <= width
    assert pale_texts(page, READABLE) == []
    pictures = page.locator("img")
    assert pictures.count() > 0
    assert pictures.evaluate_all(LOADED)
    assert page.complaints == []  # type: ignore[attr-defined]
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (scheme == "dark")
    page.close()


@pytest.mark.parametrize("kind", ["training", "many classes", "pixels"])
def test_no_request_leaves(kind: str, reports: dict[str, Path], browser: Browser) -> None:
    page = browser.new_page()
    requests = Requests(page)
    page.goto(reports[kind].as_uri())
    page.wait_for_load_state("networkidle")
    asked = [address for address in requests.asked if not address.startswith("data:")]
    assert asked == [reports[kind].as_uri()]
    assert requests.failed == []
    page.close()


def test_a_table_is_sorted_by_keys_and_numbers_as_numbers(
    reports: dict[str, Path], browser: Browser
) -> None:
    page = opened(browser, reports["many classes"])
    table = page.locator("table.sorted").first
    names = table.locator("tbody th")
    button = table.get_by_role("button", name="Class")
    for state in ("ascending", "descending"):
        button.focus()
        page.keyboard.press("Enter")
        expected = sorted(names.all_text_contents(), reverse=state == "descending")
        assert names.all_text_contents() == expected
        assert table.locator("th").first.get_attribute("aria-sort") == state
    table.get_by_role("button", name="Accuracy").click()
    values = [float(text) for text in table.locator("td:nth-child(3)").all_text_contents()]
    assert values == sorted(values)
    assert table.locator("[aria-sort]").count() == 1
    page.close()


@pytest.mark.parametrize("kind", ["training", "many classes", "pixels"])
def test_who_hears_a_page_finds_its_way(
    kind: str, reports: dict[str, Path], browser: Browser
) -> None:
    page = opened(browser, reports[kind])
    assert page.locator("h1").count() == 1
    assert page.locator("section > h2").count() == page.locator("section").count() > 2
    words = page.locator("img").evaluate_all("nodes => nodes.map(node => node.alt)")
    assert len(words) == len(set(words)) > 0
    assert all(len(text) > 10 for text in words)
    pictures = page.locator("svg:not([aria-hidden])")
    said = pictures.evaluate_all("nodes => nodes.map(node => node.getAttribute('aria-label'))")
    assert all(said)
    assert page.locator("table").count() == page.locator("table th[scope=col]:first-child").count()
    page.close()


def test_a_page_is_printed_on_paper_as_wide_as_it_is(
    reports: dict[str, Path], browser: Browser
) -> None:
    """A4 with margins, in the dark theme, too: dark letters on white."""
    page = opened(browser, reports["many classes"], 718, "dark")
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    style = "getComputedStyle(document.body)"
    assert page.evaluate(f"{style}.backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(f"{style}.color") == "rgb(0, 0, 0)"
    page.close()
