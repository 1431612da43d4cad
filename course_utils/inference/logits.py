"""What a network must answer with: a logit for each class, and each of them a number."""

from torch import Tensor

from course_utils.errors import AnswerError
from course_utils.models.finite import all_finite

PICTURES, POSITIONS = "(N, classes)", "(N, classes, rows, columns)"
"""The shapes of the logits of a classifier, and of a network that answers with a map."""


def require_logits(answer: object, shape: str) -> Tensor:
    """The answer, if it has this shape and is made of numbers.

    Args:
        answer: Of a network.
        shape: ``PICTURES`` or ``POSITIONS``.

    Raises:
        AnswerError: If it is anything else; it says what.
    """
    if not isinstance(answer, Tensor):
        kind = type(answer).__name__
        raise AnswerError(
            f"the network answers with a {kind}, not with logits {shape}: "
            "give one that returns them"
        )
    if answer.ndim != shape.count(",") + 1:
        raise AnswerError(
            f"the network answers with the shape {tuple(answer.shape)}, not with logits {shape}"
        )
    if not all_finite(answer):
        raise AnswerError(
            "the network answers with NaN or infinite numbers: its training diverged, or its "
            "weights are damaged; give other weights"
        )
    return answer


def require_names(logits: int, names: int) -> None:
    """Refuse a network that gives more or fewer logits than there are names, or only one.

    Raises:
        AnswerError: If it does.
    """
    if logits == 1:
        raise AnswerError(
            "the network gives one logit, and a softmax over one class is always 1: give one "
            "with a logit for each of two classes"
        )
    if logits != names:
        raise AnswerError(f"the network gives {logits} logits for {names} names")
