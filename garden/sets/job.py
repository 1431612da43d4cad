"""A picture to be rendered, apart from all others, in whatever process."""

from collections.abc import Callable

Files = dict[str, bytes]
"""The content of each file by its path under ``data/``."""

Job = Callable[[], Files]
"""Renders a picture and what is told of it."""
