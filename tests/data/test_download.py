"""Downloads from servers that hang up, lie, or know no ranges; archives that mean harm."""

import hashlib
import socket
import threading
from pathlib import Path

import pytest

from course_utils.data import download as module
from course_utils.data.download import download, file_digest
from course_utils.errors import CourseError, DataError
from course_utils.files import locked
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
    assert not list(target.parent.iterdir())
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


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server is asked again at once."""
    monkeypatch.setattr(module, "PAUSES", (0.0, 0.0))


@pytest.mark.parametrize("length", ["abc", "-5", "1.5", "", "0x10", "9" * 30, "9" * 5000, None])
def test_a_length_that_is_none_does_not_matter(
    length: str | None, server: Server, target: Path
) -> None:
    server.headers["Content-Length"] = length
    get(server, target)
    require_complete(target)


@pytest.mark.parametrize(
    ("length", "reason"),
    [("10", "not the expected one"), ("0", "not the expected one"), ("99999", "bytes arrived")],
)
def test_after_a_wrong_length_the_next_try_succeeds(
    length: str, reason: str, server: Server, target: Path
) -> None:
    server.headers["Content-Length"] = length
    with pytest.raises(DataError, match=reason):
        get(server, target)
    server.headers.clear()
    get(server, target)
    require_complete(target)


@pytest.mark.parametrize("status", [408, 416, 429, 500, 502, 503, 504])
def test_a_server_out_of_breath_is_asked_again(
    status: int, server: Server, target: Path, hurried: None
) -> None:
    server.statuses = [status] * 2
    get(server, target)
    require_complete(target)
    server.statuses = [status] * 3
    target.unlink()
    with pytest.raises(DataError, match=rf"cannot be fetched \(HTTP Error {status}"):
        get(server, target)


def test_a_server_that_refuses_is_not_asked_again(server: Server, target: Path) -> None:
    server.statuses = [403]
    with pytest.raises(DataError, match="HTTP Error 403"):
        get(server, target)
    assert len(server.requests) == 1


@pytest.mark.parametrize("part", [b"x" * 10, b"x" * 20_000])
def test_a_part_of_another_file_is_fetched_anew_at_once(
    part: bytes, server: Server, target: Path
) -> None:
    target.parent.mkdir()
    target.with_name("a.bin.part").write_bytes(part)
    get(server, target)
    require_complete(target)
    assert server.requests == [f"bytes={len(part)}-", ""]


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/a.bin", "infinite loop"),
        ("file:///etc/passwd", "not allowed"),
        ("http://[::1", "Invalid IPv6 URL"),
        ("http://a:b:c/", "nonnumeric port"),
        ("http://" + "a" * 5000 + "/", "cannot be fetched"),
    ],
)
def test_where_it_is_sent_on_to_may_be_anything(
    location: str, reason: str, server: Server, target: Path
) -> None:
    server.statuses, server.headers = [302] * 30, {"Location": location}
    with pytest.raises(DataError, match=rf"cannot be fetched \(.*{reason}|{reason}") as caught:
        get(server, target)
    assert "\n" not in str(caught.value)
    assert not list(target.parent.iterdir())


@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_without_end_is_ended(
    chunked: bool, server: Server, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 50_000)
    server.endless, server.chunked, server.headers["Content-Length"] = True, chunked, None
    with pytest.raises(DataError, match="no file that is wanted has more than 50,000"):
        get(server, target)
    assert not list(target.parent.iterdir())


def test_what_is_announced_too_large_is_not_begun(server: Server, target: Path) -> None:
    server.headers["Content-Length"] = "9" * 12
    with pytest.raises(DataError, match="999,999,999,999 bytes, and no file that is wanted"):
        get(server, target)


def test_the_digest_may_be_of_another_kind(server: Server, target: Path) -> None:
    download(server.url + "a.bin", target, digest(CONTENT, "md5"))
    assert file_digest(target, "md5") == hashlib.md5(CONTENT).hexdigest()


def test_another_run_is_waited_for_in_words_and_not_for_ever(
    server: Server,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.2)
    target.parent.mkdir()
    held, done = threading.Event(), threading.Event()
    holder = threading.Thread(target=hold, args=(target, held, done))
    holder.start()
    held.wait()
    with pytest.raises(CourseError, match=r"a\.bin: another run is writing there and was not done"):
        get(server, target)
    done.set()
    holder.join()
    assert capsys.readouterr().err == f"{target}: waiting for another run that writes there\n"
    get(server, target)
    require_complete(target)
    assert capsys.readouterr().err == ""


def hold(target: Path, held: threading.Event, done: threading.Event) -> None:
    with locked(target):
        held.set()
        done.wait()


def test_threads_wait_for_each_other(server: Server, target: Path) -> None:
    threads = [threading.Thread(target=get, args=(server, target)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    require_complete(target)
    assert server.requests == [""]


@pytest.mark.parametrize("length", [b"-5", b"x", b"", b"9" * 5000])
def test_pieces_whose_length_is_none(length: bytes, target: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(head + length + b"\r\nhello\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(DataError, match=r"the download stopped|cannot be fetched"):
            download(f"http://127.0.0.1:{listener.getsockname()[1]}/a", target, "sha256:00")
        thread.join()
    assert not target.exists()
