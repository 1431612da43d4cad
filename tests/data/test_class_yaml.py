"""Class names in YAML files are read as YOLO writes them."""

import pytest

from course_utils.data.class_rows import UnknownFormError
from course_utils.data.class_yaml import is_yaml, yaml_rows


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
    assert [row.name for row in yaml_rows(text)] == ["ant's", "a: b", "c, d"]


def test_a_text_is_yaml_where_it_has_names() -> None:
    assert is_yaml("nc: 2\nnames: [a, b]", ".txt")
    assert is_yaml("- a", ".yml")
    assert not is_yaml("names: of ants\nant", ".txt")


def test_what_names_nothing_or_another_number_is_refused() -> None:
    with pytest.raises(UnknownFormError, match="no list below names:"):
        yaml_rows("nc: 2\n")
    with pytest.raises(UnknownFormError, match="nc: 3, but names 2"):
        yaml_rows("nc: 3\nnames: [a, b]")
    with pytest.raises(UnknownFormError, match="does not number"):
        yaml_rows("names: {a: 0}")
