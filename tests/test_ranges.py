"""What lies in a range can be used."""

import pytest
import torch

from course_utils import ranges
from course_utils.runtime import seed_everything

NAMES = [name for name in vars(ranges) if name.isupper()]


@pytest.mark.parametrize("name", NAMES)
def test_the_least_is_first_and_both_are_numbers_of_float32(name: str) -> None:
    least, most = getattr(ranges, name)
    assert least < most
    assert torch.tensor([least, most], dtype=torch.float32).isfinite().all()
    assert (least > 0) == (torch.tensor(least, dtype=torch.float32) > 0)


@pytest.mark.parametrize("seed", ranges.SEEDS)
def test_the_first_and_the_last_seed_are_seeds(seed: int) -> None:
    seed_everything(seed)
