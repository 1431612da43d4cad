"""Downloads that can be interrupted, are checked, and never leave half a file behind."""

import hashlib
import sys
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from filelock import FileLock
from tqdm import tqdm

from course_utils.errors import DataError
from course_utils.files import require_folder

CHUNK = 1 << 20
TIMEOUT_SECONDS = 30


def download(url: str, target: Path, digest: str) -> Path:
    """Download a file unless it is there already; go on where an earlier try stopped.

    One process downloads at a time; others wait for it. What has arrived lies beside the
    target with the ending ``.part`` and is renamed once its digest is right.

    Args:
        url: Where the file comes from.
        target: The file to write.
        digest: ``algorithm:hexdigest`` of the whole file, or the digest's beginning.

    Returns:
        The target.

    Raises:
        DataError: If the server cannot be reached, stops early, or sends another file.
        CourseError: If the target's folder cannot be made.
    """
    require_folder(target.parent)
    part = target.with_name(target.name + ".part")
    with FileLock(target.with_name(target.name + ".lock")):
        if target.exists():
            return target
        try:
            _receive(url, part)
        except (OSError, HTTPException) as error:
            raise DataError(f"{url}: {_what_happened(part, error)}") from error
        require_digest(part, digest, url)
        part.replace(target)
    return target


def file_digest(path: Path, algorithm: str = "sha256") -> str:
    """Return the hexadecimal digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def require_digest(path: Path, digest: str, url: str) -> None:
    """Remove the file and raise a DataError if its digest is not the expected one."""
    algorithm, expected = digest.split(":")
    found = file_digest(path, algorithm)
    if not found.startswith(expected):
        path.unlink()
        raise DataError(
            f"{url}: the file that arrived is not the expected one ({algorithm} {found[:12]}…, "
            f"not {expected[:12]}…); it was removed; try again later"
        )


def _what_happened(part: Path, error: Exception) -> str:
    reason = error if isinstance(error, HTTPError) else getattr(error, "reason", error)
    if not part.exists():
        return f"cannot be fetched ({reason}); check the network and run the command again"
    return (
        f"the download stopped ({reason}); what has arrived is kept in {part}, and the same "
        "command goes on from there"
    )


def _receive(url: str, part: Path) -> None:
    """Append to the part what is missing of the file."""
    have = part.stat().st_size if part.exists() else 0
    request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        response = urlopen(request, timeout=TIMEOUT_SECONDS)
    except HTTPError as error:
        if error.code == 416:  # nothing is missing: the part is as long as the file
            return
        raise
    with response:
        resumed = response.status == 206
        total = int(response.headers.get("Content-Length") or 0)
        with part.open("ab" if resumed else "wb") as file, _bar(have, total, resumed) as bar:
            received = 0
            while chunk := response.read(CHUNK):
                file.write(chunk)
                received += len(chunk)
                bar.update(len(chunk))
    if received < total:
        raise OSError(f"{received:,} of {total:,} bytes arrived")


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
