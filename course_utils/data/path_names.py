"""Names that stand in files and become paths: none leads out of the folder that it is for."""

import os
import re
import unicodedata

from course_utils.unfinished import LONGEST_NAME

SEPARATOR = re.compile(r"[/\\]")
DRIVE = re.compile(r"[A-Za-z]:")
UNSEEN = ("Cc", "Cs", "Zl", "Zp")
"""Kinds of signs that are no text: control characters, halves of signs, ends of lines."""

RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""What Windows takes for a device, whatever follows the dot."""


def leads_out(name: str) -> bool:
    """Whether a path below a folder leads out of it, on any system.

    >>> leads_out("../../evil")
    True
    """
    parts = SEPARATOR.split(name)
    return not parts[0] or ".." in parts or DRIVE.match(name) is not None


def why_no_folder(name: str) -> str:
    """Why no folder can be called so, on any system; ``""`` if one can."""
    if not name or SEPARATOR.search(name) or leads_out(name) or name == ".":
        return "is a path"
    if unseen_in(name):
        return "holds a sign that no name can have"
    if RESERVED.fullmatch(name) or name.endswith(".") or name != name.strip():
        return "is none on Windows"
    long = len(os.fsencode(name)) > LONGEST_NAME
    return f"is longer than {LONGEST_NAME} bytes" if long else ""


def unseen_in(text: str) -> str:
    """The first sign that is no text; ``""`` if there is none."""
    return next((sign for sign in text if unicodedata.category(sign) in UNSEEN), "")
