"""The package's own source, shown where a chapter discusses it."""

import inspect
from collections.abc import Callable
from typing import Any


class Source:
    """Source code that a notebook displays with colors, and a terminal as plain text."""

    def __init__(self, module: str, code: str) -> None:
        self.module = module
        self.code = code

    def __repr__(self) -> str:
        return f"# {self.module}\n{self.code}"

    def _repr_markdown_(self) -> str:
        return f"```python\n{self!r}\n```"


def show_source(thing: type | Callable[..., Any]) -> Source:
    """The source of a class or a function of the package, as it runs.

    Raises:
        TypeError: If it has no Python source.
    """
    return Source(thing.__module__, inspect.cleandoc("\n" + inspect.getsource(thing)))
