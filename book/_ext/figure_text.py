"""Give every picture its alternative text, every figure its caption, and a form for the dark theme.

``course_utils.teaching.figures.show`` writes both texts into the file of the picture that a
notebook stores, and what in it keeps its colors. This extension reads them back. A picture without
alternative text is a warning, and the book is built with warnings as errors.
"""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from course_utils.teaching.figures import Layout, read_layout, read_words
from dark_pictures import dark

LOGGER = logging.getLogger(__name__)
CODE = re.compile(r"`([^`]+)`")
RASTER = (".png", ".jpg", ".jpeg")


def is_output(image: nodes.image) -> bool:
    """Say whether a notebook's cell made this picture."""
    return isinstance(image.parent, nodes.container) and "mime_type" in image.parent


def caption_node(text: str) -> nodes.caption:
    """Make a caption; words between backticks become code."""
    caption = nodes.caption(text, "")
    for position, part in enumerate(CODE.split(text)):
        if part:
            caption += nodes.literal(part, part) if position % 2 else nodes.Text(part)
    return caption


def wrap_in_figure(image: nodes.image, title: str, identifier: str) -> nodes.figure:
    """Replace a picture with a figure that holds it and its caption."""
    figure = nodes.figure("", ids=[identifier], classes=["output-figure"])
    figure.source, figure.line = image.source, image.line
    image.replace_self(figure)
    figure += image
    figure += caption_node(title)
    return figure


def remove_repeated_caption(image: nodes.image, caption: str) -> None:
    """Remove the output below a picture that repeats its words for other readers."""
    output = image.parent.parent
    below = output.next_node(descend=False, siblings=True)
    if below is not None and caption.replace("`", "") in below.astext():
        below.parent.remove(below)


def store_dark(path: Path, layout: Layout, folder: Path) -> Path:
    """Draw the dark form of a picture, or find it where it has been drawn already."""
    name = sha256(path.read_bytes()).hexdigest()[:16]
    with Image.open(path) as image:
        suffix = ".jpg" if image.format == "JPEG" else ".png"
        target = folder / f"{name}{suffix}"
        if not target.exists():
            folder.mkdir(parents=True, exist_ok=True)
            drawn = dark(image.convert("RGB"), layout.photographs)
            has_few = image.mode == "P"  # a chart; in a photograph fewer colors would be seen
            few = drawn.quantize(256, Image.Quantize.MAXCOVERAGE) if has_few else drawn
            few.save(target, optimize=True, quality=90)
    return target


class FigureText(SphinxTransform):
    """Describe output pictures, and make a figure of those that have a title."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        """Visit every picture of the page."""
        for number, image in enumerate(list(self.document.findall(nodes.image)), start=1):
            path = Path(self.env.relfn2path(image["uri"], self.env.docname)[1])
            if is_output(image):
                self.describe(image, path, f"picture-{number}")
            self.add_dark_form(image, path)
            if not image.get("alt", "").strip():
                LOGGER.warning(
                    "a picture has no alternative text: write ![text](file), or "
                    "show it with course_utils.show(figure, alt=...)",
                    location=image,
                    type="figure_text",
                )

    def describe(self, image: nodes.image, path: Path, identifier: str) -> None:
        """Copy the words of one output picture into the page."""
        words = read_words(path)
        if words is not None:
            image["alt"] = words.alt
            remove_repeated_caption(image, words.caption)
            wrap_in_figure(image, words.caption, identifier)

    def add_dark_form(self, image: nodes.image, path: Path) -> None:
        """Put the picture's form for the dark theme beside it; the page shows one of the two."""
        layout = read_layout(path) if path.suffix in RASTER and path.exists() else None
        if layout is None:
            return
        image["width"] = f"{layout.width}px"
        drawn = store_dark(path, layout, Path(self.app.doctreedir).parent / "dark_pictures")
        folder = Path(self.env.doc2path(self.env.docname)).parent
        twin = image.copy()
        twin["uri"] = Path(os.path.relpath(drawn, folder)).as_posix()
        image["classes"] = [*image["classes"], "only-light"]
        twin["classes"] = [*twin["classes"], "only-dark"]
        image.parent.insert(image.parent.index(image) + 1, twin)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    app.add_transform(FigureText)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
