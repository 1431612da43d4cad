"""Lists of class names are read as they were written."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.data.class_names import read_class_names, write_class_names
from course_utils.errors import CourseError, DataError

names = st.lists(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).filter(
        str.strip
    ),
    min_size=1,
    max_size=12,
    unique=True,
)


@given(names)
def test_names_are_read_as_they_were_written(class_names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "class_indices.json")
        write_class_names(path, class_names)
        assert read_class_names(path) == tuple(class_names)


@given(names, st.randoms())
def test_both_directions_and_any_order_mean_the_same(
    class_names: list[str], random: st.randoms
) -> None:
    pairs = list(enumerate(class_names))
    random.shuffle(pairs)
    if all(name.isdecimal() for name in class_names):
        return  # numbers as names: {"7": 0} alone does not say which way it goes
    contents: list[object] = [dict(pairs), {name: index for index, name in pairs}, class_names]
    with tempfile.TemporaryDirectory() as folder:
        for content in contents:
            Path(folder, "a.JSON").write_text(json.dumps(content))
            assert read_class_names(Path(folder, "a.JSON")) == tuple(class_names)


@pytest.mark.parametrize("text", ["ants\nbees\n", "ants\r\nbees", "\ufeffants\n\n  bees \n\n"])
def test_a_text_file_holds_a_name_a_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_bytes(text.encode())
    assert read_class_names(tmp_path / "names.txt") == ("ants", "bees")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", b"{", "not valid JSON"),
        ("a.json", b"3", "does not number the classes"),
        ("a.json", b"{}", "holds no class name"),
        ("a.json", b"[]", "holds no class name"),
        ("a.json", b'[1, "a"]', "does not number"),
        ("a.json", b'{"0": "ants", "2": "bees"}', "does not number"),
        ("a.json", b'{"1": "ants", "2": "bees"}', "does not number"),
        ("a.json", b'{"ants": 0, "bees": 0}', "does not number"),
        ("a.json", b'{"ants": 0, "bees": true}', "does not number"),
        ("a.json", b'{"0": "ants", "00": "bees"}', "does not number"),
        ("a.json", b'{"0": ["ants"]}', "does not number"),
        ("a.json", b'{"ants": 0, "wasps": -1}', "does not number"),
        ("a.txt", b"\n\n", "holds no class name"),
        ("a.txt", b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_list_that_numbers_nothing_is_refused(
    name: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=reason) as caught:
        read_class_names(tmp_path / name)
    assert name in str(caught.value)


def test_a_missing_list_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            read_class_names(path)


def test_the_list_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot be written"):
        write_class_names(tmp_path / "no" / "a.json", ["ants"])
