"""Tensors drawn to scale: three numbers of a shape are three lengths of a box."""

import itertools

import numpy as np
import pytest
from matplotlib.patches import Polygon

from course_utils.teaching.flows import flow, shape_flow

pytestmark = pytest.mark.usefixtures("without_a_screen")


SHAPES = {"picture": (3, 224, 224), "conv1": (64, 112, 112), "layer4": (512, 7, 14)}


def test_the_lengths_are_to_scale() -> None:
    patches = [p for p in shape_flow(SHAPES).axes[0].patches if isinstance(p, Polygon)]
    fronts, roofs = patches[2::3], patches[0::3]
    spans = [np.ptp(front.get_xy(), axis=0) for front in fronts]
    depths = [np.ptp(roof.get_xy(), axis=0)[1] for roof in roofs]
    channels, heights, widths = zip(*SHAPES.values(), strict=True)
    for found, expected in (
        ([span[0] for span in spans], channels),
        ([span[1] for span in spans], heights),
        (depths, widths),
    ):
        ratios = np.array(found) / np.array(expected)
        assert np.allclose(ratios, ratios[0])


def test_every_tensor_has_its_name_and_shape_below_it_within_the_figure() -> None:
    figure = shape_flow(SHAPES)
    texts = figure.axes[0].texts
    assert [t.get_text() for t in texts] == [
        "picture\n3×224×224",
        "conv1\n64×112×112",
        "layer4\n512×7×14",
    ]
    places = [text.get_window_extent() for text in texts]
    assert all(first.x1 < second.x0 for first, second in itertools.pairwise(places))
    shown = [*places, *(patch.get_window_extent() for patch in figure.axes[0].patches)]
    for place in shown:
        assert figure.bbox.x0 <= place.x0 < place.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= place.y0 < place.y1 <= figure.bbox.y1


def test_a_flow_has_a_box_for_each_step_and_arrows_between() -> None:
    steps = [("path", "a.jpg"), ("tensor", "(3, 96, 96)"), ("logits", "(2,)")]
    (axis,) = flow(steps, inside=[1]).axes
    texts = [text.get_text() for text in axis.texts if text.get_text()]
    assert texts == ["path\na.jpg", "tensor\n(3, 96, 96)", "logits\n(2,)"]
    assert len(axis.texts) == 3 + 2
