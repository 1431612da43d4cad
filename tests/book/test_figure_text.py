"""The extension that gives the book's pictures their text."""

import io
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, writes
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from html_pages import read_page

CONF = """
import sys
sys.path.insert(0, {extensions!r})
extensions = ["myst_nb", "figure_text"]
nb_execution_mode = "off"
html_theme = "basic"
"""


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


def build(root: Path, folder: Path, name: str, text: str) -> subprocess.CompletedProcess[str]:
    """Build a book of one page, with warnings as errors."""
    (folder / "conf.py").write_text(CONF.format(extensions=str(root / "book" / "_ext")))
    (folder / name).write_text(text, encoding="utf-8")
    options = ["-q", "-W", "-b", "html", str(folder), str(folder / "html")]
    command = [sys.executable, "-m", "sphinx", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_words_of_a_picture_become_alternative_text_and_caption(
    root: Path, tmp_path: Path
) -> None:
    picture = png(alt="Two bees – on a “daisy”", caption="The `argmax` is right")
    run = build(root, tmp_path, "index.ipynb", notebook_with(picture))
    assert run.returncode == 0, run.stderr
    page = (tmp_path / "html" / "index.html").read_text(encoding="utf-8")
    assert [image["alt"] for image in read_page(tmp_path / "html" / "index.html").images] == [
        "Two bees – on a “daisy”"
    ]
    assert "<figcaption>" in page
    assert "argmax</span></code> is right" in page


@pytest.mark.parametrize(
    "chunks", [{}, {"caption": "A caption alone"}, {"alt": "  ", "caption": "A caption"}]
)
def test_an_output_without_description_is_an_error(
    root: Path, tmp_path: Path, chunks: dict[str, str]
) -> None:
    run = build(root, tmp_path, "index.ipynb", notebook_with(png(**chunks)))
    assert run.returncode != 0
    assert "no alternative text" in run.stderr
    assert "index.ipynb" in run.stderr


@pytest.mark.parametrize("source", ["![](a.png)", "```{figure} a.png\nA caption\n```"])
def test_a_written_picture_without_text_is_an_error(
    root: Path, tmp_path: Path, source: str
) -> None:
    (tmp_path / "a.png").write_bytes(png())
    run = build(root, tmp_path, "index.md", f"# Title\n\n{source}\n")
    assert run.returncode != 0
    assert "no alternative text" in run.stderr


def test_a_written_picture_with_text_is_fine(root: Path, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    run = build(root, tmp_path, "index.md", "# Title\n\n![A black square](a.png)\n")
    assert run.returncode == 0, run.stderr
