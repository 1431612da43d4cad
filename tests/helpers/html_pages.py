"""Read what a built HTML page loads, shows and links to."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

CSS_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)")
CSS_IMPORT = re.compile(r"@import\s+['\"]([^'\"]+)")
LOADING_LINKS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "preconnect"}
SOURCES = ("src", "srcset", "poster", "data")


@dataclass
class PageParts(HTMLParser):
    """What one page consists of.

    Attributes:
        loads: Addresses that the browser fetches by itself.
        links: Addresses that a reader can follow.
        ids: Places that a link can lead to.
        images: The attributes of every picture.
    """

    loads: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    images: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids.update(given[name] for name in ("id", "name") if name in given)
        self.loads.extend(CSS_URL.findall(given.get("style", "")))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and LOADING_LINKS & set(given.get("rel", "").split()):
            self.loads.append(given["href"])
        else:
            self.loads.extend(given[name] for name in SOURCES if name in given)
        if tag == "img":
            self.images.append(given)


def read_page(path: Path) -> PageParts:
    """Take a built page apart."""
    parts = PageParts()
    parts.feed(path.read_text(encoding="utf-8"))
    return parts


def stylesheet_loads(path: Path) -> list[str]:
    """List what a style sheet fetches."""
    text = path.read_text(encoding="utf-8")
    return CSS_URL.findall(text) + CSS_IMPORT.findall(text)


def is_external(address: str) -> bool:
    """Say whether an address lies outside the site."""
    return address.startswith("//") or bool(re.match(r"(?!data:|blob:|about:)[a-z]+:", address))


def book_pages(html: Path) -> list[Path]:
    """List the pages of a built book, without the theme's own templates."""
    return sorted(path for path in html.rglob("*.html") if "_static" not in path.parts)
