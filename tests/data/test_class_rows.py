"""What a list says of a class."""

import pytest

from course_utils.data.class_rows import Row, UnknownFormError, index_of, named, require_names


def test_a_number_of_wordnet_is_both_number_and_name() -> None:
    assert named("n01440764") == Row(None, "n01440764", "n01440764")
    assert named("n0144") == Row(None, None, "n0144")


def test_only_digits_are_an_index() -> None:
    assert index_of("007") == 7
    for text in ("", "-1", "1.0", "a", "\u0661"):
        with pytest.raises(UnknownFormError, match="does not number"):
            index_of(text)


def test_two_classes_have_one_name_only_where_they_may() -> None:
    require_names(["crane"] * 2, different=False)
    require_names(["crane", "crane", *map(str, range(998))])
    with pytest.raises(UnknownFormError, match="the classes 0 and 2 the same name, crane; give"):
        require_names(["crane", "bee", "crane"])
    with pytest.raises(UnknownFormError, match="holds no class name"):
        require_names([])
