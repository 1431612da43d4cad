"""The finished book: complete, self-contained and described for those who cannot see it."""

from pathlib import Path
from urllib.parse import unquote, urldefrag

import nbformat
import pytest
import yaml

from html_pages import PageParts, book_pages, is_external, read_page, stylesheet_loads

MAX_SITE_MEGABYTES = 60


@pytest.fixture(scope="module")
def pages(built_book: Path) -> dict[Path, PageParts]:
    return {path: read_page(path) for path in book_pages(built_book)}


def test_every_entry_of_the_contents_became_a_page(built_book: Path, root: Path) -> None:
    contents = yaml.safe_load((root / "_toc.yml").read_text())
    chapters = [entry["file"] for part in contents["parts"] for entry in part["chapters"]]
    missing = [
        name for name in [contents["root"], *chapters] if not (built_book / f"{name}.html").exists()
    ]
    assert not missing
    assert (built_book / "index.html").exists()


def test_every_notebook_is_in_the_contents(root: Path) -> None:
    contents = yaml.safe_load((root / "_toc.yml").read_text())
    named = {entry["file"] for part in contents["parts"] for entry in part["chapters"]}
    found = {
        path.relative_to(root).with_suffix("").as_posix()
        for path in (root / "book").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    }
    assert found <= named


def test_no_page_loads_anything_from_another_site(pages: dict[Path, PageParts]) -> None:
    foreign = {
        f"{path.name}: {address}"
        for path, parts in pages.items()
        for address in parts.loads
        if is_external(address)
    }
    assert not foreign


def test_no_style_sheet_loads_anything_from_another_site(built_book: Path) -> None:
    foreign = {
        f"{path.name}: {address}"
        for path in built_book.rglob("*.css")
        for address in stylesheet_loads(path)
        if is_external(address)
    }
    assert not foreign


def test_every_picture_has_alternative_text(pages: dict[Path, PageParts]) -> None:
    silent = [
        f"{path.name}: {image.get('src')}"
        for path, parts in pages.items()
        for image in parts.images
        if not image.get("alt", "").strip()
    ]
    assert not silent


def test_every_chapter_opens_in_colab(
    root: Path, built_book: Path, pages: dict[Path, PageParts]
) -> None:
    repository = yaml.safe_load((root / "_config.yml").read_text())["repository"]
    home = repository["url"].removeprefix("https://github.com/")
    prefix = f"https://colab.research.google.com/github/{home}/blob/{repository['branch']}"
    for notebook in (root / "book").rglob("*.ipynb"):
        name = notebook.relative_to(root)
        page = pages[built_book / name.with_suffix(".html")]
        assert f"{prefix}/{name.as_posix()}" in page.links, f"{name} has no Colab button"


def test_code_cells_have_copy_buttons(built_book: Path, pages: dict[Path, PageParts]) -> None:
    assert (built_book / "_static" / "copybutton.js").exists()
    for path, parts in pages.items():
        if path.name != "index.html":
            assert any("copybutton.js" in address for address in parts.loads), path.name


def broken_target(
    address: str, path: Path, pages: dict[Path, PageParts], built_book: Path
) -> str | None:
    """Say what is wrong with a link inside the site, if anything is."""
    name, anchor = urldefrag(unquote(address))
    target = (path.parent / name.split("?")[0]).resolve() if name else path
    if not target.is_relative_to(built_book.resolve()) or not target.exists():
        return f"{path.name} leads to {address}, which does not exist"
    if anchor and target in pages and anchor not in pages[target].ids:
        return f"{path.name} leads to {address}, which has no such place"
    return None


def test_links_inside_the_book_lead_somewhere(
    built_book: Path, pages: dict[Path, PageParts]
) -> None:
    resolved = {path.resolve(): parts for path, parts in pages.items()}
    problems = {
        problem
        for path, parts in resolved.items()
        for address in [*parts.links, *parts.loads]
        if address and not is_external(address) and not address.startswith("data:")
        if (problem := broken_target(address, path, resolved, built_book))
    }
    assert not problems


def test_the_site_is_small(built_book: Path) -> None:
    size = sum(path.stat().st_size for path in built_book.rglob("*") if path.is_file())
    assert size < MAX_SITE_MEGABYTES * 1e6


def test_every_figure_of_a_notebook_reaches_its_page(root: Path, built_book: Path) -> None:
    for notebook in (root / "book").rglob("*.ipynb"):
        cells = nbformat.read(notebook, as_version=4).cells
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        figures = sum("image/png" in output.get("data", {}) for output in outputs)
        page = built_book / notebook.relative_to(root).with_suffix(".html")
        shown = [image for image in read_page(page).images if "_images/" in image["src"]]
        assert len(shown) >= figures
