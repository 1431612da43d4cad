"""Downloads from servers that hang up, lie, or know no ranges; archives that mean harm."""

import hashlib
import threading
from pathlib import Path

import pytest

from course_utils.data import download as module
from course_utils.data.download import download, file_digest
from course_utils.errors import CourseError, DataError
from web_server import Server

CONTENT = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a file of a few kilobytes comes in several pieces."""
    monkeypatch.setattr(module, "CHUNK", 1000)


def digest(content: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"


@pytest.fixture
def target(tmp_path: Path, server: Server) -> Path:
    """Where the file shall go; the server has it as ``a.bin``."""
    server.files["a.bin"] = CONTENT
    return tmp_path / "folder" / "a.bin"


def get(server: Server, target: Path) -> Path:
    return download(server.url + "a.bin", target, digest(CONTENT))


def require_complete(target: Path) -> None:
    assert target.read_bytes() == CONTENT
    assert not target.with_name("a.bin.part").exists()


def test_a_file_is_downloaded_once(server: Server, target: Path) -> None:
    assert get(server, target) == target
    require_complete(target)
    get(server, target)
    assert server.requests == [""]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_cut_connection_is_resumed_where_it_stopped(
    server: Server, target: Path, chunked: bool
) -> None:
    server.breaks, server.breaks_after, server.chunked = 1, 3000, chunked
    with pytest.raises(DataError, match=r"the download stopped.*goes on from there"):
        get(server, target)
    assert not target.exists()
    have = target.with_name("a.bin.part").stat().st_size
    assert 0 < have <= 3000
    get(server, target)
    require_complete(target)
    assert server.requests == ["", f"bytes={have}-"]


def test_a_server_without_ranges_starts_again(server: Server, target: Path) -> None:
    server.ranges = False
    target.parent.mkdir()
    target.with_name("a.bin.part").write_bytes(b"x" * 500)
    get(server, target)
    require_complete(target)


def test_a_part_that_is_already_whole_is_taken(server: Server, target: Path) -> None:
    target.parent.mkdir()
    target.with_name("a.bin.part").write_bytes(CONTENT)
    get(server, target)
    require_complete(target)


@pytest.mark.parametrize("part", [b"", b"x" * 500, b"x" * 20_000])
def test_a_wrong_file_is_removed_and_never_takes_the_name(
    server: Server, target: Path, part: bytes
) -> None:
    server.files["a.bin"] = CONTENT[:-1] + b"!"
    target.parent.mkdir()
    target.with_name("a.bin.part").write_bytes(part)
    with pytest.raises(DataError, match="not the expected one"):
        get(server, target)
    assert [path.name for path in target.parent.iterdir()] == ["a.bin.lock"]
    server.files["a.bin"] = CONTENT
    get(server, target)
    require_complete(target)


def test_a_missing_file_and_a_missing_server_are_data_errors(server: Server, target: Path) -> None:
    for url in (server.url + "none.bin", "http://127.0.0.1:1/a.bin"):
        with pytest.raises(DataError, match=url):
            download(url, target, digest(CONTENT))


def test_no_folder_can_be_made_below_a_file(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match="cannot be made"):
        get(server, tmp_path / "file" / "a.bin")


def test_the_digest_may_be_of_another_kind(server: Server, target: Path) -> None:
    download(server.url + "a.bin", target, digest(CONTENT, "md5"))
    assert file_digest(target, "md5") == hashlib.md5(CONTENT).hexdigest()


def test_threads_wait_for_each_other(server: Server, target: Path) -> None:
    threads = [threading.Thread(target=get, args=(server, target)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    require_complete(target)
    assert server.requests == [""]
