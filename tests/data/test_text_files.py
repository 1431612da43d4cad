"""Small text files as editors write them, and what is no such file."""

import os
import socket
from pathlib import Path

import pytest

from course_utils.data import text_files
from course_utils.data.text_files import lines_of, read_text
from course_utils.errors import DataError

TEXT = "Käfer\r\nbees\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
    ],
)
def test_the_encodings_of_editors(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    assert read_text(tmp_path / "a.txt") == TEXT


def test_lines_end_as_on_any_system_and_lose_their_spaces() -> None:
    assert lines_of("a\r\n\r\n b c \t\rd\n\n") == ["a", "b c", "d"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (TEXT.encode("cp1252"), "no text in UTF-8"),
        (b"\xff\xfe\0", "no text in UTF-8"),
        (b"a\0\0\0b\0c\nd", "it is no text"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(DataError, match=rf"a\.txt: cannot be read \({reason}\)"):
        read_text(tmp_path / "a.txt")


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for path, kind in ((tmp_path / "pipe", "a named pipe"), (tmp_path / "socket", "a socket")):
            with pytest.raises(DataError, match=f"it is {kind}, not a file"):
                read_text(path)
    with pytest.raises(DataError, match="it is a device, not a file"):
        read_text(Path("/dev/zero"))
    for path in (tmp_path, tmp_path / "none", tmp_path / ("a" * 300), Path("a\0b")):
        with pytest.raises(DataError, match="cannot be read"):
            read_text(path)


def test_a_file_beyond_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_files, "MOST_TEXT", 1 << 20)
    (tmp_path / "a.txt").write_bytes(b"a\n" * (1 << 19) + b"a")
    with pytest.raises(DataError, match="a list of names has at most 1 MiB"):
        read_text(tmp_path / "a.txt")


def test_the_sign_for_the_end_of_a_file_is_no_line() -> None:
    assert lines_of("a\r\nb\r\n\x1a") == lines_of("a\nb\x1a\n") == ["a", "b"]
