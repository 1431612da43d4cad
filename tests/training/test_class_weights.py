"""Weights of classes: from the frequencies, or given, one for each."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import TrainingError
from course_utils.training.class_weights import median_frequency_weights, settled
from small_trainings import CONFIG

NAMES = ("soil", "bee", "ant")


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=9))
def test_weight_times_frequency_is_the_same_for_all(counts: list[int]) -> None:
    weights = median_frequency_weights(torch.tensor(counts))
    products = {round(w * n / max(counts), 9) for w, n in zip(weights, counts, strict=True)}
    assert len(products) == 1
    if len(counts) % 2:
        assert 1.0 in weights


def test_a_class_that_never_occurs_counts_1_and_moves_no_other() -> None:
    assert median_frequency_weights(torch.tensor([80, 0, 20, 10])) == (0.25, 1.0, 1.0, 2.0)


def test_nothing_to_weigh_by_is_refused() -> None:
    with pytest.raises(TrainingError, match="no class occurs"):
        median_frequency_weights(torch.tensor([0, 0]))


def test_median_is_computed_from_the_training_set_and_numbers_stay() -> None:
    counts = torch.tensor([80, 20, 10])
    found = settled(replace(CONFIG, class_weights="median"), lambda: counts, NAMES)
    assert found.class_weights == (0.25, 1.0, 2.0)
    own = replace(CONFIG, class_weights=(1.0, 2.0, 0.0))
    assert settled(own, lambda: counts, NAMES) == own
    assert settled(CONFIG, lambda: counts, NAMES) == CONFIG


def test_a_missing_weight_is_named() -> None:
    with pytest.raises(TrainingError, match="2 class weights for 3 classes: soil, bee, ant"):
        settled(replace(CONFIG, class_weights=(1.0, 2.0)), lambda: torch.ones(3), NAMES)
