"""The classes of a YAML file, as YOLO writes them: ``names:`` and a list or numbers."""

import re

from course_utils.data.class_rows import Row, UnknownFormError, index_of, named, require_some

NAMES = re.compile(r"^[ \t]*[\"']?names[\"']?[ \t]*:[ \t]*(?=[\[{#\r\n]|$)", re.MULTILINE)
COUNT = re.compile(r"^[ \t]*nc[ \t]*:[ \t]*(\d{1,9})\b", re.MULTILINE)
WORD, NEXT = r"\s*+(\"[^\"]*+\"|'[^']*+'|[^,]*+)", r"\s*+(?:,|$)"
KEY = r"\s*+(?:(\"?'?\d{1,9}'?\"?)\s*+:)?"
WORDS, PAIRS = re.compile(WORD + NEXT), re.compile(KEY + WORD + NEXT)
"""What stands between two commas; both match at every place, so that none is looked at twice."""

ITEM = re.compile(r"-\s+(?P<name>.+)|[\"']?(?P<index>\d{1,9})[\"']?\s*:\s*(?P<named>.+)")


def is_yaml(text: str, suffix: str) -> bool:
    """Whether a file of this suffix is YAML, or a text that has ``names:`` as YOLO's do."""
    head = NAMES.search(text)
    rest = text[head.end() :] if head else ""
    return suffix in (".yaml", ".yml") or rest.startswith(("[", "{")) or bool(_lines(rest))


def yaml_rows(text: str) -> list[Row]:
    """The classes below ``names:``, or of a file that is a list.

    Raises:
        UnknownFormError: If there are none, or not as many as ``nc:`` says.
    """
    head = NAMES.search(text)
    rest = text[head.end() :] if head else text
    rows = _within(rest) if rest.startswith(("[", "{")) else _lines(rest)
    if not rows:
        raise UnknownFormError("has no list below names:, such as `names: [ants, bees]`")
    require_some(rows)
    count = COUNT.search(text)
    if count and int(count[1]) != len(rows):
        raise UnknownFormError(f"says nc: {count[1]}, but names {len(rows)} classes; correct one")
    return rows


def _within(text: str) -> list[Row]:
    """``[ants, "bees"]`` or ``{0: ants, 1: bees}``, on one line or several."""
    end = {"[": "]", "{": "}"}[text[0]]
    body = re.sub(r"(?m)\s#.*$", "", text[1:].partition(end)[0])
    if end == "]":
        return [named(_plain(word)) for word in WORDS.findall(body) if word]
    pairs = [(key, name) for key, name in PAIRS.findall(body) if key or name]
    return [Row(index_of(key.strip("\"'")), None, _plain(name)) for key, name in pairs]


def _lines(text: str) -> list[Row]:
    """``- ants`` or ``0: ants`` in each line, up to the first line of another kind."""
    rows = []
    for line in re.split(r"\r\n?|\n", text):
        bare = line.strip()
        if not bare or bare.startswith(("#", "---")):
            continue
        item = ITEM.fullmatch(bare)
        if item is None:
            break
        name = _plain(item["name"] or item["named"])
        rows.append(Row(int(item["index"]), None, name) if item["index"] else named(name))
    return rows


def _plain(text: str) -> str:
    """Without quotes, or without a comment behind it."""
    text = text.strip()
    if match := re.match(r"([\"'])(.*?)\1", text):
        return match[2]
    return re.sub(r"\s#.*$", "", text).strip()
