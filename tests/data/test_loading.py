"""Pictures are read ahead, in their order, gathered as bytes, moved once, normalized there."""

import random
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.utils.data import DataLoader

from course_utils.data.images import load_image
from course_utils.data.loading import Batches, read_ahead
from course_utils.data.transforms import (
    Preprocessing,
    batch_transform,
    evaluation_transform,
)
from course_utils.errors import DataError, ImageError
from picture_files import noise, save

SMALL = Preprocessing(24, 20, (0.1, 0.5, 0.4), (0.2, 0.3, 0.7))


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
        paths, size_or_error, lambda e: seen.append(int(e.path.name)), ahead
    ):
        assert int(path.name) == number
        seen.append(number)
    assert seen == numbers


def test_no_more_is_read_than_was_asked_for() -> None:
    taken: list[str] = []
    paths = (taken.append(str(2 * i)) or str(2 * i) for i in range(100))  # type: ignore[func-returns-value]
    found = read_ahead(paths, size_or_error, pytest.fail, ahead=5)
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

    (found,) = read_ahead(["a"], thread_of, pytest.fail, ahead=1)
    assert found[1] != threading.current_thread().name


def test_an_error_of_another_kind_is_raised() -> None:
    def broken(path: Path) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(read_ahead(["a"], broken, pytest.fail, ahead=1))


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
            for _, number in read_ahead(paths(), size_or_error, bad.append, ahead):
                found.append(number)
        assert (found, [error.path.name for error in bad]) == ([0, 2, 4], ["3"])


