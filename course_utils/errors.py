"""The errors of the package: each says what is wrong and what to do about it."""

import difflib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

MOST_SUGGESTIONS = 5

MOST_NAMES = 10
"""Names that a sentence about several lists."""


class CourseError(Exception):
    """Base class of all errors that the package raises on purpose."""


class ImageError(CourseError):
    """A file cannot be turned into a picture.

    Attributes:
        path: The file.
        reason: What is wrong with it and what to do, without the file's name.
    """

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = Path(path)
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class DataError(CourseError):
    """A data set, or a list of class names, is missing, damaged or not what it should be."""


class ModelError(CourseError):
    """A network cannot be built as asked, or cannot take the input that it was given."""


class AnswerError(ModelError):
    """A network answers with something else than its use needs, whatever the picture."""


class WeightsError(CourseError):
    """A weights file is damaged, unsafe, or belongs to another network."""


class TrainingError(CourseError):
    """A training cannot start or cannot go on."""


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The names that may have been meant, as a question; ``""`` if there are none.

    Those that hold the name come first, as a word before all, and then those that are written
    alike. The case of letters does not matter.

    >>> did_you_mean("camel", ["Arabian camel", "koala"])
    'did you mean Arabian camel?'
    """
    by_key: dict[str, str] = {}
    for known in names:
        by_key.setdefault(known.casefold(), known)
    key = name.strip().casefold()
    word = re.compile(rf"\b{re.escape(key)}\b")
    holding = [known for known in by_key if key and key in known]
    holding.sort(key=lambda known: (not word.search(known), len(known)))
    alike = [] if any(map(word.search, holding)) else difflib.get_close_matches(key, by_key)
    found = list(dict.fromkeys([*holding, *alike]))[:MOST_SUGGESTIONS]
    return f"did you mean {', '.join(by_key[known] for known in found)}?" if found else ""


def some_of(names: Sequence[str]) -> str:
    """The first of several names, for a sentence.

    >>> some_of(["ant", "bee"])
    'ant, bee'
    """
    return f"{', '.join(names[:MOST_NAMES])}{', ...' if len(names) > MOST_NAMES else ''}"


def first_line(error: BaseException) -> str:
    """What another library's error says, without what follows; or its kind, if it says nothing."""
    return (str(error) or type(error).__name__).splitlines()[0]
