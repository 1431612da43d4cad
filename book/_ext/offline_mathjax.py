"""Serve MathJax from the book itself instead of from another site.

The package ``sphinx-mathjax-offline`` carries all of MathJax. A page needs one bundle,
the fonts and the TeX extensions that the bundle loads on demand; only these are copied.
"""

from importlib.util import find_spec
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.fileutil import copy_asset
from sphinx.util.typing import ExtensionMetadata

CARRIER = "sphinx-mathjax-offline"
NEEDED = (
    "tex-chtml.js",
    "input/tex/extensions",
    "output/chtml/fonts/woff-v2",
    "a11y",
    "sre",
    "ui",
)


def mathjax_folder() -> Path:
    """Find MathJax among the installed packages."""
    carrier = find_spec(CARRIER)
    if carrier is None or carrier.origin is None:
        raise ExtensionError(f"{CARRIER} is not installed: pip install -r requirements.txt")
    return Path(carrier.origin).parent / "static" / "mathjax"


def copy_mathjax(app: Sphinx, error: Exception | None) -> None:
    """Copy what the pages load into ``_static/mathjax`` of the finished site."""
    if error is not None or app.builder.format != "html":
        return
    source, target = mathjax_folder(), Path(app.outdir) / "_static" / "mathjax"
    for name in NEEDED:
        folder = target / name if (source / name).is_dir() else (target / name).parent
        folder.mkdir(parents=True, exist_ok=True)
        copy_asset(source / name, folder)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    app.config.mathjax_path = "mathjax/tex-chtml.js"
    app.connect("build-finished", copy_mathjax)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
