"""Ants and bees that nobody has seen: neither a training nor the authors, who chose the network."""

from collections.abc import Sequence

import torch
from PIL import Image

from course_utils.inference.classification import Classifier
from course_utils.teaching.measurements import Row
from garden.experiments.rendered import opened
from garden.sets.labeled import THING_OF, render

INDICES = range(1000, 2000)
"""Of the pictures of each class; the sets of the course end before."""


def answers(classifier: Classifier, indices: Sequence[int]) -> list[Row]:
    """Ask a network for ants and bees about pictures that are rendered now.

    Returns:
        Index, label, and the logit of bees less that of ants.
    """
    return [
        {"seed": index, "label": label, "log_odds": _log_odds(classifier, label, index)}
        for index in indices
        for label in THING_OF["insects"]
    ]


def picture(label: str, index: int) -> Image.Image:
    """Render one picture, ``ants`` or ``bees``."""
    (content,) = render("insects", "val", label, index).values()
    return opened(content)


@torch.inference_mode()
def _log_odds(classifier: Classifier, label: str, index: int) -> float:
    tensor = classifier.transform(picture(label, index))
    ants, bees = classifier.model(tensor[None])[0].tolist()
    return round(float(bees - ants), 4)
