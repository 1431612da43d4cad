"""The number that shows a flipped bit."""

import random

import pytest
import torch

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


@pytest.mark.parametrize(
    "tensor",
    [
        torch.eye(3).to_sparse(),
        torch.ones(2, device="meta"),
        torch.ones(2, dtype=torch.complex64).conj(),
        torch.zeros(1).expand(10**9),
    ],
    ids=["sparse", "meta", "conjugate", "expanded"],
)
def test_what_has_no_numbers_of_its_own_has_no_checksum(tensor: torch.Tensor) -> None:
    with pytest.raises(ValueError, match="is sparse, expanded or empty"):
        checksum([tensor])
    assert checksum(torch.ones(2, 3).t()) == checksum(torch.ones(3, 2))
    assert checksum(torch.ones(1).expand(100)) == checksum(torch.ones(100))
