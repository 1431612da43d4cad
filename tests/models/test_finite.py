"""Numbers that are none are found, quickly, and named."""

import pytest
import torch

from course_utils.errors import WeightsError
from course_utils.models.finite import all_finite, require_finite


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("a.weight", float("nan"), r"m\.pth: a\.weight holds NaN: the training diverged"),
        ("a.weight", float("-inf"), "a.weight holds infinite numbers"),
        ("a.running_var", -0.25, "holds -0.25, and no variance is negative: the file is damaged"),
    ],
)
def test_the_first_tensor_is_named(name: str, value: float, sentence: str) -> None:
    bad = {"b": torch.ones(2), name: torch.tensor([1.0, value, 2.0])}
    good = {key: torch.ones_like(tensor) for key, tensor in bad.items()}
    require_finite(good, good, "m.pth")
    with pytest.raises(WeightsError, match=sentence):
        require_finite(bad, good, "m.pth")
    require_finite(bad, good, "m.pth", but=[name])


def test_what_has_no_fractions_or_is_so_in_the_network_is_fine() -> None:
    mask = {"mask": torch.tensor([0.0, float("-inf")]), "steps": torch.tensor(-3)}
    require_finite(mask, mask, "m.pth")
    nothing = {"a.running_var": torch.ones(0), "b": torch.ones(2, device="meta")}
    require_finite(nothing, nothing, "m.pth")


def test_large_numbers_whose_sum_is_infinite_are_numbers() -> None:
    assert all_finite(torch.full((4,), 3e38))
    assert not all_finite(torch.tensor([float("inf"), float("-inf")]))
