"""What a list says of a class, in whatever form it is written."""

import re
from dataclasses import dataclass

WNID = re.compile(r"n\d{8}")

IGNORED = ("__ignore__", "ignored", "ignore", "void", "unlabeled")
"""Names of what is no class."""

NO_NUMBERS = 'does not number the classes 0, 1, 2, ... as in {"0": "ants", "1": "bees"}'


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
