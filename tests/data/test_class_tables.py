"""Columns, headers and numbers in lists of classes of a line each."""

import pytest

from course_utils.data.class_rows import Row, UnknownFormError
from course_utils.data.class_tables import in_order, table_rows, without_void


def names(text: str, suffix: str = ".txt") -> list[str | None]:
    return [row.name for row in in_order(table_rows(text.split("\n"), suffix))]


def test_what_begins_with_a_hash_is_no_class_unless_all_do() -> None:
    assert names("# id name\nant\n#bee\nwasp") == ["ant", "wasp"]
    assert names("#1\n#2") == ["#1", "#2"]


@pytest.mark.parametrize("number", ["id", "index", "class_id"])
def test_a_column_of_numbers_is_taken_before_the_unnamed_one(number: str) -> None:
    assert names(f",label,{number}\n0,b,1\n1,a,0", ".csv") == ["a", "b"]
    assert names(f"{number},label,\n1,b,0\n0,a,1", ".csv") == ["a", "b"]


def test_red_green_and_blue_are_no_numbers_of_classes() -> None:
    assert names("name,red,green,blue\nb,0,0,0\na,1,1,1", ".csv") == ["b", "a"]
    assert names("b,0,0,0\na,1,1,1", ".csv") == ["b", "a"]
    assert names("0 0 0 b\n64 128 64 a c") == ["b", "a c"]


def test_a_title_alone_is_a_class() -> None:
    assert names("classes") == ["classes"]


def test_numbers_from_1_are_numbers_where_the_names_differ() -> None:
    assert names("1 euro\n2 euro") == ["1 euro", "2 euro"]
    with pytest.raises(
        UnknownFormError, match=r"does not number .*; its numbers begin with 1: subtract 1"
    ):
        names("1 ant\n2 bee\n3 wasp")


def test_ilsvrcs_own_numbers_are_not_to_be_shifted() -> None:
    with pytest.raises(UnknownFormError, match=r"\}$"):
        names("n02119789 1 kit_fox\nn02100735 2 setter")


def test_void_is_left_out_where_the_classes_end_before_it() -> None:
    rows = [Row(index, None, f"c{index}") for index in range(255)]
    assert without_void([*rows[:2], Row(255, None, "Void")]) == rows[:2]
    full = [*rows, Row(255, None, "void")]
    assert without_void(full) == full


def test_the_order_of_less_than_all_of_imagenets_classes_is_the_lists_own() -> None:
    assert names("n00000002 b\nn00000001 a") == ["b", "a"]


def test_a_name_with_a_comma_is_no_header() -> None:
    assert names("label, printed\ncap, red") == ["label, printed", "cap, red"]
    assert names("name,class\nant, red\nbee") == ["ant, red", "bee"]


@pytest.mark.parametrize(
    ("title", "suffix"),
    [
        *[
            (title, ".txt")
            for title in ("Category", "class name", "synset", "name:", "Species names")
        ],
        *[(title, ".csv") for title in ("name", "label", "category", '"class"')],
    ],
)
def test_a_title_is_no_class(title: str, suffix: str) -> None:
    assert names(f"{title}\nant\nbee", suffix) == ["ant", "bee"]


@pytest.mark.parametrize("title", ["name", "Label", "class", "species"])
def test_a_title_that_may_be_a_class_is_refused(title: str) -> None:
    for suffix in (".txt", ".csv") if title == "species" else (".txt",):
        with pytest.raises(UnknownFormError, match=f"begins with '{title}': if that is a heading"):
            names(f"{title}\nant\nbee", suffix)
    assert names(f"{title}\nbackground\nant") == ["background", "ant"]
    assert names(f"cap\n{title}") == ["cap", title]


def test_numbers_below_a_heading() -> None:
    assert names("id name\n1 bee\n0 ant") == ["ant", "bee"]
    assert names("healthy\nstage 1\ngrade 2") == ["healthy", "stage 1", "grade 2"]


@pytest.mark.parametrize(
    "form",
    [
        *("{0}={1}", "{0} = {1}", "{0}) {1}", "[{0}] {1}", "({0}) {1}", "{0} - {1}", "{0} -> {1}"),
        *("{0}. {1}", "{0} => {1}", "{1}={0}", "{1} -> {0}", "{1} => {0}"),
    ],
)
def test_a_sign_between_number_and_name(form: str) -> None:
    assert names(form.format(1, "bee fly") + "\n" + form.format(0, "ant")) == ["ant", "bee fly"]
    if "-" not in form[1:-1].replace("->", "") and "." not in form:
        with pytest.raises(UnknownFormError, match="does not number"):
            names(form.format(2, "bee") + "\n" + form.format(0, "ant"))


def test_names_with_signs_stay_names() -> None:
    for text in ("1.5 mm\n2.5 mm", "0-9 years\n10-19 years", "a=1b\nb=2b", "bee (1)\nbee (2)"):
        assert names(text) == text.split("\n")


@pytest.mark.parametrize("form", ["{0} {1}", "{1} {0}", "{1},{0}", "{1}: {0}"])
def test_a_color_in_hex_is_left_out(form: str) -> None:
    lines = [form.format("#000000", "background"), form.format("#FF00aa", "ant lion")]
    assert names("\n".join(lines)) == ["background", "ant lion"]
    numbered = [form.format("#00ff00", "1 bee"), form.format("#000000", "0 ant")]
    assert names("\n".join(numbered)) == ["ant", "bee"]
    assert names("ant #1\nbee #2") == ["ant #1", "bee #2"]
