"""The number that shows a flipped bit."""

import random
import time

import pytest
import torch

from course_utils.errors import WeightsError
from course_utils.models import checksums
from course_utils.models.checksums import checksum

CONTENT = {"a": torch.arange(5.0), "b": [torch.tensor(1), "x", 0.5, None], "c": {"d": (1, True)}}


def test_every_bit_counts() -> None:
    draw, before = random.Random(0), checksum(CONTENT)
    for _ in range(50):
        numbers = CONTENT["a"].clone()  # type: ignore[union-attr]
        numbers.view(torch.uint8)[draw.randrange(20)] ^= 1 << draw.randrange(8)
        assert checksum({**CONTENT, "a": numbers}) != before


@pytest.mark.parametrize(
    "change",
    [
        {"a": torch.arange(5)},
        {"a": torch.arange(5.0).double()},
        {"a": torch.arange(5.0)[None]},
        {"b": [torch.tensor(1), "x", None, 0.5]},
        {"b": [torch.tensor(1), "x", 0.5]},
        {"c": {"d": (1, 1)}},
        {"c": {"e": (1, True)}},
        {"e": 1},
    ],
)
def test_names_types_shapes_and_order_count(change: dict[str, object]) -> None:
    assert checksum({**CONTENT, **change}) != checksum(CONTENT)


def test_what_does_not_matter_does_not_count() -> None:
    other = {**CONTENT, "a": torch.stack([torch.arange(5.0)] * 2, dim=1)[:, 0]}
    other["c"] = {"d": [1, True]}
    assert not other["a"].is_contiguous()  # type: ignore[union-attr]
    assert checksum(other) == checksum(CONTENT)
    assert checksum(torch.ones(2, 0)) == checksum(torch.ones(2, 0))
    assert checksum("\udcff") != checksum("\udcfe")


def doubled(part: object, times: int) -> object:
    for _ in range(times):
        part = [part, part]
    return part


itself: list[object] = []
itself.append(itself)
ENDLESS = {
    "lists of lists": doubled([1], 40),
    "tuples of nothing": doubled((), 40),
    "mappings": {"a": doubled({}, 40)},
    "itself": itself,
    "an expanded tensor": torch.zeros(1).expand(1 << 40),
    "one tensor many times": [torch.zeros(1000)] * 100_000,
    "one text many times": ["x" * 10_000] * 100_000,
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_a_small_file_makes_endless_is_refused(name: str) -> None:
    start = time.monotonic()
    with pytest.raises(WeightsError, match="the same again and again"):
        checksum(ENDLESS[name], stored=13_000)
    assert time.monotonic() - start < 10


def test_a_large_file_may_hold_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checksums, "MOST_PARTS", 10)
    assert checksum([1] * 100, stored=100) == checksum([1] * 100)
    with pytest.raises(WeightsError):
        checksum([1] * 100, stored=50)


@pytest.mark.parametrize("tensor", [torch.eye(2).to_sparse(), torch.ones(2, device="meta")])
def test_tensors_without_plain_numbers_are_refused(tensor: torch.Tensor) -> None:
    with pytest.raises(WeightsError, match="a tensor has no plain numbers"):
        checksum({"a": tensor})


def test_the_number_is_that_of_files_written_before() -> None:
    assert checksum(CONTENT) == 0xF4E2D9CE
