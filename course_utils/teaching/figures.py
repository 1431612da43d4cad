"""A figure in a notebook: a small file that carries its own description and caption."""

import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image, PngImagePlugin

JPEG_QUALITY = 90


@dataclass(frozen=True)
class Words:
    """What belongs to a figure besides its pixels.

    Attributes:
        alt: What there is to see, for readers who cannot see it.
        caption: What the reader should notice.
    """

    alt: str
    caption: str


def encode(figure: Figure, words: Words) -> tuple[str, bytes]:
    """Draw a figure and store it the smaller way: a chart becomes a PNG, photographs a JPEG.

    Returns:
        The media type (``image/png`` or ``image/jpeg``) and the content of the file. The words
        are in a PNG's text chunks, or in a JPEG's comment.
    """
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png")
    image = Image.open(drawn).convert("RGB")
    png, jpeg = _png(image, words), _jpeg(image, words)
    return ("image/png", png) if len(png) <= len(jpeg) else ("image/jpeg", jpeg)


def read_words(path: Path) -> Words | None:
    """Read the words back from a file; ``None`` if it carries none."""
    with Image.open(path) as image:
        image.load()
        stored = image.info.get("comment")
        texts = json.loads(stored) if stored else getattr(image, "text", {})
    if "alt" not in texts or "caption" not in texts:
        return None
    return Words(texts["alt"], texts["caption"])


def _png(image: Image.Image, words: Words) -> bytes:
    chunks = PngImagePlugin.PngInfo()
    for key, text in asdict(words).items():
        chunks.add_itxt(key, text)
    stored = io.BytesIO()
    image.save(stored, "PNG", optimize=True, pnginfo=chunks)
    return stored.getvalue()


def _jpeg(image: Image.Image, words: Words) -> bytes:
    comment = json.dumps(asdict(words)).encode()
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=JPEG_QUALITY, subsampling=0, comment=comment)
    return stored.getvalue()


def show(figure: Figure, alt: str, caption: str) -> None:
    """Display a figure in a notebook, with its caption below it, and close it.

    The description is the output's plain text. Both texts are also written into the picture's
    file, where the book finds them.

    Args:
        figure: Any matplotlib figure.
        alt: What there is to see, for readers who cannot see it.
        caption: What the reader should notice.
    """
    from IPython.display import publish_display_data

    kind, content = encode(figure, Words(alt, caption))
    below = {"text/markdown": f"*{caption}*", "text/plain": caption}
    publish_display_data({kind: content, "text/plain": alt})  # type: ignore[no-untyped-call]
    publish_display_data(below, {"role": "caption"})  # type: ignore[no-untyped-call]
    plt.close(figure)
