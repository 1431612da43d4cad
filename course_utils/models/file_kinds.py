"""What a file is by its content, whatever its name says: weights, or something else by name."""

import json
import re
import zipfile
from pathlib import Path

from course_utils.errors import WeightsError

HEAD = 4096
"""Bytes at the beginning of a file that say what it is."""

WANTED = "give a .safetensors, or what torch.save(model.state_dict(), FILE) wrote"

LONGEST_HEADER = 100_000_000
"""Bytes of the description at the beginning of a safetensors file; its length comes first."""

CHUNK = 1 << 20
"""Bytes of a record that are read at once."""

ZIP = b"PK\x03\x04"
LEGACY = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"
"""The number that ``torch.save`` wrote first before it wrote zip archives."""

BEGINNINGS = {
    b"\x89HDF\r\n\x1a\n": f"an HDF5 file, as Keras and TensorFlow write it: {WANTED}",
    b"\x93NUMPY": f"a NumPy array: {WANTED}",
    b"GGUF": f"a GGUF file of a language model: {WANTED}",
    b"\x1f\x8b": "a gzip archive: unpack it, and give the weights file in it",
    b"BZh": "a bzip2 archive: unpack it, and give the weights file in it",
    b"\xfd7zXZ": "an xz archive: unpack it, and give the weights file in it",
    b"7z\xbc\xaf": "a 7z archive: unpack it, and give the weights file in it",
    b"Rar!": "a RAR archive: unpack it, and give the weights file in it",
    b"\x89PNG": f"a PNG picture: {WANTED}",
    b"\xff\xd8\xff": f"a JPEG picture: {WANTED}",
    b"%PDF": f"a PDF document: {WANTED}",
}
PLAIN_PICKLE = (
    "a pickle that torch.save did not write (pickle.dump or joblib), and is not read, for code "
    "could run on loading: where you trust it, load it, and write its tensors with "
    "torch.save(state_dict, FILE)"
)
ONNX = f"an ONNX network, which was exported for other programs: {WANTED}"
EXPORTED = f"a network that was exported, as ONNX or CoreML do: {WANTED}"
LFS = re.compile(r"version https?://(?:git-lfs|hawser)\.github\.com/spec/\S+", re.ASCII)
WEB_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|title|script|meta|center|h1)\b", re.I)


def kind_of(path: Path) -> str:
    """``"safetensors"``, or ``"torch"`` for what ``torch.save`` writes, old or new.

    Raises:
        WeightsError: If the file is anything else, which is named; or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        if head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= LONGEST_HEADER:
            return "safetensors"
        if head.startswith(ZIP):
            what = _zip_content(path)
        else:
            what = "" if LEGACY in head[:32] else _other_content(head, path)
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read ({error.strerror or error})") from error
    if what:
        raise WeightsError(f"{path}: is {what}")
    return "torch"


def _zip_content(path: Path) -> str:
    """What a zip archive holds; ``""`` if ``torch.save`` wrote it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        return f"damaged or cut off ({error}): fetch or copy it again"
    inside = {name.partition("/")[2] for name in names}
    if "constants.pkl" in inside or any(name.startswith("code/") for name in inside):
        return (
            "a TorchScript archive, which holds a program: where you trust it, keep only its "
            f'weights: torch.save(torch.jit.load("{path}").state_dict(), "weights.pth")'
        )
    if "data.pkl" in inside:
        return ""
    if any("exported_program" in name or name.endswith("archive_format") for name in names):
        return f"a program of torch.export: {WANTED}"
    if "model.weights.h5" in names:
        return f"a Keras network: {WANTED}"
    if names and all(name.endswith(".npy") for name in names):
        return f"an archive of NumPy arrays (.npz): {WANTED}"
    some = ", ".join(names[:2]) or "nothing"
    return f"a zip archive of {_quoted(some)}: unpack it, and give the weights file in it"


def damaged_record(path: Path) -> str:
    """The first record of a zip archive whose checksum is another one; ``""`` if there is none.

    A checksum of 0 is none: ``torch.serialization.set_crc32_options(False)`` writes that. Records
    that are larger than the whole file were packed, or lie over one another, which
    ``torch.save`` never does: they could fill any memory, and are not read.
    """
    name = "its list of records"
    try:
        if not zipfile.is_zipfile(path):
            return ""
        with zipfile.ZipFile(path) as archive:
            if sum(record.file_size for record in archive.infolist()) > path.stat().st_size:
                return name
            for record in archive.infolist():
                name = record.filename
                if record.CRC:
                    _read_through(archive, record)
    except Exception:  # a damaged archive may fail in any way
        return name
    return ""


