"""Pictures are read ahead, in their order, gathered as bytes, moved once, normalized there."""

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from course_utils.data.images import load_image
from course_utils.data.loading import Batches, PicturesOfSet
from course_utils.data.transforms import (
    Preprocessing,
    batch_transform,
    evaluation_transform,
)
from course_utils.errors import DataError, ImageError
from picture_files import noise, save

SMALL = Preprocessing(24, 20, (0.1, 0.5, 0.4), (0.2, 0.3, 0.7))


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


class Twice:
    """A set of which files are read apart: each number, and then chance is added."""

    def __init__(self, count: int) -> None:
        self.count, self.read, self.threads = count, [], set()

    def __len__(self) -> int:
        return self.count

    def read_at(self, position: int) -> int:
        self.read.append(position)
        self.threads.add(threading.current_thread().name)
        return 10 * position

    def item_of(self, position: int, read: int) -> tuple[Tensor, int]:
        return read + torch.rand(3, 2, 2), position


class Plain(Dataset[tuple[Tensor, int]]):
    """The same without reading apart."""

    def __init__(self, count: int) -> None:
        self.whole = Twice(count)

    def __len__(self) -> int:
        return self.whole.count

    def __getitem__(self, position: int) -> tuple[Tensor, int]:
        return self.whole.item_of(position, self.whole.read_at(position))


@pytest.mark.parametrize("readers", [1, 2, 7])
def test_the_readers_change_no_batch_and_no_random_number(readers: int) -> None:
    """That of PyTorch's own loader, whose draws come between ours."""
    found = []
    for pictures in (Twice(23), Plain(23), None):
        torch.manual_seed(3)
        if pictures is None:
            loader = DataLoader(Plain(23), batch_size=4, shuffle=True)
        else:
            loader = PicturesOfSet(pictures, readers, batch_size=4, shuffle=True)
        epochs = [batch for _ in range(2) for batch in loader]
        found.append(
            (torch.cat([images for images, _ in epochs]), torch.cat([y for _, y in epochs]))
        )
        assert len(loader) == 6
    for images, labels in found[1:]:
        assert torch.equal(images, found[0][0])
        assert torch.equal(labels, found[0][1])


def test_the_next_batches_of_a_set_are_read_meanwhile_and_no_more() -> None:
    pictures = Twice(100)
    loader = PicturesOfSet(pictures, 2, batch_size=5)
    batches = iter(loader)
    next(batches)
    assert "MainThread" not in pictures.threads
    deadline = time.monotonic() + 10
    while len(pictures.read) < 15 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    assert len(pictures.read) == 15
    assert loader.positions == [0, 1, 2, 3, 4]


def test_what_is_left_out_leaves_its_batch() -> None:
    class Holes(Twice):
        def read_at(self, position: int) -> int | None:
            return None if position in (1, 4, 5, 6, 7) else position

    loader = PicturesOfSet(Holes(10), 2, batch_size=4)
    assert [labels.tolist() for _, labels in loader] == [[0, 2, 3], [8, 9]]


def test_an_error_of_a_reader_is_raised_in_its_turn() -> None:
    class Broken(Twice):
        def read_at(self, position: int) -> int:
            if position == 6:
                raise DataError("too many are bad")
            return position

    loader, seen = PicturesOfSet(Broken(10), 2, batch_size=2), []
    with pytest.raises(DataError):
        for _, labels in loader:
            seen.append(labels.tolist())
    assert seen == [[0, 1], [2, 3], [4, 5]]
