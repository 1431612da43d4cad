"""The extension that gives the book's pictures their text."""

import io
from base64 import b64encode
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, writes
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from html_pages import read_page

SETTINGS = {
    "extensions": ["myst_nb", "figure_text"],
    "nb_execution_mode": "off",
    "html_theme": "basic",
}


def png(**chunks: str) -> bytes:
    """Make a small picture with text chunks."""
    info = PngInfo()
    for key, value in chunks.items():
        info.add_itxt(key, value)
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def notebook_with(picture: bytes) -> str:
    """Make a notebook whose only cell shows a picture."""
    data = {"image/png": b64encode(picture).decode(), "text/plain": "<a picture>"}
    cell = new_code_cell("show()", execution_count=1, outputs=[new_output("display_data", data)])
    metadata = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    return writes(new_notebook(cells=[new_markdown_cell("# Title"), cell], metadata=metadata))


def build(folder: Path, name: str, text: str) -> str:
    """Build a book of one page, and return what Sphinx warns of."""
    (folder / name).write_text(text, encoding="utf-8")
    html, warnings = folder / "html", io.StringIO()
    with patch_docutils(), docutils_namespace():
        places = (str(folder), None, str(html), str(folder / "doctrees"), "html")
        Sphinx(*places, SETTINGS, status=None, warning=warnings).build()
    return warnings.getvalue()


def test_the_words_of_a_picture_become_alternative_text_and_caption(tmp_path: Path) -> None:
    picture = png(alt="Two bees – on a “daisy”", caption="The `argmax` is right")
    warnings = build(tmp_path, "index.ipynb", notebook_with(picture))
    assert not warnings
    page = (tmp_path / "html" / "index.html").read_text(encoding="utf-8")
    assert [image["alt"] for image in read_page(tmp_path / "html" / "index.html").images] == [
        "Two bees – on a “daisy”"
    ]
    assert "<figcaption>" in page
    assert "argmax</span></code> is right" in page


@pytest.mark.parametrize(
    "chunks", [{}, {"caption": "A caption alone"}, {"alt": "  ", "caption": "A caption"}]
)
def test_an_output_without_description_is_an_error(tmp_path: Path, chunks: dict[str, str]) -> None:
    warnings = build(tmp_path, "index.ipynb", notebook_with(png(**chunks)))
    assert "no alternative text" in warnings
    assert "index.ipynb" in warnings


def test_a_picture_that_knows_its_layout_has_a_form_for_each_theme(tmp_path: Path) -> None:
    layout = '{"width": 120, "letters": 9.5, "photographs": [[0, 0, 1, 2]]}'
    picture = png(alt="A black square", caption="Black", layout=layout)
    assert not build(tmp_path, "index.ipynb", notebook_with(picture))
    images = read_page(tmp_path / "html" / "index.html").images
    assert [image["class"] for image in images] == ["only-light", "only-dark"]
    assert [image["alt"] for image in images] == ["A black square"] * 2
    with Image.open(tmp_path / "html" / images[1]["src"]) as drawn:
        colors = [drawn.convert("RGB").getpixel((x, 0)) for x in (0, 1)]
    assert colors[0] == (0, 0, 0)  # a photograph stays
    assert min(colors[1]) > 200  # type: ignore[arg-type, type-var]


@pytest.mark.parametrize("source", ["![](a.png)", "```{figure} a.png\nA caption\n```"])
def test_a_written_picture_without_text_is_an_error(tmp_path: Path, source: str) -> None:
    (tmp_path / "a.png").write_bytes(png())
    warnings = build(tmp_path, "index.md", f"# Title\n\n{source}\n")
    assert "no alternative text" in warnings


def test_a_written_picture_with_text_is_fine(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    warnings = build(tmp_path, "index.md", "# Title\n\n![A black square](a.png)\n")
    assert not warnings
