"""Lists of classes of a line each: names alone, or columns, with or without a header."""

import csv
import re
from collections.abc import Sequence

from course_utils.data.class_rows import (
    IGNORED,
    IMAGENET_CLASSES,
    NO_NUMBERS,
    WNID,
    Row,
    UnknownFormError,
    named,
)

NUMBERED = re.compile(r"\s*\d{1,7}\s*[,;:\t]\s*\S|\s*[^,;\t]*[,;\t]\s*\d{1,7}\s*$")
MARKED = (
    r"(?:[\[(](?P<number>\d{1,9})[\])]|(?P<index>\d{1,9})\s*(?:[)\]=]|[-=]>))\s*(?P<name>[^\s=>].*)",
    r"(?P<name>[^\s=]*[^\s=\->]|[^\s=][^=]*[^\s=\->])\s*(?:=|[-=]>)\s*(?P<index>\d{1,9})(?P<number>)",
)
"""``[0] ants``, ``0) ants``, ``0=ants``, ``0 -> ants`` and ``ants=0``: no names look like that."""

SPACED = (
    r"(?P<index>\d{1,9})(?:\.|\s+-)\s+(?P<name>\S.*)",
    r"(?P<index>\d{1,9})\s+(?P<name>\S.*)",
    r"(?P<name>[^:]*[^:\s])\s*:\s*(?P<index>\d{1,9}),?",
    r"(?P<name>.*\S)\s+(?P<index>\d{1,9})",
)

COLOR = r"(?:\d{1,3}[\s,;]++){2}\d{1,3}"
COLORED = (
    rf"{COLOR}[\s,;:]++(?P<name>[^\s\d].*)",
    rf"(?:(?P<index>\d{{1,9}})[\s,;:]++)?"
    rf"(?P<name>[^\s\d,;:][^\s,;:]*+(?:[^\S\t]++[^\s,;:]++)*?)[\s,;:]++{COLOR}",
)
"""A color beside the name, red, green and blue: not the index."""

INDEX_HEADS = ("index", "id", "class_index", "class_id", "label_id", "category_id", "idx", "number")
UNNAMED = ("", "unnamed: 0")
"""What pandas calls the numbers of its lines: they are the classes' where nothing else is."""
NAME_HEADS = (
    *("name", "class_name", "label_name", "category_name", "classname", "label", "class"),
    *("category", "words"),
)
WNID_HEADS = ("wnid", "synset")
HEADERS = {*INDEX_HEADS, *NAME_HEADS, *WNID_HEADS}
COLOR_HEADS = {"r", "g", "b", "red", "green", "blue"}
TITLE = re.compile(
    r"(?:class|label|category|species)[ _]?names?|names|classes|labels|categor(?:y|ies)|wnid|synset"
)
"""A first line that stands above names and is none."""

DOUBTFUL_TITLES = {"name", "label", "class", "species", "breed", "genus", "type", "kind"}
"""A first line that does so, or is a class of its own."""

FIRST_CLASSES = {"background", "_background_", "__ignore__"}
"""Nothing but a title stands above these."""

HEX = r"(?:#|0x)(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})"
HEX_COLORED = re.compile(rf"{HEX}[\s,;:]+(?P<first>\S.*)|(?P<last>\S(?:.*[^\s,;:])?)[\s,;:]+{HEX}")


def table_rows(lines: list[str], suffix: str) -> list[Row]:
    """A name a line, or several columns: index, WordNet's number, name, in any order.

    Args:
        lines: Without the empty ones. Those that begin with ``#`` are comments, unless all do.
        suffix: Of the file, in small letters.
    """
    lines = [line for line in lines if not line.startswith("#")] or lines
    lines = _without_hex(lines)
    if _is_title(lines, suffix in (".csv", ".tsv")):
        lines = lines[1:]
    if rows := _marked(lines):
        return rows
    if lines and all(WNID.match(line) for line in lines):
        return [_synset(line) for line in lines]
    table = suffix in (".csv", ".tsv")
    header = bool(lines) and _is_header(lines[0], table)
    sure = table or (header and _words(lines[0]) <= HEADERS | COLOR_HEADS)
    if header and (rows := _by_header(lines)) and (sure or _has_numbers(lines[1:])):
        return rows
    body = lines[1:] if header else lines
    if rows := _colored(body) or _numbered(body, table):
        return rows
    plain = body if sure else lines
    return _spaced(plain) or _below_heading(plain) or list(map(named, plain))


