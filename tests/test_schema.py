"""Values from files against their types: what does not fit is named."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
import pytest
import torch
from torch import Tensor

from course_utils.errors import DataError, WeightsError
from course_utils.schema import checked


@dataclass(frozen=True)
class Inner:
    side: Annotated[int, msgspec.Meta(ge=1)]

    def __post_init__(self) -> None:
        if self.side == 13:
            raise DataError("side=13: brings no luck")


@dataclass(frozen=True)
class Outer:
    inner: Inner
    many: list[Inner]
    numbers: Tensor


GOOD = {"inner": {"side": 3}, "many": [{"side": 1}], "numbers": torch.ones(1)}


def test_what_fits_becomes_an_object() -> None:
    found = checked(GOOD, Outer, WeightsError)
    assert (found.inner, found.many) == (Inner(3), [Inner(1)])
    assert found.numbers is GOOD["numbers"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"inner": {"side": "3"}}, "inner.side: Expected `int`, got `str`"),
        ({"inner": {"side": 0}}, "inner.side: Expected `int` >= 1"),
        ({"inner": {}}, "inner: Object missing required field `side`"),
        ({"inner": {"side": 13}}, "side=13: brings no luck"),
        ({"many": [{"side": 1}, {"side": None}]}, r"many[1].side: Expected `int`, got `null`"),
        ({"many": [{"side": 1, "more": 2}]}, "many.more: is unknown"),
        ({"more": 2}, "more: is unknown"),
        ({"numbers": [1.0]}, "numbers: Expected `Tensor`, got `list`"),
        ({"inner": torch.ones(2, 3)}, "a tensor stands where fields should be"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(WeightsError) as caught:
        checked({**GOOD, **change}, Outer, WeightsError)
    assert str(caught.value) == sentence
