"""A figure's file carries its words and is as small as it can be."""

from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from course_utils.teaching.figures import Words, encode, read_words
from picture_files import noise

WORDS = Words("一只蜜蜂, a bee – “on” a daisy", "Notice the wings.")


def photograph() -> Figure:
    """A figure full of noise, which a PNG cannot make small."""
    figure = Figure(figsize=(2, 2))
    figure.add_subplot().imshow(noise(1))
    return figure


def chart() -> Figure:
    """A figure with one line."""
    figure = Figure(figsize=(2, 2))
    figure.add_subplot().plot([0, 1])
    return figure


@pytest.mark.parametrize(("draw", "kind"), [(photograph, "image/jpeg"), (chart, "image/png")])
def test_the_smaller_file_is_taken_and_carries_the_words(
    draw: Callable[[], Figure], kind: str, tmp_path: Path
) -> None:
    found, content = encode(draw(), WORDS)
    assert found == kind
    (tmp_path / "figure").write_bytes(content)
    assert read_words(tmp_path / "figure") == WORDS


@pytest.mark.parametrize("draw", [photograph, chart])
def test_the_same_figure_gives_the_same_bytes(draw: Callable[[], Figure]) -> None:
    assert encode(draw(), WORDS) == encode(draw(), WORDS)


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_other_pictures_have_no_words(tmp_path: Path, suffix: str) -> None:
    noise(1).save(tmp_path / f"a.{suffix}")
    assert read_words(tmp_path / f"a.{suffix}") is None
