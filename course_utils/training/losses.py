"""What a training makes small."""

from torch import Tensor
from torch.nn import functional as F

from course_utils.errors import TrainingError
from course_utils.training.config import TrainingConfig

AUXILIARY_WEIGHT = 0.3
"""Of an auxiliary classifier: Szegedy et al., "Going Deeper with Convolutions" (2015), 5."""


def training_loss(output: object, labels: Tensor, config: TrainingConfig) -> Tensor:
    """Cross-entropy, averaged over all labels that count; 0 where none does.

    Args:
        output: Logits ``(N, classes)`` or ``(N, classes, H, W)``; or, from GoogLeNet and
            Inception while they train, the logits and those of the auxiliary classifiers.
        labels: Class indices ``(N,)`` or ``(N, H, W)``.
        config: Says which label is ignored, and how much the target is smoothed.

    Raises:
        TrainingError: If the output is anything else.
    """
    outputs = output if isinstance(output, tuple) else (output,)
    losses = [_cross_entropy(logits, labels, config) for logits in outputs]
    return losses[0] + AUXILIARY_WEIGHT * sum(losses[1:])


def _cross_entropy(logits: object, labels: Tensor, config: TrainingConfig) -> Tensor:
    if not isinstance(logits, Tensor):
        raise TrainingError(
            f"the network gives {type(logits).__name__}, not logits: a training needs a tensor"
        )
    total = F.cross_entropy(
        logits,
        labels,
        ignore_index=config.ignore_index,
        reduction="sum",
        label_smoothing=config.label_smoothing,
    )
    return total / (labels != config.ignore_index).sum().clamp(min=1)
