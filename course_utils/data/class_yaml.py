"""The classes of a YAML file, as YOLO writes them: ``names:`` and a list or numbers."""

import re
from typing import Any

import yaml

from course_utils.data.class_rows import UnknownFormError, different

NAMES = re.compile(r"^[ \t]*[\"']?names[\"']?[ \t]*:", re.MULTILINE)
LISTED = re.compile(r"- +\S")

DEEPEST = 20
"""Lists within lists that are read; the reader's time grows with the square of their number."""

READER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""All is text to it, ``no`` and ``1e3`` too; the one that is written in C where it is there."""


def is_yaml(text: str, lines: list[str], suffix: str) -> bool:
    """Whether a file of this suffix is YAML, or a text that has ``names:`` as YOLO's do."""
    if suffix in (".yaml", ".yml") or (lines and all(map(LISTED.match, lines))):
        return True
    if not NAMES.search(text):
        return False
    try:
        content = _content(text)
    except UnknownFormError:
        return False
    return isinstance(content, dict) and isinstance(content.get("names"), list | dict)


def yaml_names(text: str) -> Any:
    """What stands below ``names:``, or all of a file without: a list, or a dict of texts.

    Raises:
        UnknownFormError: If it is no YAML, there is nothing, or not as much as ``nc:`` says.
    """
    content = _content(text)
    names = content.get("names", content) if isinstance(content, dict) else content
    if not isinstance(names, list | dict) or not names or "nc" in names:
        raise UnknownFormError("has no list below names:, such as `names: [ants, bees]`")
    count = content.get("nc") if isinstance(content, dict) else None
    if isinstance(count, str) and count.isdecimal() and int(count[:9]) != len(names):
        raise UnknownFormError(f"says nc: {count}, but names {len(names)} classes; correct one")
    return names


def _content(text: str) -> Any:
    """The texts, lists and dicts of a file; nothing is made of a text, or repeated."""
    open_: list[list[Any]] = [[]]
    try:
        for event in yaml.parse(text, Loader=READER):
            if isinstance(event, yaml.AliasEvent):
                raise UnknownFormError(f"refers to *{event.anchor}; write it out")
            if isinstance(event, yaml.ScalarEvent):
                open_[-1].append(event.value)
            elif isinstance(event, yaml.CollectionStartEvent):
                open_.append([])
            elif isinstance(event, yaml.CollectionEndEvent):
                inner = open_.pop()
                is_list = isinstance(event, yaml.SequenceEndEvent)
                open_[-1].append(inner if is_list else _pairs(inner))
            if len(open_) > DEEPEST:
                raise UnknownFormError(f"has more than {DEEPEST} lists within lists")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UnknownFormError(f"is no YAML: line {line}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise UnknownFormError(f"is no YAML ({error})") from error
    return open_[0][0] if open_[0] else None


def _pairs(inner: list[Any]) -> dict[str, Any]:
    """Of keys and values in turns; a key is a text, and none is there twice."""
    keys = inner[::2]
    if not all(isinstance(key, str) for key in keys):
        raise UnknownFormError("has a list as a key")
    return different(list(zip(keys, inner[1::2], strict=True)))
