"""Class names in YAML files are read as YOLO writes them, and as YAML says."""

import pytest

from course_utils.data.class_lists import parse
from course_utils.data.class_rows import UnknownFormError


def names(text: str, suffix: str = ".yaml") -> list[str | None]:
    return [row.name for row in parse(text, suffix)]


@pytest.mark.parametrize(
    "text",
    [
        "names: [ant's, 'a: b', \"c, d\"]",
        "names: [\n  ant's,  # one\n  'a: b',\n  'c, d',\n]\n",
        "names:\n  - ant's\n  - 'a: b'  # two\n  # three\n  - \"c, d\"\nnc: 3\n",
        "names:\n  0: ant's\n  1: 'a: b'\n  2: \"c, d\"\ndownload: x\n",
        "names: {0: ant's, 1: 'a: b', 2: \"c, d\"}",
        "- ant's\n- 'a: b'\n- c, d\n",
    ],
)
def test_each_way_of_writing_gives_the_names(text: str) -> None:
    assert names(text) == ["ant's", "a: b", "c, d"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('names: ["a]b", dog]', ["a]b", "dog"]),
        ("names: ['it''s', \"say \\\"hi\\\"\", dog]", ["it's", 'say "hi"', "dog"]),
        ("names: [no, yes, 1e3, null, 0x10, 2024-01-01, ~]", None),
        ("names:\n- no\n- on\n- 1e3\n- 2024-01-01\n", ["no", "on", "1e3", "2024-01-01"]),
        ("names: {'0': a, 1: 'b: c'}", ["a", "b: c"]),
        ("names: {a: 0, b: 1}", ["a", "b"]),
        ("names:\n  0: a # b\n  1: c#d\n", ["a", "c#d"]),
        ("names:\n  0: >-\n    a long\n    name\n  1: b\n", ["a long name", "b"]),
        ("train: x\nnc: 2\nnames: [a, b]\nroboflow:\n  version: 1\n", ["a", "b"]),
        ("\ufeffnames: [a, b]\r\n", ["a", "b"]),
    ],
)
def test_texts_are_what_yaml_says(text: str, expected: list[str] | None) -> None:
    if expected is None:
        expected = ["no", "yes", "1e3", "null", "0x10", "2024-01-01", "~"]
    assert names(text) == expected


def test_a_text_is_yaml_where_it_has_names() -> None:
    assert names("nc: 2\nnames: [a, b]", ".txt") == ["a", "b"]
    assert names("- a\n- b", ".txt") == ["a", "b"]
    assert names("- a", ".yml") == ["a"]
    assert names("names: of ants\nant", ".txt") == ["names: of ants", "ant"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nc: 2\n", "no list below names:"),
        ("", "no list below names:"),
        ("names: ants", "no list below names:"),
        ("nc: 3\nnames: [a, b]", "nc: 3, but names 2"),
        ("names: {0: a, 0: b}", "has '0' twice"),
        ("names: {a: b, c: d}", "does not number"),
        ("names: [a, b", "is no YAML: line"),
        ("names: ['it's', b]\n", "is no YAML: line"),
        ("names: [a, &b c, *b]", r"refers to \*b; write it out"),
        ("names: " + "[" * 1000, "more than 20 lists within lists"),
        ("names: [[a], [b]]", "does not number"),
        ("? [a]\n: b", "has a list as a key"),
    ],
)
def test_what_is_no_list_of_names_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnknownFormError, match=reason):
        parse(text, ".yaml")
