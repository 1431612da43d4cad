"""Score maps, boxes and non-maximum suppression, on maps that can be followed by hand."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_utils.analysis import Span
from course_utils.errors import ModelError
from course_utils.inference import Detection, ResponseMap, boxes, score_map, suppress
from course_utils.inference.detections import detections_of, require_probability

WINDOW = Span(size=5, stride=4)  # the middle of window i is pixel 4 i + 2


def response(
    *rows: list[float], height: int | None = None, width: int | None = None
) -> ResponseMap:
    """A map of two classes; the rows are the probabilities of the second."""
    scores = torch.tensor(rows)
    size = (height or 4 * scores.shape[0] + 1, width or 4 * scores.shape[1] + 1)
    return ResponseMap(torch.stack([1 - scores, scores]), WINDOW, *size)


def test_a_score_stands_in_the_middle_of_its_window() -> None:
    row = score_map(response([0.0, 0.8, 0.4]), 1)[0]
    assert row[2:11].tolist() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 0.7, 0.6, 0.5, 0.4])
    assert row[:2].tolist() == [0, 0]  # beyond the outermost middles nothing changes
    assert row[11:].tolist() == pytest.approx([0.4, 0.4])


@pytest.mark.parametrize("step", [1, 2, 3, 5])
def test_no_peak_is_lost_between_two_points(step: int) -> None:
    scores = torch.tensor([[[0.0, 0.0, 0.0], [0.0, 0.9, 0.0], [0.0, 0.0, 0.0]]])
    answer = ResponseMap(scores, Span(size=96, stride=32), 160, 160)  # the middle is 79.5
    assert float(score_map(answer, 0, step).max()) == float(scores.max())
    assert float(score_map(answer, 0, step)[0, 0]) == 0


def test_one_cell_fills_the_picture() -> None:
    found = boxes(response([0.7], height=9, width=6), 1)
    assert found == [Detection(1, pytest.approx(0.7), (0.0, 0.0, 6.0, 9.0))]


def test_a_box_holds_the_pixels_that_reach_the_threshold() -> None:
    found = boxes(response([0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]), 1, 0.5)
    assert [detection.box for detection in found] == [(4.0, 4.0, 9.0, 9.0)]
    assert found[0].score == pytest.approx(1)


def test_two_pieces_are_two_boxes_and_the_better_one_comes_first() -> None:
    found = boxes(response([0.6, 0.0, 0.0, 0.0, 0.9]), 1)
    assert [round(detection.score, 3) for detection in found] == [0.9, 0.6]
    assert found[0].box[0] > found[1].box[2]


def test_nothing_above_the_threshold_is_an_empty_result() -> None:
    assert boxes(response([0.1, 0.2]), 1) == []


@pytest.mark.parametrize("threshold", [0, -0.1, 1.5, float("nan")])
def test_a_threshold_that_is_no_probability_is_refused(threshold: float) -> None:
    with pytest.raises(ModelError, match=r"threshold=.*above 0, at most 1"):
        boxes(response([0.5]), 1, threshold)
    with pytest.raises(ModelError, match=r"threshold=.*above 0, at most 1"):
        require_probability(threshold)


@given(st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=5))
def test_every_box_lies_in_the_picture_and_carries_a_score_that_counts(
    rows: list[list[float]],
) -> None:
    answer = response(*rows)
    for detection in boxes(answer, 1, 0.3):
        left, top, right, bottom = detection.box
        assert 0 <= left < right <= answer.width
        assert 0 <= top < bottom <= answer.height
        assert detection.score >= 0.3


def test_boxes_of_all_scales_are_in_pixels_of_the_picture() -> None:
    small = response([0.0, 1.0], height=5, width=9)  # its picture at half the size
    large = response([0.0, 0.0, 0.0, 0.9], height=10, width=18)
    (left, top, right, bottom) = detections_of([small], 1, 0.5, (18, 10))[0].box
    assert (top, right, bottom) == (0, 18, 10)
    assert left == 2 * boxes(small, 1, 0.5)[0].box[0]
    found = detections_of([small, large], 1, 0.5, (18, 10))
    assert [round(detection.score, 1) for detection in found] == [1.0]  # the other one overlaps


def test_of_boxes_that_overlap_the_best_is_kept() -> None:
    best = Detection(1, 0.9, (0, 0, 10, 10))
    beside = Detection(1, 0.8, (1, 1, 10, 10))
    elsewhere = Detection(1, 0.3, (50, 50, 60, 60))
    assert suppress([elsewhere, beside, best]) == [best, elsewhere]
    assert suppress([]) == []


@pytest.mark.parametrize("scores", [(0.9, 0.8), (0.8, 0.9)])
def test_of_a_box_in_another_the_best_is_kept_however_small(scores: tuple[float, float]) -> None:
    large = Detection(1, scores[0], (0, 0, 100, 100))
    small = Detection(1, scores[1], (40, 40, 45, 45))
    assert suppress([large, small]) == [max(large, small, key=lambda one: one.score)]


def test_what_was_dropped_drops_no_other() -> None:
    first, second, third = (
        Detection(1, score, (left, 0, left + 10, 10))
        for score, left in [(0.9, 0), (0.8, 6), (0.7, 12)]
    )
    assert suppress([first, second, third], 0.3) == [first, third]
    assert suppress([first, second, third], 0.4) == [first, second, third]
