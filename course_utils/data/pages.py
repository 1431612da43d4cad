"""Which page of a file with several is the picture, and whether there is another one."""

from contextlib import suppress
from typing import Any

from PIL import Image

SUBFILE, OLD_SUBFILE = 254, 255
"""Tags of a TIFF that say what a page is for."""

COPY = 1 | 4
"""Of the first tag: a smaller copy of another page, or its transparency."""

OLD_COPY = 2
"""Of the second: a smaller copy."""

MOST_PAGES = 50
"""So many are looked at."""


def choose_page(image: Image.Image) -> None:
    """Turn a TIFF as it was opened to its first page that is no copy of another, if it has one."""
    if _is_copy(image) and not _next_page(image):
        image.seek(0)


def has_several(image: Image.Image) -> bool:
    """Whether an opened file has another page or frame behind this, copies not counted."""
    if image.format != "TIFF":
        return bool(getattr(image, "is_animated", False))
    here = image.tell()
    found = _next_page(image)
    image.seek(here)
    return found


def _next_page(image: Image.Image) -> bool:
    """Turn a TIFF to its next page that is no copy; whether there is one."""
    with suppress(EOFError):
        for page in range(image.tell() + 1, MOST_PAGES):
            image.seek(page)
            if not _is_copy(image):
                return True
    return False


def _is_copy(image: Image.Image) -> bool:
    tags: Any = getattr(image, "tag_v2", {})
    kind, old = tags.get(SUBFILE, 0), tags.get(OLD_SUBFILE, 0)
    return old == OLD_COPY or (isinstance(kind, int) and bool(kind & COPY))
