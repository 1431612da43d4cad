"""How much the labels of each class count, where some classes are much rarer than others."""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from course_utils.errors import TrainingError
from course_utils.training.config import MEDIAN, TrainingConfig


def median_frequency_weights(counts: Tensor) -> tuple[float, ...]:
    """The median of the classes' frequencies, divided by the frequency of each.

    A class that is half as frequent counts twice as much. One that never occurs has the weight 1,
    and is left out of the median.

    Source: Badrinarayanan, Kendall and Cipolla, "SegNet: A Deep Convolutional Encoder-Decoder
    Architecture for Image Segmentation" (2017), section 4, after Eigen and Fergus, "Predicting
    Depth, Surface Normals and Semantic Labels" (2015), section 6.3.2. The latter count a class's
    frequency only in the pictures that hold it; here it is that in all of them.

    >>> median_frequency_weights(torch.tensor([80, 20, 10]))
    (0.25, 1.0, 2.0)

    Args:
        counts: How often each class occurs, ``(classes,)``: pixels, or pictures.

    Raises:
        TrainingError: If no class occurs.
    """
    there = counts > 0
    if not there.any():
        raise TrainingError("no class occurs, so there is nothing to weigh the classes by")
    numbers = counts.double()
    weights = numbers[there].quantile(0.5) / numbers
    return tuple(weights.where(there, 1.0).tolist())


def settled(
    config: TrainingConfig, counts: Callable[[], Tensor], names: tuple[str, ...]
) -> TrainingConfig:
    """The same with a weight for each class, where it has weights.

    Args:
        config: How to train.
        counts: Counts how often each class occurs in the training set, ``(classes,)``.
        names: Of the classes.

    Raises:
        TrainingError: If there is not a weight for each class, or no class occurs.
    """
    if config.class_weights == MEDIAN:
        return replace(config, class_weights=median_frequency_weights(counts()))
    if config.class_weights is not None:
        _require_all(config.class_weights, len(names), f": {', '.join(names)}")
    return config


def class_weights_of(config: TrainingConfig, logits: Tensor) -> Tensor | None:
    """The weights ``(classes,)`` beside logits ``(N, classes, ...)``; ``None`` if all count alike.

    Raises:
        TrainingError: If there is not a weight for each class.
    """
    if config.class_weights is None:
        return None
    _require_all(config.class_weights, logits.shape[1], "")
    return torch.tensor(config.class_weights, dtype=torch.float32, device=logits.device)


def _require_all(weights: tuple[float, ...] | str, classes: int, which: str) -> None:
    if isinstance(weights, str):
        raise TrainingError(
            f"class_weights={weights!r}: are computed where a set is opened; give a number a class"
        )
    if len(weights) != classes:
        raise TrainingError(f"{len(weights)} class weights for {classes} classes{which}")
