"""A network left in train mode: its answers on batches of other sizes and of other company."""

from collections.abc import Sequence

import torch
from torch import Tensor

from course_utils.inference.classification import Classifier
from course_utils.teaching.measurements import Row
from garden.experiments.fresh_insects import picture
from garden.sets.labeled import THING_OF

SIZES = (1, 2, 4, 8, 16, 32, 64)
ORDERS = range(10)
"""Seeds of random orders of the pictures."""

MIXED, ONE_CLASS = "mixed", "one class"


def pictures(classifier: Classifier, indices: Sequence[int]) -> Tensor:
    """Render pictures that no set of the course holds, ants and bees in turns: ``(N, 3, H, W)``."""
    return torch.stack(
        [classifier.transform(picture(label, i)) for i in indices for label in THING_OF["insects"]]
    )


def batches_of(labels: Tensor, kind: str, size: int, order: int) -> list[Tensor]:
    """Cut the positions of all pictures into batches, in a random order.

    Args:
        labels: The class of each picture, 0 or 1.
        kind: ``mixed``, or ``one class``: then a batch has pictures of one class only.
        size: Of a batch; the last of a class, or of all, may be smaller.
        order: The seed.
    """
    shuffled = torch.randperm(len(labels), generator=torch.Generator().manual_seed(order))
    of_each = [shuffled[labels[shuffled] == label] for label in (0, 1)]
    rows = [shuffled] if kind == MIXED else of_each
    return [row[start : start + size] for row in rows for start in range(0, len(row), size)]


def answers(
    classifier: Classifier, inputs: Tensor, labels: Tensor, kind: str, size: int, order: int
) -> Row:
    """Count the right answers of each class; afterwards the network is as it was before."""
    kept = {name: value.clone() for name, value in classifier.model.state_dict().items()}
    found = torch.empty_like(labels)
    classifier.model.train()
    with torch.no_grad():
        for batch in batches_of(labels, kind, size, order):
            found[batch] = classifier.model(inputs[batch]).argmax(dim=1)
    classifier.model.load_state_dict(kept)
    classifier.model.eval()
    ants, bees = (int((found == labels)[labels == label].sum()) for label in (0, 1))
    row = {"seed": order, "batches": kind, "size": size}
    return row | {"ants_right": ants, "bees_right": bees}