def _is_title(lines: list[str], table: bool) -> bool:
    """Whether the first line stands above names; a table's first line may be read as a header.

    Raises:
        UnknownFormError: If it may as well be a class.
    """
    if len(lines) < 2:
        return False
    title = lines[0].lower().strip(" \"':")
    if TITLE.fullmatch(title) or (title in NAME_HEADS and table):
        return True
    if title not in DOUBTFUL_TITLES:
        return False
    if lines[0].endswith(":") or (lines[1].lower() in FIRST_CLASSES and len(lines) > 2):
        return True
    raise UnknownFormError(
        f"begins with {lines[0]!r}: if that is a heading, remove it; if it is a class, write the "
        'names as JSON, ["ants", "bees"], into a file that ends in .json'
    )


def _without_hex(lines: list[str]) -> list[str]:
    """Without a color such as ``#ff0000`` beside the name, if all lines have one."""
    found = [match for line in lines if (match := HEX_COLORED.fullmatch(line))]
    whole = len(found) == len(lines)
    return [match["first"] or match["last"] for match in found] if whole else lines


def _marked(lines: list[str]) -> list[Row]:
    """Number and name in each line with a sign between them that no name has."""
    for pattern in MARKED:
        found = [match.groupdict() for line in lines if (match := re.fullmatch(pattern, line))]
        if found and len(found) == len(lines):
            return [Row(int(m["index"] or m["number"]), None, m["name"]) for m in found]
    return []


def _below_heading(lines: list[str]) -> list[Row]:
    """``id name`` or the like, and numbers from 0 on in all lines below it."""
    rows = _spaced(lines[1:]) if len(lines) > 2 else []
    return rows if any(row.index == 0 for row in rows) else []


def _numbered(body: list[str], table: bool) -> list[Row]:
    """Columns with an index; a first line without one is a header of unknown words."""
    if not body or not (table or all(map(NUMBERED.match, body[1:] or body))):
        return []
    first, *others = map(_columns, body)
    numbered = bool(others) and all(row.index is not None for row in others)
    return others if numbered and first.index is None else [first, *others]


def _spaced(lines: list[str]) -> list[Row]:
    """``0 ants``, ``ants 0`` or ``ants: 0`` in each line, as long as the numbers are 0, 1, 2, ...

    From 1 on they are numbers as well; 255 may be void. ``0 euro``, ``1 euro`` are names.
    """
    for pattern in SPACED:
        found = [match for line in lines if (match := re.fullmatch(pattern, line))]
        rows = [Row(int(match["index"]), None, match["name"]) for match in found]
        numbers = [row.index or 0 for row in without_void(rows)]
        whole = len(rows) == len(lines) and bool(numbers)
        if not whole or len({row.name for row in rows}) < len(rows):
            continue
        if sorted(numbers) == list(range(len(numbers))):
            return rows
        if len(rows) > 1 and numbers == list(range(1, len(numbers) + 1)):
            return rows
    return []


def without_void(rows: list[Row]) -> list[Row]:
    """Without ``255 void``, where the other indices end before it."""
    classes = [row for row in rows if row.index != 255 or (row.name or "").lower() not in IGNORED]
    return rows if len(classes) == 255 else classes


def _colored(lines: list[str]) -> list[Row]:
    """``128 0 0 ant`` or ``ant,128,0,0`` in each line."""
    for pattern in COLORED:
        found = [match for line in lines if (match := re.fullmatch(pattern, line))]
        if found and len(found) == len(lines) and all(map(_is_color, lines)):
            groups = [match.groupdict() for match in found]
            if len({bool(group.get("index")) for group in groups}) == 1:
                return [_of_groups(group) for group in groups]
    return []


def _is_color(line: str) -> bool:
    return max(int(number) for number in re.findall(r"\d{1,9}", line)) <= 255


def _of_groups(group: dict[str, str]) -> Row:
    index = group.get("index")
    return Row(int(index) if index else None, None, group["name"].strip(" \t\"'"))


def _synset(line: str) -> Row:
    """``n01440764 tench, Tinca tinca``, WordNet's number alone, or with an index between."""
    wnid, name = line[:9], line[9:].lstrip(" \t,;:")
    if match := re.fullmatch(r"(\d{1,9})[\s,;]+(\S.*)", name):
        return Row(int(match[1]), wnid, match[2])
    return Row(wnid=wnid, name=name or wnid)


