"""The forms in which lists of classes are written: JSON, Python, tables, a name a line.

Each gives rows: the class's index, its number in WordNet and its name, as far as they are there.
"""

import ast
import io
import json
import re
import tokenize
import warnings
from typing import Any

from course_utils.data.class_rows import (
    MOST_SIGNS,
    NO_NUMBERS,
    WNID,
    Row,
    UnknownFormError,
    different,
    index_of,
    named,
    require_some,
)
from course_utils.data.class_tables import INDEX_HEADS, NAME_HEADS, table_rows
from course_utils.data.class_yaml import is_yaml, yaml_names
from course_utils.data.text_files import numbered_lines

LONGEST_ROW = 10_000
"""Signs of a line."""

BROKEN = re.compile(r"[{\[](?:\s*[\"']|[^}\]]*$)")
"""A line that begins a list, and no name: with a quotation mark, or open at its end."""

CVAT = re.compile(r"[^:]+:(?:\d+,\s*\d+,\s*\d+)?:[^:]*:[^:]*")
SETTING = re.compile(r"(?:names|train|valid|backup)\s*=\s*\S*[/\\.]|classes\s*=\s*\d+\s*$")

LISTS = (
    *("id2label", "label2id", "names", "class_names", "classes", "labels", "categories"),
    *("class_to_idx", "idx_to_class"),
)
"""Below what the classes stand in the JSON of other programs, the first that is there."""

MOST_PYTHON = 1 << 20
"""Characters of a list that Python is to read; ImageNet's has 30,000."""


class NoJsonError(UnknownFormError):
    """The text is no JSON; the message says where."""


def parse(text: str, suffix: str) -> list[Row]:
    """The rows of a list in the order of the file.

    Args:
        text: All of it.
        suffix: Of the file, in small letters: what ends in ``.json`` is JSON and nothing else.

    Raises:
        UnknownFormError: If there is no sense to be made of it.
    """
    if len(text) > MOST_SIGNS:
        raise UnknownFormError(f"has {len(text)} signs; at most {MOST_SIGNS} are read")
    if suffix == ".json":
        return _rows(_json(text))
    lines = numbered_lines(text)
    if lines and lines[0][1][0] in "{[":
        try:
            return _rows(_literal(text))
        except UnknownFormError:
            if len(lines) < 2:
                raise
            _require_no_records(lines)
            if BROKEN.match(lines[0][1]):
                raise
    if is_yaml(text, [line for _, line in lines], suffix):
        return _rows(yaml_names(text))
    _require_no_records(lines)
    require_some(lines)
    for number, line in lines:
        if len(line) > LONGEST_ROW:
            raise UnknownFormError(
                f"line {number} has {len(line)} signs; at most {LONGEST_ROW} are read"
            )
    return table_rows([line for _, line in lines], suffix)


def _require_no_records(lines: list[tuple[int, str]]) -> None:
    """Refuse what has names in it, but not as a list; its lines would be taken for names."""
    said = [line for _, line in lines if not line.startswith("#")]
    if said and re.match(r"item\s*:?\s*\{", said[0]):
        raise UnknownFormError(
            "is a label map of TensorFlow, whose numbers begin with 1: write the names, one a line"
        )
    if said and all(re.fullmatch(r"\{.*:.*\},?", line) for line in said):
        raise UnknownFormError("has a JSON object in each line: write the names, one a line")
    if said and all(map(CVAT.fullmatch, said)):
        raise UnknownFormError(
            "is a label map of CVAT, NAME:COLOR:PARTS:ACTIONS: write the names alone, one a line"
        )
    if any(map(SETTING.match, said)) and all(line[0] == "[" or "=" in line for line in said):
        raise UnknownFormError(
            "is a settings file, such as darknet's obj.data: give the file that its names= names"
        )


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=different, parse_int=_index)
    except UnknownFormError:
        raise
    except (ValueError, RecursionError) as error:
        raise NoJsonError(f"is not valid JSON ({error})") from None


