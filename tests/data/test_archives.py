"""From an archive to a set in the cache: whole, inside its folder, or not there."""

import hashlib
import io
import multiprocessing
import os
import signal
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_files import FLOWERS, INSECTS, VOC, bomb, encrypted, linked, tarred, zipped
from course_utils.data import archives
from course_utils.data import download as module
from course_utils.data.archives import fetch, split_of
from course_utils.data.sources import (
    FLOWER_PHOTOS,
    HYMENOPTERA,
    SOURCES,
    VOC_2012,
    Archive,
    DataSource,
)
from course_utils.errors import DataError
from full_disk import disk_space
from web_server import Server


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a file of a few kilobytes comes in several pieces."""
    monkeypatch.setattr(module, "CHUNK", 1000)


def digest(content: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"


def offered(server: Server, name: str, content: bytes, has_split: bool = True) -> DataSource:
    """A source whose archive the server has."""
    server.files[name] = content
    archive = Archive(server.url + name, digest(content), "bugs", "free", has_split)
    return DataSource("insects", "for the test", archive)


def below(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder.parent).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.zip", zipped(INSECTS)), ("a.tgz", tarred(INSECTS)), ("a.tar", tarred(INSECTS, "w"))],
)
def test_an_archive_is_unpacked_once(
    name: str, content: bytes, server: Server, cache: Path
) -> None:
    source = offered(server, name, content)
    for _ in range(2):
        assert below(fetch(source)) == INSECTS
    assert server.requests == [""]
    assert sorted(path.name for path in cache.iterdir()) == ["archives", "bugs"]


def test_a_set_without_a_split_gets_one_by_hash(server: Server, cache: Path) -> None:
    found = below(fetch(offered(server, "a.tgz", tarred(FLOWERS), has_split=False)))
    names = [f"{number}.jpg" for number in range(20)]
    expected = {f"bugs/{split_of(name)}/roses/{name}" for name in names}
    assert set(found) == expected | {"bugs/LICENSE.txt"}
    assert {name.split("/")[1] for name in expected} == {"train", "val"}


def test_a_set_with_masks_stays_as_it_is(server: Server, cache: Path) -> None:
    assert below(fetch(offered(server, "a.tar", tarred(VOC, "w")))) == VOC


def test_only_the_flowers_come_without_a_split() -> None:
    known = [source.real for source in SOURCES.values() if source.real is not None]
    assert known == [HYMENOPTERA, FLOWER_PHOTOS, VOC_2012]
    assert [archive.has_split for archive in known] == [True, False, True]


OUTSIDE = ["../escaped.txt", "bugs/../../escaped.txt", "/tmp/escaped", "bugs\\..\\..\\escaped"]


@pytest.mark.parametrize("outside", [*OUTSIDE, "C:/escaped"])
def test_a_zip_cannot_write_outside_its_folder(outside: str, server: Server, cache: Path) -> None:
    files = INSECTS | {outside: b"!"}
    with pytest.raises(DataError, match="cannot be unpacked"):
        fetch(offered(server, "a.zip", zipped(files)))
    assert not list(cache.parent.rglob("escaped*"))
    assert not Path("/tmp/escaped").exists()


@pytest.mark.parametrize("outside", ["../escaped.txt", "bugs/../../../escaped.txt"])
def test_a_tar_that_points_outside_is_refused(outside: str, server: Server, cache: Path) -> None:
    source = offered(server, "a.tgz", tarred(INSECTS | {outside: b"!"}))
    with pytest.raises(DataError, match="cannot be unpacked"):
        fetch(source)
    assert not list(cache.parent.rglob("escaped*"))
    assert not (cache / "bugs").exists()


def test_a_tar_whose_link_points_outside_is_refused(server: Server, cache: Path) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        link = tarfile.TarInfo("bugs/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(link)
    with pytest.raises(DataError, match="cannot be unpacked"):
        fetch(offered(server, "a.tar", stream.getvalue()))
    assert not (cache / "bugs").exists()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.zip", b"no archive", "cannot be unpacked"),
        ("a.tgz", b"no archive", "cannot be unpacked"),
        ("a.tgz", tarred(INSECTS)[:-30], "cannot be unpacked"),
        ("a.zip", zipped({"other/1.jpg": b"a"}), "does not hold a folder bugs"),
    ],
)
def test_a_bad_archive_leaves_nothing_behind(
    name: str, content: bytes, reason: str, server: Server, cache: Path
) -> None:
    with pytest.raises(DataError, match=reason):
        fetch(offered(server, name, content))
    assert sorted(path.name for path in cache.iterdir()) == ["archives"]


TWICE = {"bugs/train/ants/1.jpg": b"other"}
HARD, SOFT, FIFO = tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.FIFOTYPE
FOUL = {
    "encrypted": ("a.zip", encrypted(INSECTS), "is encrypted"),
    "a hard link to nothing": ("a.tar", linked(HARD, "bugs/h", "bugs/none"), "not found"),
    "a hard link outside": ("a.tar", linked(HARD, "bugs/h", "../../x"), "outside the destination"),
    "a link to an absolute path": ("a.tar", linked(SOFT, "bugs/h", "/etc"), "absolute path"),
    "a pipe": ("a.tar", linked(FIFO, "bugs/h", ""), "is a special file"),
    "a name too long": ("a.zip", zipped(INSECTS | {"bugs/" + "a" * 300: b""}), "name too long"),
    "too deep": ("a.zip", zipped(INSECTS | {"bugs/" + "a/" * 3000 + "b": b""}), "it has a file"),
    "too deep, as tar": ("a.tar", tarred({"a/" * 3000 + "b": b""}, "w"), "it has a file 'a/a"),
    "twice": ("a.zip", zipped(INSECTS, TWICE), "the file 'bugs/train/ants/1.jpg' twice"),
    "a file that is a folder": ("a.zip", zipped({"bugs/a": b"", "bugs/a/b": b""}), "File exists"),
    "a zero byte": ("a.zip", zipped(INSECTS).replace(b"s/1.jpg", b"s/1\0jpg"), r"1.x00jpg"),
    "no text": ("a.zip", zipped({"bugs/\u00e4": b""}).replace(b"\xc3\xa4", b"\xff\xfe"), "decode"),
    "another checksum": ("a.zip", zipped(INSECTS).replace(b"1.jpga", b"1.jpgb", 1), "Bad CRC"),
    "a bomb": ("a.zip", bomb(INSECTS, 80 << 20), "it would become far too large"),
    "nothing": ("a.tar", b"", "could not be opened"),
}


@pytest.mark.parametrize("kind", FOUL)
def test_whatever_an_archive_holds_it_is_our_error(kind: str, server: Server, cache: Path) -> None:
    name, content, reason = FOUL[kind]
    with pytest.raises(DataError, match=rf"{name}: cannot be unpacked \(.*{reason}.*\); delete it"):
        fetch(offered(server, name, content))
    assert sorted(path.name for path in cache.iterdir()) == ["archives"]


def test_very_many_files_are_refused(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 1)
    with pytest.raises(DataError, match="far too large"):
        fetch(offered(server, "a.zip", zipped(INSECTS)))


def test_a_bug_of_ours_is_seen(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "split_by_hash", lambda root: [][0])
    with pytest.raises(IndexError):
        fetch(offered(server, "a.zip", zipped(INSECTS), has_split=False))


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork")
@pytest.mark.parametrize("place", ["_unpack_safely", "split_by_hash", "download"])
def test_what_a_killed_run_leaves_the_next_removes(
    place: str, server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = offered(server, "a.tgz", tarred(FLOWERS), has_split=False)
    real = getattr(archives, place)

    def work_and_die(*arguments: object) -> None:
        real(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(archives, place, work_and_die)
        process = multiprocessing.get_context("fork").Process(target=fetch, args=(source,))
        process.start()
        process.join(timeout=60)
    assert process.exitcode == -signal.SIGKILL
    assert not (cache / "bugs").exists()
    fetch(source)
    assert sorted(path.name for path in cache.rglob("*") if path.parent.name != "roses") == [
        *("LICENSE.txt", "a.tgz", "archives", "bugs", "roses", "roses", "train", "val")
    ]


def test_a_set_appears_beside_its_like_in_one_step(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cache / "kit" / "other").mkdir(parents=True)
    content = zipped({"kit/new/1.jpg": b"a", "kit/new/sub/2.jpg": b"b"})
    server.files["a.zip"] = content
    archive = Archive(server.url + "a.zip", digest(content), "kit/new", "free", has_split=False)
    seen: list[Path] = []
    monkeypatch.setattr(
        archives, "split_by_hash", lambda root: seen.extend((cache / "kit").iterdir())
    )
    assert below(fetch(DataSource("insects", "for the test", archive))) == {
        "new/1.jpg": b"a",
        "new/sub/2.jpg": b"b",
    }
    assert [path.name for path in seen if not path.name.startswith(".")] == ["other"]
    assert sorted(path.name for path in (cache / "kit").iterdir()) == ["new", "other"]


def test_a_full_disk_is_not_the_archives_fault(server: Server, cache: Path) -> None:
    source = offered(server, "a.zip", bomb(INSECTS, 1 << 20))
    with disk_space(100_000), pytest.raises(DataError, match=r"\(File too large\); make room"):
        fetch(source)
    assert [path.name for path in cache.iterdir()] == ["archives"]
    fetch(source)


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork")
def test_two_processes_fetch_one_set(server: Server, cache: Path) -> None:
    source = offered(server, "a.zip", zipped(INSECTS))
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=fetch, args=(source,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert server.requests == [""]
    assert below(cache / "bugs") == INSECTS


def test_a_set_that_is_only_embedded_cannot_be_fetched() -> None:
    with pytest.raises(DataError, match="no real set"):
        fetch(SOURCES["panorama"])


@given(st.text(min_size=1))
def test_a_picture_keeps_its_split(name: str) -> None:
    assert split_of(name) in ("train", "val")
    assert split_of(name) == split_of(name)


@given(st.text(max_size=5))
def test_a_fifth_goes_to_validation(prefix: str) -> None:
    share = sum(split_of(f"{prefix}{number}.jpg") == "val" for number in range(1000)) / 1000
    assert 0.14 <= share <= 0.26
