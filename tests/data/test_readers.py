"""Files are read by other threads, and come in their order."""

import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.data.images import load_image
from course_utils.data.readers import available_readers, read_ahead
from course_utils.errors import ImageError
from picture_files import noise, save


def size_or_error(path: Path) -> int:
    """A reader that takes longer for some files, and finds those of an odd number bad."""
    number = int(path.name)
    time.sleep(0.001 * (number % 3))
    if number % 2:
        raise ImageError(path, "is odd")
    return number


@given(st.lists(st.integers(0, 20), max_size=20), st.integers(1, 8))
def test_the_order_is_kept_and_bad_files_are_told_in_their_turn(
    numbers: list[int], ahead: int
) -> None:
    seen: list[int] = []
    paths = [str(number) for number in numbers]
    for path, number in read_ahead(
        map(Path, paths), size_or_error, lambda e: seen.append(int(e.path.name)), ahead
    ):
        assert int(path.name) == number
        seen.append(number)
    assert seen == numbers


def test_no_more_is_read_than_was_asked_for() -> None:
    taken: list[str] = []
    paths = (taken.append(str(2 * i)) or str(2 * i) for i in range(100))  # type: ignore[func-returns-value]
    found = read_ahead(map(Path, paths), size_or_error, pytest.fail, ahead=5)
    for count in range(1, 20):
        next(found)
        assert len(taken) <= count + 5
    found.close()
    for thread in [t for t in threading.enumerate() if t.name.startswith("read-ahead")]:
        thread.join(timeout=10)
        assert not thread.is_alive()


def test_reading_is_done_beside_this_thread() -> None:
    def thread_of(path: Path) -> str:
        return threading.current_thread().name

    (found,) = read_ahead([Path("a")], thread_of, pytest.fail, ahead=1)
    assert found[1] != threading.current_thread().name


def test_an_error_of_another_kind_is_raised() -> None:
    def broken(path: Path) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(read_ahead([Path("a")], broken, pytest.fail, ahead=1))


def test_the_filters_of_warnings_are_as_before(tmp_path: Path) -> None:
    paths = [save(tmp_path / f"{i}.png", noise(i, (40, 40))) for i in range(40)]
    before = list(warnings.filters)
    assert len(list(read_ahead(paths, load_image, pytest.fail, ahead=16))) == 40
    assert list(warnings.filters) == before


def test_an_error_of_the_paths_comes_after_what_was_taken() -> None:
    def paths() -> Iterator[str]:
        yield from ("0", "2", "3", "4")
        raise OSError("the list ends here")

    for ahead in (1, 2, 8):
        found: list[int] = []
        bad: list[ImageError] = []
        with pytest.raises(OSError, match="the list ends here"):
            for _, number in read_ahead(map(Path, paths()), size_or_error, bad.append, ahead):
                found.append(number)
        assert (found, [error.path.name for error in bad]) == ([0, 2, 4], ["3"])


def test_a_picture_error_of_the_paths_is_no_bad_file() -> None:
    def paths() -> Iterator[str]:
        yield "0"
        raise ImageError("list.txt", "cannot be read")

    with pytest.raises(ImageError, match=r"list\.txt"):
        list(read_ahead(map(Path, paths()), size_or_error, pytest.fail, ahead=1))


def test_as_many_threads_read_as_are_asked_for() -> None:
    together = threading.Barrier(3, timeout=10)

    def all_at_once(path: Path) -> int:
        return together.wait()

    found = [number for _, number in read_ahead(map(Path, "abc"), all_at_once, pytest.fail, 3, 3)]
    assert sorted(found) == [0, 1, 2]
    assert 1 <= available_readers() <= 16
