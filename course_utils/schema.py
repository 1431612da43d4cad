"""Values from files against the types that they should have (msgspec)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TypeVar

import msgspec

from course_utils.errors import CourseError

T = TypeVar("T")


def checked(content: object, kind: type[T], error: type[CourseError]) -> T:
    """The content as an object of this type.

    Args:
        content: Plain values, tensors, and lists and mappings of them.
        kind: A dataclass, or another type; ``msgspec.Meta`` in it says ranges.
        error: What to raise.

    Raises:
        error: If something is missing, unknown, of another type or out of its range; it is named.

    >>> checked({"sides": [3, "4"]}, dict[str, list[int]], CourseError)
    Traceback (most recent call last):
    course_utils.errors.CourseError: [...][1]: Expected `int`, got `str`
    """
    try:
        found = msgspec.convert(content, kind)
    except msgspec.ValidationError as wrong:
        what, _, place = str(wrong).partition(" - at ")
        where = re.search(r"\$\.?([^`]+)", place)
        raise error(f"{where[1]}: {what}" if where else what) from wrong
    except (IndexError, TypeError) as wrong:  # msgspec asks a tensor for fields
        raise error("a tensor stands where fields should be") from wrong
    except CourseError as wrong:  # of the dataclass itself
        raise error(str(wrong)) from wrong
    unknown = next(_unknown(content, found, ""), None)
    if unknown is not None:
        raise error(f"{unknown}: is unknown")
    return found


def _unknown(content: object, found: object, before: str) -> Iterator[str]:
    """Names in the content that no field has; msgspec passes over those of dataclasses."""
    if isinstance(content, list | tuple) and isinstance(found, list | tuple):
        for inner, part in zip(content, found, strict=True):
            yield from _unknown(inner, part, before)
    if not isinstance(content, Mapping) or not is_dataclass(found):
        return
    known = [field.name for field in fields(found)]
    for name, value in content.items():
        if name in known:
            yield from _unknown(value, getattr(found, name), f"{before}{name}.")
        else:
            yield f"{before}{name}"
