"""Downloads that can be interrupted, are checked, and never leave half a file behind."""

import hashlib
import re
import sys
import time
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tqdm import tqdm

from course_utils.errors import DataError, first_line
from course_utils.files import locked, require_folder

CHUNK = 1 << 20
TIMEOUT_SECONDS = 30

LONGEST_WAIT = 3600
"""Seconds for another run that fetches the same; it ends by itself where no more arrives."""

MOST_BYTES = 1 << 33
"""No file that is wanted has more; VOC 2012 and the largest weights have a quarter."""

PASSING = (408, 416, 425, 429, 500, 502, 503, 504)
"""What a server says that may do better in a moment."""

PAUSES = (0.5, 2.0)
"""Seconds before it is asked again."""


def download(url: str, target: Path, digest: str) -> Path:
    """Download a file unless it is there already; go on where an earlier try stopped.

    One process downloads at a time; others say that they wait for it. What has arrived lies beside
    the target with the ending ``.part`` and is renamed once its digest is right.

    Args:
        url: Where the file comes from.
        target: The file to write.
        digest: ``algorithm:hexdigest`` of the whole file, or the digest's beginning.

    Returns:
        The target.

    Raises:
        DataError: If the server cannot be reached, stops early, or sends another file.
        CourseError: If the target's folder cannot be made or written to, or another run that
            fetches it does not end.
    """
    require_folder(target.parent)
    part = target.with_name(target.name + ".part")
    with locked(target, wait=LONGEST_WAIT):
        if target.exists():
            return target
        had_some = part.exists()
        _fetch(url, part)
        if had_some and not has_digest(part, digest):  # of another file, or of no use
            part.unlink()
            _fetch(url, part)
        require_digest(part, digest, url)
        part.replace(target)
    return target


def has_digest(path: Path, digest: str) -> bool:
    """Whether a file has this digest, ``algorithm:hexdigest``, or one that begins so."""
    algorithm, expected = digest.split(":")
    return file_digest(path, algorithm).startswith(expected)


def file_digest(path: Path, algorithm: str = "sha256") -> str:
    """Return the hexadecimal digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def require_digest(path: Path, digest: str, url: str) -> None:
    """Remove the file and raise a DataError if its digest is not the expected one."""
    if not has_digest(path, digest):
        algorithm, expected = digest.split(":")
        found = file_digest(path, algorithm)
        path.unlink()
        raise DataError(
            f"{url}: the file that arrived is not the expected one ({algorithm} {found[:12]}…, "
            f"not {expected[:12]}…); it was removed; try again later"
        )


def _what_happened(part: Path, error: Exception) -> str:
    reason = error if isinstance(error, HTTPError) else getattr(error, "reason", error)
    reason = first_line(reason) if isinstance(reason, Exception) else reason
    if not part.exists():
        return f"cannot be fetched ({reason}); check the network and run the command again"
    return (
        f"the download stopped ({reason}); what has arrived is kept in {part}, and the same "
        "command goes on from there"
    )


def _fetch(url: str, part: Path) -> None:
    """Complete the part; a server that has to catch its breath is asked again."""
    for pause in (*PAUSES, None):
        try:
            _receive(url, part)
        except HTTPError as error:
            error.close()
            if pause is None or error.code not in PASSING:
                raise DataError(f"{url}: {_what_happened(part, error)}") from error
            time.sleep(pause)
        except (OSError, HTTPException) as error:
            raise DataError(f"{url}: {_what_happened(part, error)}") from error
        else:
            return


def _opened(url: str, have: int) -> HTTPResponse | None:
    """The answer to come; ``None`` if nothing is missing, for the part is as long as the file."""
    request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        response: HTTPResponse = urlopen(request, timeout=TIMEOUT_SECONDS)
    except HTTPError as error:
        if error.code == 416 and have:
            error.close()
            return None
        raise
    except ValueError as error:  # of an address to which it is sent on
        raise URLError(first_line(error)) from error
    return response


def _length(response: HTTPResponse) -> int:
    """How many bytes it announces; 0 if it does not say so in digits."""
    text = response.headers.get("Content-Length") or ""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else 0


def _next_of(response: HTTPResponse) -> bytes:
    """What arrives next; nothing at the end."""
    try:
        return response.read(CHUNK)
    except ValueError as error:  # of a piece whose length is none
        raise HTTPException(first_line(error)) from error


def _receive(url: str, part: Path) -> None:
    """Append to the part what is missing of the file."""
    have = part.stat().st_size if part.exists() else 0
    response = _opened(url, have)
    if response is None:
        return
    with response:
        resumed = response.status == 206
        total = _length(response)
        _require_room(part, total)
        with part.open("ab" if resumed else "wb") as file, _bar(have, total, resumed) as bar:
            received = 0
            while chunk := _next_of(response):
                file.write(chunk)
                received += len(chunk)
                _require_room(part, received)
                bar.update(len(chunk))
    if received < total:
        raise OSError(f"{received:,} of {total:,} bytes arrived")


def _require_room(part: Path, size: int) -> None:
    """Refuse what is larger than anything wanted, such as an answer that never ends."""
    if size > MOST_BYTES:
        part.unlink(missing_ok=True)
        raise OSError(f"{size:,} bytes, and no file that is wanted has more than {MOST_BYTES:,}")


def _bar(have: int, total: int, resumed: bool) -> "tqdm[None]":
    start = have if resumed else 0
    return tqdm(
        initial=start,
        total=start + total or None,
        unit="B",
        unit_scale=True,
        leave=False,
        disable=not sys.stderr.isatty(),
    )
