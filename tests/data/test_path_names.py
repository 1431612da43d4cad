"""Names from files never lead out of the folder that they are for."""

import tempfile
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.data.path_names import leads_out, unseen_in, why_no_folder

PARTS = st.sampled_from(["..", ".", "a", "/", "\\", "C:", "", "b.c", "..."])


@settings(max_examples=60)
@given(st.lists(PARTS).map("".join) | st.text())
def test_what_does_not_lead_out_stays_within_on_any_system(name: str) -> None:
    if leads_out(name) or unseen_in(name):
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        assert (root / name).resolve().is_relative_to(root)
    there = PureWindowsPath("D:/set")
    assert (there / name).is_relative_to(there)
    assert ".." not in (there / name).parts


@pytest.mark.parametrize("name", ["a", "a/b", "a b", "...", "..a", "a..", "12:30", "ä/蜜"])
def test_usual_names_stay_within(name: str) -> None:
    assert not leads_out(name)


@pytest.mark.parametrize("name", ["ant", "garden bee", "n01440764", "蜜蜂", "a.b", "console"])
def test_usual_names_are_names_of_folders(name: str) -> None:
    assert why_no_folder(name) == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        *((name, "is a path") for name in ("", ".", "..", "a/b", "a\\b", "/", "C:", "d:x")),
        *((name, "holds a sign") for name in ("a\0", "a\nb", "\ud800", "\x1b", "a\u2028")),
        *((name, "is none on Windows") for name in ("CON", "nul.txt", "Lpt1", "a.", " a", "a ")),
        ("ä" * 101, "is longer than 200 bytes"),
    ],
)
def test_what_is_no_name_of_a_folder(name: str, reason: str) -> None:
    assert why_no_folder(name).startswith(reason)