def _read_through(archive: zipfile.ZipFile, record: zipfile.ZipInfo) -> None:
    """Read a record to its end, where its checksum is compared."""
    with archive.open(record) as file:
        while file.read(CHUNK):
            pass


def _other_content(head: bytes, path: Path) -> str:
    """What a file is that is neither safetensors nor written by ``torch.save``."""
    if not head:
        return "empty: fetch or copy it again"
    for beginning, what in BEGINNINGS.items():
        if head.startswith(beginning):
            return what
    if head[257:262] == b"ustar":
        return "a tar archive: unpack it, and give the weights file in it"
    if head[4:8] == b"TFL3":
        return f"a TensorFlow Lite network: {WANTED}"
    if head[:1] == b"\x80" and head[1:2] in b"\2\3\4\5":
        return PLAIN_PICKLE if len(head) > len(LEGACY) + 3 else _unknown(head)
    if path.suffix.lower() == ".onnx" or (_begins_as_onnx(head) and b"pytorch" in head[:32]):
        return ONNX
    if _begins_as_onnx(head):
        return EXPORTED
    if re.search(r"\.(?:data-\d+-of-\d+|index|meta|pb)$", path.name):
        return f"a part of a TensorFlow checkpoint or network: {WANTED}"
    text = _text(head)
    return _unknown(head) if text is None else _text_content(text)


def _begins_as_onnx(head: bytes) -> bool:
    """Whether it begins with a version (field 1), and a field 2 to 8 behind it."""
    return head[:1] == b"\x08" and 3 <= (head[1:2] or b"\0")[0] < 32 and head[2:3] in b"\x12:B*"


def _unknown(head: bytes) -> str:
    return f"damaged, or no weights file (it begins with {head[:8].hex(' ')}): {WANTED}"


def _text(head: bytes) -> str | None:
    """The beginning of a text; ``None`` if it is none."""
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = head.decode(encoding, errors="ignore")
    lost = len(head) - len(text.encode("utf-16" if encoding == "utf-16" else "utf-8"))
    readable = all(sign.isprintable() or sign.isspace() for sign in text)
    return text if text and readable and lost <= 8 + len(head) // 10 else None


def _text_content(text: str) -> str:
    bare = text.strip()
    if LFS.match(bare):
        size = re.search(r"^size (\d{1,15})\s*$", bare, re.M)
        long = f" of {max(int(size[1]), 10**4) / 1e6:.3g} MB" if size else ""
        return (
            f"a Git LFS pointer to a file{long}, not the file itself: fetch it with git lfs "
            "pull, or download it from the repository's page"
        )
    if "/annex/objects/" in bare[:200]:
        return "a git-annex pointer, not the file itself: fetch it with git annex get"
    if bare.startswith("<"):
        return _markup_content(bare)
    if re.match(r'[\[{]\s*["\[{\]}\d-]', bare):
        return _json_content(bare)
    return f"a text ({_quoted(bare)}), not weights: {WANTED}"


def _markup_content(text: str) -> str:
    """An HTML page, or another answer of a server."""
    inner = re.sub(r"<!--.*?(?:-->|\Z)|<\?.*?\?>", "", text, flags=re.S).strip()
    kind = "a web page" if WEB_PAGE.match(inner) or "<html" in text.lower() else "an XML text"
    title = re.search(r"<(title|code|h1)[^>]*>(.*?)</\1>", text, re.I | re.S)
    called = f" ({_quoted(title[2])})" if title else ""
    return (
        f"{kind}{called}, not weights: the server sent it instead of the file; open the address "
        "in a browser, and save the file itself"
    )


def _json_content(text: str) -> str:
    if '"weight_map"' in text:
        return (
            "the list of weights that lie in several files, which are not read: load them, and "
            "write one file with torch.save(model.state_dict(), FILE)"
        )
    try:
        whole = json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        whole = text
    return (
        f"JSON ({_quoted(whole)}), not weights: a server's answer, or a file that belongs to the "
        "weights; fetch the weights themselves"
    )


def _quoted(text: str) -> str:
    """The beginning of a text on one line, in quotation marks."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return f'"{line[:57]}..."' if len(line) > 60 else f'"{line}"'
