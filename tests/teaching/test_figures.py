"""A figure's file carries its words and is as small as it can be."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

from course_utils import drawing
from course_utils.teaching.figures import Words, encode, read_words, show
from picture_files import noise

pytestmark = pytest.mark.usefixtures("without_a_screen")

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


def test_showing_publishes_picture_text_and_caption(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[tuple[dict[str, object], dict[str, str] | None]] = []
    monkeypatch.setattr(
        "IPython.display.publish_display_data",
        lambda data, metadata=None: published.append((data, metadata)),
    )
    figure = drawing.image_grid([noise(1)])
    show(figure, "a bee", "Notice it.")
    (picture, _), (caption, metadata) = published
    assert picture["text/plain"] == "a bee"
    assert Image.open(io.BytesIO(picture["image/jpeg"])).width > 100  # type: ignore[arg-type]
    assert caption == {"text/markdown": "*Notice it.*", "text/plain": "Notice it."}
    assert metadata == {"role": "caption"}
    assert not plt.fignum_exists(figure.number)
