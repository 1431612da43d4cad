"""Whether probabilities can be believed: counted by hand."""

import math

import pytest
import torch

from course_utils.training.calibration import Calibration

PROBABILITIES = torch.tensor([0.95, 0.91, 1.0, 0.55, 0.52, 0.65])
RIGHT = torch.tensor([True, False, True, True, False, True])


def test_answers_are_counted_in_ten_ranges() -> None:
    found = Calibration()
    found.add(PROBABILITIES, RIGHT)
    assert found.counts.tolist() == [0, 0, 0, 0, 0, 2, 1, 0, 0, 3]
    assert found.right.tolist() == [0, 0, 0, 0, 0, 1, 1, 0, 0, 2]
    assert found.sums[9].item() == pytest.approx(0.95 + 0.91 + 1.0)


def test_the_expected_error_by_hand() -> None:
    """Three ranges: |1/2 - 1.07/2| with 2 of 6, |1 - 0.65| with 1, |2/3 - 2.86/3| with 3."""
    found = Calibration()
    found.add(PROBABILITIES, RIGHT)
    by_hand = 2 / 6 * abs(0.5 - 0.535) + 1 / 6 * 0.35 + 3 / 6 * abs(2 / 3 - 2.86 / 3)
    assert found.expected_error == pytest.approx(by_hand)
    assert found.expected_error == pytest.approx(0.213333, abs=1e-6)


def test_parts_add_up_to_the_whole() -> None:
    whole, first, second = Calibration(), Calibration(), Calibration()
    whole.add(PROBABILITIES, RIGHT)
    first.add(PROBABILITIES[:2], RIGHT[:2])
    second.add(PROBABILITIES[2:], RIGHT[2:])
    both = first + second
    assert torch.equal(both.counts, whole.counts)
    assert both.expected_error == pytest.approx(whole.expected_error)


def test_of_nothing_there_is_no_error_and_what_is_no_number_is_counted() -> None:
    found = Calibration()
    assert math.isnan(found.expected_error)
    found.add(torch.tensor([math.nan]), torch.tensor([False]))
    assert found.counts.tolist() == [1] + [0] * 9
