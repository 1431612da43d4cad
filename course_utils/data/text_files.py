"""Small text files that people write: lists of names, as editors and other tools store them."""

import codecs
import re
from pathlib import Path

from course_utils.errors import DataError
from course_utils.files import special_kind

MOST_TEXT = 1 << 26
"""A larger file is no list of names."""

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""What begins a file says how it is encoded."""


def read_text(path: Path, what: str = "") -> str:
    """All of a small text file: UTF-8, or UTF-16 as Windows editors write it.

    Args:
        path: Of the file; a pipe or a device is not opened.
        what: Stands in errors for what the file holds, such as ``"class names "``.

    Raises:
        DataError: If it cannot be read, is larger than 64 MiB, no file, or no text.
    """
    try:
        if kind := special_kind(path):
            raise DataError(f"{path}: {what}cannot be read (it is {kind}, not a file)")
        with path.open("rb") as file:
            content = file.read(MOST_TEXT + 1)
    except OSError as error:
        raise DataError(f"{path}: {what}cannot be read ({error.strerror or error})") from error
    except ValueError as error:  # a name with a zero byte
        raise DataError(f"{str(path)!r}: {what}cannot be read ({error})") from error
    if len(content) > MOST_TEXT:
        limit = MOST_TEXT >> 20
        raise DataError(f"{path}: {what}cannot be read (a list of names has at most {limit} MiB)")
    return _decoded(path, content, what)


def lines_of(text: str) -> list[str]:
    """The lines without the spaces around them; empty ones are left out.

    A sign for the end of a file, as DOS wrote it (Ctrl-Z), is none of them.
    """
    return [line for _, line in numbered_lines(text)]


def numbered_lines(text: str) -> list[tuple[int, str]]:
    """The same with the number of each line in the file, from 1."""
    lines = re.split(r"\r\n?|\n", text.rstrip().removesuffix("\x1a"))
    return [(n, line.strip()) for n, line in enumerate(lines, start=1) if line.strip()]


def _decoded(path: Path, content: bytes, what: str) -> str:
    encoding = next((name for mark, name in MARKS.items() if content.startswith(mark)), None)
    if encoding is None:
        encoding = _without_mark(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise DataError(
            f"{path}: {what}cannot be read (no text in UTF-8); save it as UTF-8"
        ) from None
    if "\0" in text:
        raise DataError(f"{path}: {what}cannot be read (it is no text)")
    return text


def _without_mark(content: bytes) -> str:
    """UTF-16 shows by its zero bytes: every second one in Latin letters."""
    head = content[:400]
    if len(content) % 2 == 0 and head.count(0) * 3 > len(head):
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return "utf-8"
