"""One file that people have, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Refusal:
    """What is refused: `sentence` occurs in the error that is raised."""

    sentence: str


@dataclass(frozen=True)
class Case:
    """`make(folder)` writes the file and gives its path; `run(path)` must give `expect`."""

    name: str
    make: Callable[[Path], Path]
    run: Callable[[Path], object]
    expect: object
