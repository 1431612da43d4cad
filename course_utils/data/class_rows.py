"""What a list says of a class, in whatever form it is written."""

import re
from collections.abc import Sized
from dataclasses import dataclass

from course_utils.data.path_names import unseen_in

WNID = re.compile(r"n\d{8}")

IGNORED = ("__ignore__", "ignored", "ignore", "void", "unlabeled")
"""Names of what is no class."""

NO_NUMBERS = 'does not number the classes 0, 1, 2, ... as in {"0": "ants", "1": "bees"}'


MOST_SIGNS = 1 << 22
"""Of a list of classes; ImageNet's 21,841 with all their names have less than half."""

MOST_CLASSES = 65_536
LONGEST_NAME = 1000


@dataclass(frozen=True)
class Row:
    """What a list says of one class."""

    index: int | None = None
    wnid: str | None = None
    name: str | None = None


class UnknownFormError(ValueError):
    """The text is no list of classes; the message says why."""


def named(name: str) -> Row:
    """A name alone, which may be WordNet's number."""
    return Row(wnid=name if WNID.fullmatch(name) else None, name=name)


def index_of(text: str) -> int:
    """A whole number.

    Raises:
        UnknownFormError: If it is none.
    """
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise UnknownFormError(NO_NUMBERS)
    return int(text)


def require_some(rows: Sized) -> None:
    """Refuse more classes than any network has.

    Raises:
        UnknownFormError: If there are.
    """
    if len(rows) > MOST_CLASSES:
        raise UnknownFormError(f"lists {len(rows)} classes; at most {MOST_CLASSES} are read")


def require_name(index: int, name: str) -> None:
    """Refuse what no class can be called.

    Raises:
        UnknownFormError: If the name is empty, too long, or holds what is no text.
    """
    if not name.strip():
        raise UnknownFormError(f"the class {index} has no name; give it one")
    if len(name) > LONGEST_NAME:
        raise UnknownFormError(
            f"the name of the class {index} has {len(name)} signs; at most {LONGEST_NAME} are read"
        )
    if sign := unseen_in(name):
        raise UnknownFormError(
            f"the name of the class {index} holds {sign!r}, which is no text; write it without"
        )
