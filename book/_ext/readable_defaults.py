"""Show the defaults of a dataclass in the reference as its source has them.

Of a function's signature Sphinx reads the source. A dataclass has none for its ``__init__``, so
that ``<factory>`` and ``<function f>`` would stand there, which no reader can use.
"""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

FUNCTION = re.compile(r"<function ([\w.]+)(?: at 0x[0-9a-f]+)?>")


def readable(signature: str) -> str:
    """Replace what is no Python.

    >>> readable("(settings: dict = <factory>, prepare: Callable = <function same>)")
    '(settings: dict = ..., prepare: Callable = same)'
    """
    return FUNCTION.sub(r"\1", signature).replace("<factory>", "...")


def process_signature(
    app: Sphinx,
    what: str,
    name: str,
    thing: object,
    options: Any,
    signature: str | None,
    returned: str | None,
) -> tuple[str | None, str | None] | None:
    """Answer Sphinx's event ``autodoc-process-signature``."""
    return None if signature is None else (readable(signature), returned)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    app.connect("autodoc-process-signature", process_signature)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
