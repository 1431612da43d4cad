"""A figure's file carries its words and is as small as it can be."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

from course_utils import drawing
from course_utils.errors import CourseError
from course_utils.teaching.figures import Words, encode, read_layout, read_words, show
from picture_files import noise

pytestmark = pytest.mark.usefixtures("without_a_screen")

WORDS = Words("一只蜜蜂, a bee – “on” a daisy", "Notice the wings.")


def photograph() -> Figure:
    """A figure full of noise, which a PNG cannot make small."""
    figure = Figure(figsize=(2, 2))
    figure.add_subplot().imshow(noise(1, (200, 200)))
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


def test_showing_publishes_picture_text_and_caption(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[tuple[dict[str, object], dict[str, dict[str, object]] | None]] = []
    monkeypatch.setattr(
        "IPython.display.publish_display_data",
        lambda data, metadata=None: published.append((data, metadata)),
    )
    figure = drawing.image_grid([noise(1)])
    show(figure, "a <bee>", "Notice it.")
    (picture, shown), (caption, metadata) = published
    assert picture["text/plain"] == "a <bee>"
    content = picture["image/jpeg"]
    assert isinstance(content, bytes)
    assert Image.open(io.BytesIO(content)).width > 100
    assert shown is not None
    assert shown["image/jpeg"] | {"width": 0} == {
        "width": 0,
        "alt": "a <bee>",
        "needs_background": "light",
    }
    assert metadata == {"role": "caption"}
    assert caption["text/plain"] == "Notice it.\n\nThe figure in words: a <bee>"
    assert caption["text/markdown"] == (
        "*Notice it.*\n\n<details><summary>The figure in words</summary>a &lt;bee&gt;</details>"
    )
    assert not plt.fignum_exists(figure.number)


def test_the_layout_says_what_the_page_must_know(tmp_path: Path) -> None:
    _, content = encode(photograph(), WORDS)
    (tmp_path / "figure").write_bytes(content)
    layout = read_layout(tmp_path / "figure")
    assert layout is not None
    with Image.open(tmp_path / "figure") as image:
        assert layout.width == round(image.width / 200 * 110)
        (kept,) = layout.photographs
        assert 0 < kept[0] < kept[2] <= image.width
        assert 0 < kept[1] < kept[3] <= image.height
    assert layout.letters >= 9


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_other_pictures_have_no_layout(tmp_path: Path, suffix: str) -> None:
    noise(1).save(tmp_path / f"a.{suffix}")
    assert read_layout(tmp_path / f"a.{suffix}") is None


def test_a_figure_whose_letters_nobody_could_read_is_refused() -> None:
    figure = plt.figure(figsize=(9, 3), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.text(0.5, 0.5, "a small word")
    axis.set_axis_off()
    with pytest.raises(CourseError, match=r"'a small word' is 5\.\d pixels high on a phone"):
        encode(figure, WORDS)


def test_a_legend_that_is_cut_off_is_refused() -> None:
    figure = chart()
    figure.axes[0].lines[0].set_label("a name that is much longer than the figure is wide")
    figure.legend()
    with pytest.raises(CourseError, match="reaches beyond the figure's edge"):
        encode(figure, WORDS)


def test_empty_margins_are_cut_off(tmp_path: Path) -> None:
    figure = Figure(figsize=(5, 5))
    figure.add_axes((0.4, 0.4, 0.2, 0.2)).plot([0, 1])
    _, content = encode(figure, WORDS)
    assert max(Image.open(io.BytesIO(content)).size) < 500
