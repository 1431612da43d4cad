"""The forms in which lists of classes are written: JSON, Python, tables, a name a line.

Each gives rows: the class's index, its number in WordNet and its name, as far as they are there.
"""

import ast
import csv
import json
import re
from dataclasses import dataclass
from typing import Any

from course_utils.data.text_files import lines_of

MOST_PYTHON = 1 << 22
"""Characters of a list that Python is to read; ImageNet's has 30,000."""

WNID = re.compile(r"n\d{8}")
NUMBERED = re.compile(r"\s*\d{1,7}\s*[,;:\t]\s*\S|\s*[^,;\t]*[,;\t]\s*\d{1,7}\s*$")
SPACED = (r"(?P<index>\d{1,9})\s+(?P<name>\S.*)", r"(?P<name>.*\S)\s+(?P<index>\d{1,9})")
HEADERS = {"index", "id", "class", "class_id", "class_index", "label", "name", "wnid", "synset"}


@dataclass(frozen=True)
class Row:
    """What a list says of one class."""

    index: int | None = None
    wnid: str | None = None
    name: str | None = None


class UnknownFormError(ValueError):
    """The text is no list of classes; the message says why."""


def parse(text: str, suffix: str) -> list[Row]:
    """The rows of a list in the order of the file.

    Args:
        text: All of it.
        suffix: Of the file, in small letters: what ends in ``.json`` is nothing else.

    Raises:
        UnknownFormError: If there is no sense to be made of it.
    """
    start = text.lstrip()[:1]
    if suffix == ".json" or (start and start in "{["):
        try:
            return _rows(_literal(text))
        except UnknownFormError:
            if suffix == ".json" or len(lines_of(text)) < 2:
                raise
    return _table(lines_of(text), suffix)


def _literal(text: str) -> Any:
    """JSON, or the same as Python writes it; nothing in it is executed."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = str(error)
    try:
        return ast.literal_eval(text[:MOST_PYTHON].strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise UnknownFormError(f"is not valid JSON ({reason})") from None


def _rows(content: Any) -> list[Row]:
    if isinstance(content, dict) and isinstance(content.get("id2label"), dict):
        content = content["id2label"]
    if isinstance(content, dict):
        rows = [_of_pair(str(key), value) for key, value in content.items()]
        by_wnid = all(row.index is None for row in rows)
        return sorted(rows, key=lambda row: row.wnid or "") if by_wnid else rows
    if isinstance(content, (list, tuple)):
        return [_of_value(value) for value in content]
    raise UnknownFormError(NO_NUMBERS)


NO_NUMBERS = 'does not number the classes 0, 1, 2, ... as in {"0": "ants", "1": "bees"}'


def _of_value(value: Any) -> Row:
    """A name, or a pair of WordNet's number and a name."""
    if isinstance(value, str):
        return _named(value)
    if isinstance(value, (list, tuple)) and len(value) == 2:
        wnid, name = value
        if isinstance(wnid, str) and WNID.fullmatch(wnid) and isinstance(name, str):
            return Row(wnid=wnid, name=name)
    raise UnknownFormError(NO_NUMBERS)


def _named(name: str) -> Row:
    return Row(wnid=name if WNID.fullmatch(name) else None, name=name)


def _of_pair(key: str, value: Any) -> Row:
    """Index and name, name and index, or WordNet's number and name."""
    if isinstance(value, str) and value.isdecimal() and not key.isdecimal():
        value = _index(value)
    if type(value) is int:
        return Row(value, _named(key).wnid, key)
    row = _of_value(value)
    if WNID.fullmatch(key):
        return Row(None, key, row.name)
    return Row(_index(key), row.wnid, row.name)


def _index(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise UnknownFormError(NO_NUMBERS)
    return int(text)


def _table(lines: list[str], suffix: str) -> list[Row]:
    """A name a line, or several columns: index, WordNet's number, name, in any order."""
    if lines and all(WNID.match(line) for line in lines):
        return [_synset(line) for line in lines]
    table = suffix in (".csv", ".tsv")
    body = lines[1:] if lines and _is_header(lines[0], table) else lines
    if body and (table or all(map(NUMBERED.match, body[1:] or body))):
        first, *others = map(_columns, body)
        numbered = bool(others) and all(row.index is not None for row in others)
        return others if numbered and first.index is None else [first, *others]
    return _spaced(lines) or [_named(line) for line in lines]


def _spaced(lines: list[str]) -> list[Row]:
    """``0 ants`` or ``ants 0`` in each line, as long as the numbers are 0, 1, 2, ..."""
    for pattern in SPACED:
        found = [match for line in lines if (match := re.fullmatch(pattern, line))]
        rows = [Row(int(match["index"]), None, match["name"]) for match in found]
        if sorted(row.index or 0 for row in rows) == list(range(len(lines))):
            return rows
    return []


def _synset(line: str) -> Row:
    """``n01440764 tench, Tinca tinca``, WordNet's number alone, or with an index between."""
    wnid, name = line[:9], line[9:].lstrip(" \t,;:")
    if match := re.fullmatch(r"(\d{1,9})[\s,;]+(\S.*)", name):
        return Row(int(match[1]), wnid, match[2])
    return Row(wnid=wnid, name=name or wnid)


def _is_header(line: str, table: bool) -> bool:
    words = [word.strip(' "') for word in re.split(r"[,;\t]", line.lower())]
    return (table or len(words) > 1) and any(word in HEADERS for word in words)


def _columns(line: str) -> Row:
    if match := re.fullmatch(r"(\d{1,9})\s*:\s*(.+?),?", line):  # a line of a Python dictionary
        return Row(int(match[1]), None, match[2].strip("'\""))
    sign = next((sign for sign in "\t;," if sign in line), ",")
    cells = next(csv.reader([line], delimiter=sign, skipinitialspace=True))
    cells = [cell.strip() for cell in cells]
    whole = [place for place, cell in enumerate(cells) if re.fullmatch(r"[0-9]{1,9}", cell)]
    wnids = [place for place, cell in enumerate(cells) if WNID.fullmatch(cell)]
    names = [cell for place, cell in enumerate(cells) if place not in (*whole[:1], *wnids[:1])]
    wnid = cells[wnids[0]] if wnids else None
    name = ", ".join(name for name in names if name) or wnid
    return Row(int(cells[whole[0]]) if whole else None, wnid, name)
