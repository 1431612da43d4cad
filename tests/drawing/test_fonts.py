"""Names in any script are drawn, or their index and a word."""

import warnings
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib import font_manager

from course_utils.drawing import fonts
from course_utils.drawing.fonts import families_for, font_for, legible
from course_utils.drawing.mask_overlays import ROW, legend

DEJAVU = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")


@pytest.fixture(autouse=True)
def only_matplotlibs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has no other fonts."""
    own = [f for f in font_manager.fontManager.ttflist if matplotlib.get_data_path() in f.fname]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)
    fonts._first_file.cache_clear()


@pytest.mark.parametrize("name", ["cat", "a b", "x-ray 12", ""])
def test_pillows_own_font_is_taken_where_it_can_be(name: str) -> None:
    assert not str(getattr(font_for(name, 14), "path", "")).endswith(".ttf")


@pytest.mark.parametrize("name", ["кошка", "γάτα", "խոտ", "ĉevalo ŝi", "x → y"])
def test_another_script_finds_its_font(name: str) -> None:
    assert Path(font_for(name, 14).path) == DEJAVU
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert legible({3: name}) == {3: name}


@pytest.mark.parametrize("name", ["猫", "고양이", "แมว", "मछली"])
def test_without_a_font_the_index_stands_and_one_word_is_said(name: str) -> None:
    told: list[str] = []
    assert legible({0: "ground", 3: name, 4: name * 2}, told.append) == {
        0: "ground",
        3: "class 3",
        4: "class 4",
    }
    assert told == [
        f"no font here has the signs of {name!r} (2 of 3 names): their indices are drawn instead; "
        "install a font of the script, such as Noto Sans"
    ]
    with pytest.warns(UserWarning, match="no font here"):
        legible({3: name})


def rows(*names: str) -> np.ndarray:
    """The words of a legend: ``(names, ROW, W)``."""
    image = np.asarray(legend(["background", *names], lambda text: None).convert("L"))
    return image[ROW:, 2 * ROW :].reshape(len(names), ROW, -1)


def test_a_legend_draws_names_and_indices_and_no_boxes() -> None:
    first, second = rows("кошка", "собака")
    assert not np.array_equal(first, second)
    assert np.array_equal(rows("猫", "x"), rows("class 1", "x"))


def test_a_font_that_is_damaged_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.ttf").write_bytes(b"no font")
    entries = font_manager.fontManager.ttflist
    bad = font_manager.FontEntry(fname=str(tmp_path / "bad.ttf"), name="Bad", style="normal")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [bad, *entries])
    assert Path(font_for("кошка", 14).path) == DEJAVU


def test_charts_fall_back_on_the_font_that_was_found() -> None:
    assert families_for("cat") == families_for("猫") == []
    assert families_for("кошка") == ["DejaVu Sans"]
