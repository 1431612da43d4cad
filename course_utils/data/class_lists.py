"""The forms in which lists of classes are written: JSON, Python, tables, a name a line.

Each gives rows: the class's index, its number in WordNet and its name, as far as they are there.
"""

import ast
import json
from typing import Any

from course_utils.data.class_rows import (
    NO_NUMBERS,
    WNID,
    Row,
    UnknownFormError,
    index_of,
    named,
)
from course_utils.data.class_tables import table_rows
from course_utils.data.class_yaml import is_yaml, yaml_rows
from course_utils.data.text_files import lines_of

MOST_PYTHON = 1 << 22
"""Characters of a list that Python is to read; ImageNet's has 30,000."""


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
    if is_yaml(text, suffix):
        return yaml_rows(text)
    return table_rows(lines_of(text), suffix)


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


def _of_value(value: Any) -> Row:
    """A name, or a pair of WordNet's number and a name."""
    if isinstance(value, str):
        return named(value)
    if isinstance(value, (list, tuple)) and len(value) == 2:
        wnid, name = value
        if isinstance(wnid, str) and WNID.fullmatch(wnid) and isinstance(name, str):
            return Row(wnid=wnid, name=name)
    raise UnknownFormError(NO_NUMBERS)


def _of_pair(key: str, value: Any) -> Row:
    """Index and name, name and index, or WordNet's number and name."""
    if isinstance(value, str) and value.isdecimal() and not key.isdecimal():
        value = index_of(value)
    if type(value) is int:
        return Row(value, named(key).wnid, key)
    row = _of_value(value)
    if WNID.fullmatch(key):
        return Row(None, key, row.name)
    return Row(index_of(key), row.wnid, row.name)
