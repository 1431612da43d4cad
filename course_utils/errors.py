"""The errors of the package: each says what is wrong and what to do about it."""

import difflib
import re
import traceback
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType

MOST_SUGGESTIONS = 5

MOST_NAMES = 10
"""Names that a sentence about several lists."""

JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
"""Signs without a shape that belong to words of Persian and Hindi, and to emoji."""


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

    def __reduce__(self) -> tuple[type["ImageError"], tuple[Path, str]]:
        """From one process to another."""
        return type(self), (self.path, self.reason)


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


def is_of(error: BaseException, packages: Sequence[str]) -> bool:
    """Whether one of these packages raised an error, or what it called: none of ours did.

    What is compiled leaves no trace, and counts as who called it.
    """
    names = (frame.f_globals.get("__name__", "").partition(".")[0] for frame in _frames(error))
    nearest = [name for name in names if name in (*packages, "course_utils")][-1:]
    return nearest != [] and nearest != ["course_utils"]


def is_of_network(error: BaseException) -> bool:
    """Whether a network refused what it was given: anything else is a bug of ours, and shows.

    Each network does so in its own way; ours let operations of PyTorch do it.
    """
    if is_of(error, ("torch", "torchvision", "timm")):
        return True
    return isinstance(error, RuntimeError | ValueError) and any(
        frame.f_code.co_name == "forward" for frame in _frames(error)
    )


def _frames(error: BaseException) -> Iterator[FrameType]:
    """Where an error went through, the innermost at the end."""
    return (frame for frame, _ in traceback.walk_tb(error.__traceback__))


LONGEST_WORD = 256
"""Signs of a word that is shown whole; no name of a file has more."""

LONGEST_LINE = 1000


def shortened(text: str) -> str:
    """A line with its longest words, and itself, cut in the middle.

    >>> shortened("no number: " + "9" * 5000)
    'no number: 999999999999999999999999...99999999'
    """
    text = re.sub(rf"[^\s/\\]{{{LONGEST_WORD},}}", lambda word: _cut(word[0], 32), text)
    return text if len(text) <= LONGEST_LINE else _cut(text, LONGEST_LINE)


def _cut(text: str, length: int) -> str:
    return f"{text[: length * 3 // 4]}...{text[-(length // 4) :]}"


def printable(text: str) -> str:
    r"""A name that a file brought along, for a line on the screen.

    What would end the line, steer the terminal, turn the direction of writing or cannot be seen is
    written as an escape, and so are bytes that are no text.

    >>> print(printable("two\nlines \x1b[31m"))
    two\nlines \x1b[31m
    """
    if text.isprintable():
        return text
    return "".join(repr(sign)[1:-1] if _is_unseen(sign) else sign for sign in text)


def _is_unseen(sign: str) -> bool:
    """Whether it is a control character, a lone surrogate, a separator of lines or a mark."""
    if sign.isprintable() or sign in JOINERS:
        return False
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def about_system(error: OSError) -> str:
    """What the system refused, and where, if it says so: ``a/b: No space left on device``."""
    reason = error.strerror or first_line(error)
    return reason if error.filename is None else f"{error.filename}: {reason}"
