"""The list of all embedded files with their digests: whether they are what they should be."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from course_utils.data.download import file_digest
from course_utils.data.path_names import leads_out, unseen_in
from course_utils.data.text_files import read_text
from course_utils.errors import DataError
from course_utils.files import write_atomically

MANIFEST = "manifest.json"


def write_manifest(folder: Path) -> None:
    """Write the sha256 of every file below the folder to its ``manifest.json``."""
    digests = {name: file_digest(folder / name) for name in _file_names(folder)}
    write_atomically(folder / MANIFEST, (json.dumps(digests, indent=1) + "\n").encode())


def verify_manifest(folder: Path) -> list[str]:
    """Compare the folder with its manifest.

    Returns:
        A sentence for each file that is missing, changed or unknown; empty if all is well.

    Raises:
        DataError: If the manifest itself cannot be read.
    """
    digests = _read_manifest(folder / MANIFEST)
    present = set(_file_names(folder))
    problems = [f"{name}: {_absence(folder / name)}" for name in digests if name not in present]
    problems += [f"{name}: is not in the manifest" for name in present if name not in digests]
    problems += [
        f"{name}: has changed"
        for name, digest in digests.items()
        if name in present and file_digest(folder / name) != digest
    ]
    return sorted(problems)


def _absence(path: Path) -> str:
    """Why a file was not found: it is missing, or may not be looked at."""
    try:
        path.stat()
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    return "is no file"


def digest_of(folder: Path, parts: Sequence[str]) -> str:
    """One digest for all files of some sets or weights, by the manifest.

    Args:
        folder: That holds the manifest.
        parts: Such as ``"insects"`` or ``"weights/garden-resnet18.safetensors"``.

    Returns:
        The first 16 hexadecimal digits of a sha256.

    Raises:
        DataError: If the manifest cannot be read, or has no file of a part.
    """
    digests = _read_manifest(folder / MANIFEST)
    lines: list[str] = []
    for part in parts:
        found = [f"{name} {digest}" for name, digest in digests.items() if _is_in(name, part)]
        if not found:
            raise DataError(f"{folder / MANIFEST}: has no file of {part}")
        lines += found
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def listed_files(folder: Path, part: str) -> list[str]:
    """The files of a set or of the weights, as the folder's manifest lists them.

    Raises:
        DataError: If the manifest cannot be read.
    """
    return [name for name in _read_manifest(folder / MANIFEST) if _is_in(name, part)]


def _is_in(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}/")


def _read_manifest(path: Path) -> dict[str, str]:
    """The digests by the files' names, none of which leads out of the folder."""
    try:
        digests = msgspec.json.decode(read_text(path), type=dict[str, str])
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: cannot be read ({error})") from error
    for name in digests:
        if leads_out(name) or unseen_in(name):
            raise DataError(f"{path}: cannot be read (no file below its folder is {name!r})")
    return digests


def _file_names(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return sorted(path.relative_to(folder).as_posix() for path in files)