def _literal(text: str) -> Any:
    """JSON, or the same as Python writes it; nothing in it is executed."""
    try:
        return _json(text)
    except NoJsonError as error:
        if len(text) > MOST_PYTHON:
            raise
        reason = error
    try:
        with warnings.catch_warnings(action="ignore"):  # of "\d" and the like
            value = _value(ast.parse(text.strip(), mode="eval").body)
            _require_commas(text.strip())
    except UnknownFormError:
        raise
    except (ValueError, SyntaxError, tokenize.TokenError, TypeError, MemoryError, RecursionError):
        raise reason from None
    return value


def _require_commas(text: str) -> None:
    """Refuse ``"ant" "bee"``, which Python joins into one text, and NumPy prints for two."""
    after = None
    for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
        if token.type == tokenize.STRING and after is not None:
            raise UnknownFormError(f"has no comma between {after} and {token.string}; write one")
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            after = token.string if token.type == tokenize.STRING else None


def _value(node: ast.expr) -> Any:
    """What a Python literal says, as ``json.loads`` gives it; a ValueError of all else.

    Python's own reader compares keys that were made to be alike each with all others.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_value(item) for item in node.elts]
    if not isinstance(node, ast.Dict):
        raise ValueError("no literal")
    keys = [_key(key) for key in node.keys]
    return different(list(zip(keys, map(_value, node.values), strict=True)))


def _key(node: ast.expr | None) -> str:
    """A name, or an index."""
    key = node.value if isinstance(node, ast.Constant) else None
    if type(key) is int and key < 10**9:
        return str(key)
    if not isinstance(key, str):
        raise UnknownFormError(NO_NUMBERS)
    return key


def _index(digits: str) -> int:
    """What has more digits than an index is none, either way."""
    return int(digits[:18])


def _rows(content: Any) -> list[Row]:
    content = _unwrapped(content)
    if isinstance(content, (dict, list, tuple)):
        require_some(content)
    if isinstance(content, dict):
        rows = [_of_pair(str(key), value) for key, value in content.items()]
        by_wnid = all(row.index is None for row in rows)
        return sorted(rows, key=lambda row: row.wnid or "") if by_wnid else rows
    if isinstance(content, (list, tuple)):
        rows = [_of_value(value) for value in content]
        if any(row.index is None for row in rows) and any(row.index is not None for row in rows):
            raise UnknownFormError(NO_NUMBERS)
        return rows
    raise UnknownFormError(NO_NUMBERS)


def _unwrapped(content: Any) -> Any:
    """What stands below ``names`` or the like, if it is a list or an object.

    Raises:
        UnknownFormError: If it is not as much as ``nc`` says.
    """
    if not isinstance(content, dict):
        return content
    inner = next(
        (content[key] for key in LISTS if isinstance(content.get(key), (dict, list))), None
    )
    count = content.get("nc")
    if inner is not None and type(count) is int and count != len(inner):
        raise UnknownFormError(f"says nc: {count}, but names {len(inner)} classes; correct one")
    return content if inner is None else inner


def _of_object(value: dict[str, Any]) -> Row:
    """``{"id": 0, "name": "ants"}``, whatever else it says."""
    index = next((value[key] for key in INDEX_HEADS if key in value), None)
    name = next((value[key] for key in NAME_HEADS if isinstance(value.get(key), str)), None)
    if name is None or not (index is None or type(index) is int or isinstance(index, str)):
        raise UnknownFormError(NO_NUMBERS)
    return Row(None if index is None else index_of(str(index)), named(name).wnid, name)


def _of_value(value: Any) -> Row:
    """A name, an object that has one, or a pair of WordNet's number and a name."""
    if isinstance(value, str):
        return named(value)
    if isinstance(value, dict):
        return _of_object(value)
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
    if isinstance(value, dict):
        raise UnknownFormError(NO_NUMBERS)
    row = _of_value(value)
    if WNID.fullmatch(key):
        return Row(None, key, row.name)
    return Row(index_of(key), row.wnid, row.name)
