"""The pickles in a file of ``torch.save``: where they begin and end."""

import pickletools
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile, is_zipfile

from course_utils.files import Within

LONGEST = 1 << 26
"""Bytes of a pickle that are looked through."""

SAVED = 4
LEGACY_PICKLES = 5
"""In the old form: a number, a version, a system, then what was saved, and a list of keys."""


def pickles_in(path: Path) -> Iterator[bytes]:
    """All that is in a file, in order; the last may be cut off, or no pickle at all."""
    with Within(path) as file:
        if is_zipfile(file):
            with ZipFile(file) as archive:
                for record in archive.infolist():
                    if record.filename.lower().endswith("data.pkl"):  # PyTorch takes any case
                        del record.CRC  # compared before; a file may have none
                        with archive.open(record) as inner:
                            yield inner.read(LONGEST)
            return
        end = 0
        for _ in range(LEGACY_PICKLES):
            start, whole = end, False
            file.seek(start)
            with suppress(ValueError, OverflowError):  # it goes on to who reads it
                deque(pickletools.genops(file), maxlen=0)
                end, whole = file.tell(), True
            file.seek(start)
            yield file.read(min(end - start, LONGEST) if whole else LONGEST)
            if not whole:
                return
