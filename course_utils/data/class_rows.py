"""What a list says of a class, in whatever form it is written."""

import re
from collections import Counter
from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import Any

from course_utils.data.path_names import unseen_in

WNID = re.compile(r"n\d{8}")

IGNORED = ("__ignore__", "ignored", "ignore", "void", "unlabeled")
"""Names of what is no class."""

NO_NUMBERS = 'does not number the classes 0, 1, 2, ... as in {"0": "ants", "1": "bees"}'


MOST_SIGNS = 1 << 22
"""Of a list of classes; ImageNet's 21,841 with all their names have less than half."""

MOST_CLASSES = 65_536
LONGEST_CLASS_NAME = 1000

IMAGENET_CLASSES = 1000
IMAGENET_TWICE = {"crane", "maillot"}
"""Names that two of ImageNet's classes have: a bird and a machine, two bathing suits."""


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


def different(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A dict of these pairs, no two of one key: readers of JSON and YAML take the last.

    Raises:
        UnknownFormError: If a key is there twice.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counts.items() if count > 1)
        raise UnknownFormError(f"has {twice!r} twice; give each class its own")
    return found


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
    if len(name) > LONGEST_CLASS_NAME:
        signs = f"{len(name)} signs; at most {LONGEST_CLASS_NAME} are read"
        raise UnknownFormError(f"the name of the class {index} has {signs}")
    if sign := unseen_in(name):
        raise UnknownFormError(
            f"the name of the class {index} holds {sign!r}, which is no text; write it without"
        )


def require_names(names: Sequence[str], *, different: bool = True) -> None:
    """Refuse names that classes cannot have, wherever they come from.

    Args:
        names: By the index of the class.
        different: Whether no two may be called the same. ImageNet's own two cranes may.

    Raises:
        UnknownFormError: If there is none, one is refused by ``require_name``, or there twice.
    """
    if not names:
        raise UnknownFormError("holds no class name")
    require_some(names)
    for index, name in enumerate(names):
        require_name(index, name)
    twice = {name for name, count in Counter(names).items() if count > 1}
    if len(names) == IMAGENET_CLASSES:
        twice -= IMAGENET_TWICE
    if twice and different:
        name = min(twice)
        first, second = [index for index, known in enumerate(names) if known == name][:2]
        raise UnknownFormError(
            f"gives the classes {first} and {second} the same name, {name}; give each its own"
        )
