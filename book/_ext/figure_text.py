"""Give every picture of the book its alternative text, and every figure its caption.

``course_utils.teaching.figures.show`` writes both into the file of the picture that a notebook
stores. This extension reads them back. A picture without alternative text is a warning,
and the book is built with warnings as errors.
"""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from course_utils.teaching.figures import read_words

LOGGER = logging.getLogger(__name__)
CODE = re.compile(r"`([^`]+)`")


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


def wrap_in_figure(image: nodes.image, title: str, identifier: str) -> None:
    """Replace a picture with a figure that holds it and its caption."""
    figure = nodes.figure("", ids=[identifier], classes=["output-figure"])
    figure.source, figure.line = image.source, image.line
    image.replace_self(figure)
    figure += image
    figure += caption_node(title)


def remove_repeated_caption(image: nodes.image, caption: str) -> None:
    """Remove the output below a picture that repeats its caption for other readers."""
    output = image.parent.parent
    below = output.next_node(descend=False, siblings=True)
    if below is not None and caption.replace("`", "") in below.astext():
        below.parent.remove(below)


class FigureText(SphinxTransform):
    """Describe output pictures, and make a figure of those that have a title."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        """Visit every picture of the page."""
        for number, image in enumerate(list(self.document.findall(nodes.image)), start=1):
            if is_output(image):
                self.describe(image, f"picture-{number}")
            if not image.get("alt", "").strip():
                LOGGER.warning(
                    "a picture has no alternative text: write ![text](file), or "
                    "show it with course_utils.show(figure, alt=...)",
                    location=image,
                    type="figure_text",
                )

    def describe(self, image: nodes.image, identifier: str) -> None:
        """Copy the words of one output picture into the page."""
        _, path = self.env.relfn2path(image["uri"], self.env.docname)
        words = read_words(Path(path))
        if words is not None:
            image["alt"] = words.alt
            remove_repeated_caption(image, words.caption)
            wrap_in_figure(image, words.caption, identifier)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    app.add_transform(FigureText)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