def test_a_picture_error_of_the_paths_is_no_bad_file() -> None:
    def paths() -> Iterator[str]:
        yield "0"
        raise ImageError("list.txt", "cannot be read")

    with pytest.raises(ImageError, match=r"list\.txt"):
        list(read_ahead(paths(), size_or_error, pytest.fail, ahead=1))


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Seven pictures of many shapes."""
    folder = tmp_path_factory.mktemp("photos")
    return [save(folder / f"{i}.png", noise(i, (30 + 5 * i, 70 - i))) for i in range(7)]


def of_files(paths: object, batch_size: int = 3, **more: object) -> Batches[list[Path]]:
    settings: dict[str, object] = {"on_error": pytest.fail, "device": "cpu", **more}
    return Batches.of_files(paths, batch_size, preprocessing=SMALL, **settings)  # type: ignore


def test_files_come_in_batches_the_last_one_smaller(photos: list[Path]) -> None:
    batches = list(of_files(photos))
    assert [paths for _, paths in batches] == [photos[:3], photos[3:6], photos[6:]]
    change = evaluation_transform(SMALL)
    expected = torch.stack([change(load_image(path)) for path in photos])
    assert torch.equal(torch.cat([images for images, _ in batches]), expected)
    assert list(of_files([])) == []


def test_what_was_read_before_an_error_is_passed_on_first(photos: list[Path]) -> None:
    def paths() -> Iterator[Path]:
        yield from photos[:5]
        raise OSError("the list ends here")

    seen: list[Path] = []
    with pytest.raises(OSError, match="the list ends here"):
        for images, good in of_files(paths()):
            assert len(images) == len(good)
            seen += good
    assert seen == photos[:5]


def test_bad_files_are_told_in_turn_in_this_thread(photos: list[Path], tmp_path: Path) -> None:
    told: list[tuple[str, int, str]] = []
    seen: list[Path] = []

    def on_error(error: ImageError) -> None:
        told.append((error.path.name, len(seen), threading.current_thread().name))

    mixed = [*photos[:4], tmp_path / "none.png", *photos[4:]]
    for _, good in of_files(mixed, 2, on_error=on_error):
        seen += good
    assert seen == photos
    assert told == [("none.png", 4, threading.current_thread().name)]


def test_reading_files_draws_no_random_number(photos: list[Path]) -> None:
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    list(of_files(photos))
    assert torch.equal(torch.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    assert np.random.get_state()[1].tolist() == states[2]  # noqa: NPY002


class Squares(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """Pictures of bytes, of these sizes; the label is the position."""

    def __init__(self, *sizes: int) -> None:
        self.sizes = sizes

    def __len__(self) -> int:
        return len(self.sizes)

    def __getitem__(self, position: int) -> tuple[Tensor, int]:
        size = self.sizes[position]
        return torch.full((3, size, size), 10 * position, dtype=torch.uint8), position


def test_a_set_comes_in_batches_of_normalized_numbers_and_labels() -> None:
    pictures = Squares(4, 4, 4, 4, 4)
    batches = Batches.of_set(pictures, "cpu", SMALL, batch_size=2)
    assert len(batches) == 3
    found = list(batches)
    assert [labels.tolist() for _, labels in found] == [[0, 1], [2, 3], [4]]
    assert {labels.dtype for _, labels in found} == {torch.int64}
    pixels = torch.stack([picture for picture, _ in pictures])
    expected = batch_transform(SMALL)(pixels)
    assert torch.equal(torch.cat([images for images, _ in found]), expected)


def test_the_order_is_the_loaders_and_so_are_the_random_numbers() -> None:
    """A training that is repeated must draw what it drew before."""
    pictures = Squares(*[4] * 9)
    orders = []
    for source in (
        lambda order: DataLoader(pictures, 2, shuffle=True, generator=order),
        lambda order: Batches.of_set(pictures, "cpu", batch_size=2, shuffle=True, generator=order),
    ):
        torch.manual_seed(7)
        order = torch.Generator().manual_seed(3)
        batches = source(order)
        taken = torch.cat([labels for _ in range(2) for _, labels in batches])
        orders.append((taken, order.get_state(), torch.get_rng_state()))
    assert all(map(torch.equal, *orders))


def test_pictures_that_are_numbers_stay_as_they_are() -> None:
    images = torch.rand(2, 3, 4, 4)
    ((same, labels),) = Batches([(images, torch.tensor([1, 0], dtype=torch.uint8))], "cpu")
    assert same is images
    assert labels.dtype == torch.int64


def test_masks_of_a_set_stay_bytes() -> None:
    """As int64 a large one would fill eight times its memory."""
    pictures = [(torch.zeros(3, 4, 4), torch.ones(4, 4, dtype=torch.uint8))]
    ((_, labels),) = Batches.of_set(pictures, "cpu")  # type: ignore[arg-type]
    assert labels.dtype == torch.uint8


def test_each_batch_is_moved_once_and_as_bytes() -> None:
    moved: list[tuple[torch.dtype, int]] = []
    to = Tensor.to

    def noting(tensor: Tensor, *arguments: object, **options: object) -> Tensor:
        if arguments[:1] == ("cpu",):
            moved.append((tensor.dtype, tensor.ndim))
        return to(tensor, *arguments, **options)  # type: ignore[call-overload,no-any-return]

    with patch.object(Tensor, "to", noting):
        list(Batches.of_set(Squares(4, 4, 4), "cpu", SMALL, batch_size=2))
    assert [kind for kind, ndim in moved if ndim == 4] == [torch.uint8] * 2
    assert len([ndim for _, ndim in moved if ndim == 1]) == 2  # the labels


def test_pictures_of_several_sizes_are_no_batch() -> None:
    with pytest.raises(DataError, match=r"pictures of 4×4 and 5×5 pixels .* a batch size of 1$"):
        list(Batches.of_set(Squares(4, 5), "cpu", batch_size=2))
    assert len(list(Batches.of_set(Squares(4, 5), "cpu"))) == 2


def test_another_mistake_of_a_set_keeps_its_own_words() -> None:
    class Odd(Squares):
        def __getitem__(self, position: int) -> tuple[Tensor, int]:
            picture, _ = super().__getitem__(position)
            return picture, torch.zeros(position)  # type: ignore[return-value]

    with pytest.raises(RuntimeError, match="stack expects each tensor to be equal size"):
        list(Batches.of_set(Odd(4, 4), "cpu", batch_size=2))
