"""From a response map to boxes: threshold, connected pieces, and one box for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import torch
from scipy import ndimage
from torch import Tensor

from course_utils.analysis.box_metrics import Box, shared_part
from course_utils.errors import ModelError
from course_utils.inference.response_maps import ResponseMap

FINE = 4_000_000
"""A score map is drawn with at most about so many points, however large the picture is."""

OVERLAP = 0.3
"""Of two boxes that share more than this part of the smaller one, the better one is kept."""


@dataclass(frozen=True)
class Detection:
    """One place where a class was found.

    Attributes:
        index: Of the class, among the logits.
        score: The highest probability in the piece, 0 to 1.
        box: In pixels of the picture.
    """

    index: int
    score: float
    box: Box


def score_map(response: ResponseMap, index: int, step: int = 1) -> Tensor:
    """Bring a class's probabilities to the picture, each to the middle of its window.

    Between the middles they are interpolated (bilinearly); beyond the outermost ones they stay
    as they are. Stretching the map over the picture instead would move the outer positions.

    Args:
        response: Of the picture.
        index: Of the class.
        step: Pixels from one point to the next.

    Returns:
        ``(ceil(H / step), ceil(W / step))``; the points are the middles of squares of ``step``
        pixels.
    """
    scores = response.probabilities[index]
    for axis, length in enumerate((response.height, response.width)):
        window = response.window
        points = torch.arange(-(-length // step)) * step + (step - 1) / 2
        cells = ((points - window.center()) / window.stride).clamp(0, scores.shape[axis] - 1)
        nearest = cells.round()  # a point right beside a middle takes its value: no peak is lost
        cells = torch.where((cells - nearest).abs() * window.stride > step / 2, cells, nearest)
        below = cells.floor().long().clamp(max=max(0, scores.shape[axis] - 2))
        above = (below + 1).clamp(max=scores.shape[axis] - 1)
        share = (cells - below).unsqueeze(1) if axis == 0 else cells - below
        low, high = scores.index_select(axis, below), scores.index_select(axis, above)
        scores = low + share * (high - low)
    return scores


def boxes(response: ResponseMap, index: int, threshold: float = 0.25) -> list[Detection]:
    """The connected pieces of a picture where a class's probability reaches the threshold.

    Args:
        response: Of the picture.
        index: Of the class.
        threshold: Probability, above 0 and at most 1.

    Returns:
        A detection for each piece, best first; none where the class is nowhere likely enough.

    Raises:
        ModelError: If the threshold is no probability above 0.
    """
    require_probability(threshold)
    step = max(1, round((response.height * response.width / FINE) ** 0.5))
    scores = score_map(response, index, step)
    pieces, count = ndimage.label((scores >= threshold).numpy())
    if not count:
        return []
    slices = ndimage.find_objects(pieces)
    found = [
        Detection(index, float(scores[place].max()), _edges(place, step, response))
        for place in slices
    ]
    return sorted(found, key=lambda detection: -detection.score)


def require_probability(threshold: float) -> None:
    """Refuse a threshold that nothing, or everything, would reach.

    Raises:
        ModelError: If it is no probability above 0.
    """
    if not 0 < threshold <= 1:
        raise ModelError(f"threshold={threshold}: give a probability above 0, at most 1")


def detections_of(
    responses: Sequence[ResponseMap], index: int, threshold: float, size: tuple[int, int]
) -> list[Detection]:
    """Boxes of a class from the responses of several scales, in pixels of the picture.

    Args:
        responses: Of the same picture at one scale or several.
        index: Of the class.
        threshold: Probability from which a position counts.
        size: Width and height of the picture.
    """
    found = []
    for response in responses:
        across, down = size[0] / response.width, size[1] / response.height
        for detection in boxes(response, index, threshold):
            found.append(replace(detection, box=_enlarged(detection.box, across, down)))
    return suppress(found)


def suppress(detections: Iterable[Detection], overlap: float = OVERLAP) -> list[Detection]:
    """Non-maximum suppression: of boxes that overlap keep the one with the highest score.

    The overlap is what two boxes share, as a part of the *smaller* one. So a box inside another is
    dropped, or drops it, however small it is. Intersection over union would keep both.

    Args:
        detections: Of one class, from several scales.
        overlap: Up to which both are kept, 0 to 1.

    Returns:
        Those that are left, best first.
    """
    left = sorted(detections, key=lambda detection: -detection.score)
    kept = []
    while left:
        best, *rest = left
        kept.append(best)
        left = [one for one in rest if shared_part(one.box, best.box) <= overlap]
    return kept


def _edges(place: tuple[slice, slice], step: int, response: ResponseMap) -> Box:
    rows, columns = place
    right, bottom = min(columns.stop * step, response.width), min(rows.stop * step, response.height)
    return float(columns.start * step), float(rows.start * step), float(right), float(bottom)


def _enlarged(box: Box, across: float, down: float) -> Box:
    left, top, right, bottom = box
    return left * across, top * down, right * across, bottom * down
