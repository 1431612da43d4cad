"""What a training makes small: the cross-entropy, the Dice loss, or both.

Where several processes train, each has a part of the batch, and all get the loss of the whole one.
"""

from torch import Tensor
from torch.nn import functional as F

from course_utils.errors import TrainingError
from course_utils.training.class_weights import class_weights_of
from course_utils.training.config import TrainingConfig
from course_utils.training.distributed import summed

AUXILIARY_WEIGHT = 0.3
"""Of an auxiliary classifier: Szegedy et al., "Going Deeper with Convolutions" (2015), 5."""


def training_loss(output: object, labels: Tensor, config: TrainingConfig) -> Tensor:
    """What ``config.loss`` names, over all labels that count; 0 where none does.

    Args:
        output: Logits ``(N, classes)`` or ``(N, classes, H, W)``; or, from GoogLeNet and
            Inception while they train, the logits and those of the auxiliary classifiers.
        labels: Class indices ``(N,)`` or ``(N, H, W)``, of any whole type.
        config: Says which loss, which label is ignored, how the classes are weighted, and how
            much the target is smoothed.

    Raises:
        TrainingError: If the output is anything else, or there is not a weight for each class.
    """
    outputs = output if isinstance(output, tuple) else (output,)
    labels = labels.long()
    losses = [_loss(logits, labels, config) for logits in outputs]
    return losses[0] + AUXILIARY_WEIGHT * sum(losses[1:])


def _loss(logits: object, labels: Tensor, config: TrainingConfig) -> Tensor:
    if not isinstance(logits, Tensor):
        raise TrainingError(
            f"the network gives {type(logits).__name__}, not logits: a training needs a tensor"
        )
    if config.loss == "ce":
        return cross_entropy(logits, labels, config)
    dice = dice_loss(logits, labels, config.ignore_index)
    return dice if config.loss == "dice" else dice + cross_entropy(logits, labels, config)


def cross_entropy(logits: Tensor, labels: Tensor, config: TrainingConfig) -> Tensor:
    """The mean over all labels that count, each with the weight of its class.

    Args:
        logits: ``(N, classes, ...)``.
        labels: Class indices ``(N, ...)``.
        config: As for ``training_loss``.
    """
    counts = labels != config.ignore_index  # (N, ...)
    weights = class_weights_of(config, logits)  # (classes,)
    total = F.cross_entropy(
        logits,
        labels,
        weight=weights,
        ignore_index=config.ignore_index,
        reduction="sum",
        label_smoothing=config.label_smoothing,
    )
    if weights is not None:
        counts = counts * weights[labels.where(counts, 0)]
    weight = summed(counts.sum())
    return summed(total) / weight.where(weight > 0, 1)


def dice_loss(logits: Tensor, labels: Tensor, ignore_index: int) -> Tensor:
    """One minus the Dice coefficient, a mean over the classes that occur in the batch.

    The coefficient of a class is twice what prediction and truth share, divided by what the two
    hold: 1 if they are the same, whether the class is large or small. The prediction is the
    softmax, so that there is a gradient.

    Source: Milletari, Navab and Ahmadi, "V-Net: Fully Convolutional Neural Networks for Volumetric
    Medical Image Segmentation" (2016), section 3, who square the terms below the line.

    Args:
        logits: ``(N, classes, ...)``.
        labels: Class indices ``(N, ...)``.
        ignore_index: The label that does not count.
    """
    counts = labels != ignore_index  # (N, ...)
    shares = logits.float().softmax(dim=1) * counts.unsqueeze(1)  # (N, classes, ...)
    places = labels.where(counts, 0).unsqueeze(1)
    truth = shares.new_zeros(shares.shape).scatter_(1, places, 1.0) * counts.unsqueeze(1)
    others = [axis for axis in range(shares.ndim) if axis != 1]
    shared, predicted = ((shares * truth).sum(others), shares.sum(others))  # (classes,)
    shared, predicted, true = summed(shared), summed(predicted), summed(truth.sum(others))
    dice = 2 * shared / (predicted + true).clamp(min=1e-7)
    occurs = true > 0
    return ((1 - dice) * occurs).sum() / occurs.sum().clamp(min=1)
