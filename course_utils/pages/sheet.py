"""The page around what it says: one file, its own colors in light and dark, no request."""

import base64
import hashlib
from pathlib import Path

from course_utils.pages.html import Markup, element, joined

HERE = Path(__file__).parent
GENERATOR = '<meta name="generator" content="course-utils">'
"""By which a page of ours is known."""


def page(title: str, *content: str) -> bytes:
    """A whole page, as the bytes of its file.

    Its policy forbids every request, and every script but its own, whatever its texts hold.

    Args:
        title: Its heading, and its name in the browser.
        content: Of the page, below the heading.
    """
    style, script = Markup(_own("sheet.css")), Markup(_own("sheet.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        Markup(GENERATOR),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", style),
    )
    main = element("main", element("h1", title), *content)
    body = element("body", main, element("script", script))
    return joined(
        (Markup("<!DOCTYPE html>\n"), element("html", head, body, lang="en"), Markup("\n"))
    ).encode()


def is_page(path: Path) -> bool:
    """Whether a file is a page that this module has made; what cannot be read is none."""
    try:
        with path.open("rb") as file:
            return GENERATOR.encode() in file.read(1000)
    except OSError:
        return False


def _own(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