def _is_header(line: str, table: bool) -> bool:
    return (table or re.search(r"[,;\t]", line) is not None) and bool(_words(line) & HEADERS)


def _words(line: str) -> set[str]:
    """What the cells of a header say."""
    return {word.strip(' "') for word in re.split(r"[,;\t]", line.lower())}


def _cells(line: str) -> list[str]:
    sign = next((sign for sign in "\t;," if sign in line), ",")
    return [
        cell.strip() for cell in next(csv.reader([line], delimiter=sign, skipinitialspace=True))
    ]


def _by_header(lines: list[str]) -> list[Row]:
    """The columns that the header names; nothing if it does not say which is the name."""
    heads, *rows = map(_cells, lines)
    if not rows or any(len(row) != len(heads) for row in rows):
        return []
    heads = [head.lower() for head in heads]
    columns = list(zip(*rows, strict=True))
    whole = {n for n, cells in enumerate(columns) if all(map(_is_whole, cells))}
    wnids = next((n for n, cells in enumerate(columns) if all(map(WNID.fullmatch, cells))), None)
    words = [n for n in range(len(heads)) if n not in whole and n != wnids]
    name = _column(heads, NAME_HEADS, words)
    if name is None:
        return []
    index = _index_column(heads, columns, whole)
    return [
        Row(
            None if index is None else int(row[index]),
            None if wnids is None else row[wnids],
            row[name],
        )
        for row in rows
    ]


def _has_numbers(body: list[str]) -> bool:
    """Whether a column is one of whole numbers, as only a table has."""
    return any(all(map(_is_whole, cells)) for cells in zip(*map(_cells, body), strict=False))


def _index_column(heads: list[str], columns: list[tuple[str, ...]], whole: set[int]) -> int | None:
    """The column of the classes' numbers, by its name; others count, or say yes and no.

    Raises:
        UnknownFormError: If a column of another name numbers the classes in another order.
    """
    numbers = sorted(whole)
    for known in (INDEX_HEADS, NAME_HEADS, UNNAMED):
        if (found := _column(heads, known, numbers)) is not None:
            return found
    for n in numbers:
        order = [int(cell) for cell in columns[n]]
        if heads[n] not in COLOR_HEADS and sorted(order) == list(range(len(order))) != order:
            raise UnknownFormError(
                f"may number the classes in its column {heads[n]!r}: call it index, or remove it"
            )
    return None


def _column(heads: list[str], known: Sequence[str], allowed: Sequence[int]) -> int | None:
    """The column with the first of these names that is there."""
    return next((n for word in known for n in allowed if heads[n] == word), None)


def _is_whole(cell: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", cell) is not None


def _columns(line: str) -> Row:
    if match := re.fullmatch(r"(\d{1,9})\s*:\s*(.+?),?", line):  # a line of a Python dictionary
        return Row(int(match[1]), None, match[2].strip("'\""))
    cells = _cells(line)
    whole = [place for place, cell in enumerate(cells) if _is_whole(cell)]
    wnids = [place for place, cell in enumerate(cells) if WNID.fullmatch(cell)]
    names = [cell for place, cell in enumerate(cells) if place not in (*whole[:1], *wnids[:1])]
    wnid = cells[wnids[0]] if wnids else None
    name = ", ".join(name for name in names if name) or wnid
    return Row(int(cells[whole[0]]) if whole else None, wnid, name)


def in_order(rows: list[Row]) -> list[Row]:
    """By the index; without one as they stand.

    Raises:
        UnknownFormError: If the indices are not 0, 1, 2, ..., or ImageNet's classes stand without
            any in another order than that of WordNet's numbers, which is theirs.
    """
    rows = without_void(rows)
    indices = [row.index for row in rows if row.index is not None]
    if not indices:
        _require_sorted([row.wnid or "" for row in rows])
        return rows
    if sorted(indices) != list(range(len(rows))):
        hint = "; its numbers begin with 1: subtract 1, or leave them out"
        plain = min(indices) == 1 and not any(row.wnid for row in rows)
        raise UnknownFormError(NO_NUMBERS + hint * plain)  # ILSVRC's own numbers say no order
    return sorted(rows, key=lambda row: row.index or 0)


def _require_sorted(wnids: list[str]) -> None:
    if len(wnids) == IMAGENET_CLASSES and all(wnids) and wnids != sorted(wnids):
        raise UnknownFormError(
            "has ImageNet's classes in another order than that of WordNet's numbers, which is "
            "theirs; sort its lines, or write the index into each"
        )
