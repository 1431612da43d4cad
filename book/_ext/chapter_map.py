"""The map of the chapters on the first page: what each needs and takes, read from the chapters.

The line ``<!-- the map of the chapters -->`` of a page becomes the map when the book is built, so
that it cannot say anything else than the chapters and their measured costs.
"""

import json
import posixpath
import re
from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

PLACE = "<!-- the map of the chapters -->"
NEEDS = re.compile(r"\*\*You need\*\* (.*?)\n\n", re.DOTALL)
LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")


def map_of(root: Path, page: str) -> str:
    """The map as Markdown: for each part its chapters, with what they need and take.

    Args:
        root: The book's folder, with ``_toc.yml``.
        page: Where the map will stand, such as ``book/intro``.

    Raises:
        ExtensionError: If a chapter does not say what it needs, or nobody measured it.
    """
    parts = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))["parts"]
    lines = [":::{div} chapter-map"]
    for part in parts:
        chapters = [entry["file"] for entry in part["chapters"]]
        if not part.get("numbered"):
            continue
        lines += ["", f"**{part['caption']}**", ""]
        lines += [entry(root, chapter, posixpath.dirname(page)) for chapter in chapters]
    return "\n".join([*lines, "", ":::"])


def entry(root: Path, chapter: str, folder: str) -> str:
    """One chapter's line: its title, its seconds, and what it needs."""
    text = first_cell(root / f"{chapter}.ipynb")
    found = NEEDS.search(text)
    costs = json.loads((root / "benchmarks" / "results" / "chapters.json").read_text("utf-8"))
    if not found or chapter not in costs["chapters"]:
        raise ExtensionError(f"{chapter}: does not say what it needs, or was not measured")
    title = text.splitlines()[0].removeprefix("# ")
    seconds = round(costs["chapters"][chapter]["cpu_seconds"])
    needs = moved(" ".join(found[1].split()), posixpath.dirname(chapter), folder)
    link = posixpath.relpath(f"{chapter}.ipynb", folder)
    return f"- [{title}]({link}) · {seconds} s  \n  *You need* {needs}"


def moved(text: str, source: str, target: str) -> str:
    """The same links as another folder's page writes them, their words cut at a colon.

    >>> moved("[Any size: from one](fc.ipynb), [A](../a/b.ipynb)", "book/dense", "book")
    '[Any size](dense/fc.ipynb), [A](a/b.ipynb)'
    """

    def link(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(source, found[2]))
        return f"[{found[1].split(':')[0]}]({posixpath.relpath(path, target)})"

    return LINK.sub(link, text)


def first_cell(path: Path) -> str:
    """The text that a notebook begins with."""
    cells: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    return "".join(cells[0]["source"]) + "\n\n"


def put_map(app: Sphinx, page: str, source: list[str]) -> None:
    """Answer Sphinx's event ``source-read``."""
    if PLACE in source[0]:
        source[0] = source[0].replace(PLACE, map_of(Path(app.srcdir), page))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    app.connect("source-read", put_map)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
