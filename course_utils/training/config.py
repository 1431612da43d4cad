"""How to train: every choice of a training in one place."""

import math
from dataclasses import dataclass

from course_utils.errors import TrainingError

LOSSES = ("ce", "dice", "ce+dice")
"""What can be made small: the cross-entropy, the Dice loss, or their sum."""

MEDIAN = "median"
"""Class weights that are computed from the training set: see ``median_frequency_weights``."""

MONITORS = {"validation_loss": -1, "accuracy": 1, "mean_iou": 1}
"""What early stopping can watch, and whether less (−1) or more (1) of it is better."""


@dataclass(frozen=True)
class TrainingConfig:
    """How to train.

    Attributes:
        epochs: How often every training picture is seen.
        learning_rate: Highest value of the one-cycle schedule (up, then down to almost 0).
        body_learning_rate: The highest value for all layers but the head; ``None`` is the same.
        warmup: Share of the steps in which the rate rises, 0 to 1.
        weight_decay: AdamW's.
        batch_size: Pictures a step.
        evaluation_batch_size: Pictures that are measured together; 1 where their sizes differ.
        loss: ``"ce"`` (cross-entropy), ``"dice"``, or ``"ce+dice"``, their sum.
        class_weights: How much a label of each class counts in the cross-entropy, in the order of
            the classes; ``"median"`` computes them from the training set; ``None`` is 1 for all.
        label_smoothing: Share of the target that is spread evenly over all classes, 0 to 1.
        clip_norm: Longest gradient allowed, all parameters together; ``None`` allows any.
        mixed_precision: Whether the network computes in bfloat16 where that is safe. It helps
            on GPUs with tensor cores; the weights stay in float32.
        patience: Stop after so many epochs without a better ``monitor``, and go back to the best
            one; ``None`` never stops early.
        monitor: ``"accuracy"``, ``"mean_iou"`` or ``"validation_loss"``.
        ignore_index: The label that counts neither for the loss nor for a metric, such as 255
            for the void pixels of a mask.
        seed: Of the order of the pictures.

    Raises:
        TrainingError: If a value is out of its range.
    """

    epochs: int = 60
    learning_rate: float = 2e-3
    body_learning_rate: float | None = None
    warmup: float = 0.3
    weight_decay: float = 0.05
    batch_size: int = 16
    evaluation_batch_size: int = 64
    loss: str = "ce"
    class_weights: tuple[float, ...] | str | None = None
    label_smoothing: float = 0.0
    clip_norm: float | None = None
    mixed_precision: bool = False
    patience: int | None = None
    monitor: str = "accuracy"
    ignore_index: int = -100
    seed: int = 0

    def __post_init__(self) -> None:
        _require_whole("epochs", self.epochs)
        _require_whole("batch_size", self.batch_size)
        _require_whole("evaluation_batch_size", self.evaluation_batch_size)
        _require_positive("learning_rate", self.learning_rate)
        _require_share("warmup", self.warmup)
        _require_not_negative("weight_decay", self.weight_decay)
        _require_share("label_smoothing", self.label_smoothing)
        _require_loss(self)
        if self.body_learning_rate is not None:
            _require_positive("body_learning_rate", self.body_learning_rate)
        if self.clip_norm is not None:
            _require_positive("clip_norm", self.clip_norm)
        if self.patience is not None:
            _require_whole("patience", self.patience)
        if self.monitor not in MONITORS:
            raise TrainingError(f"monitor={self.monitor!r}: choose one of {', '.join(MONITORS)}")


def _require_whole(name: str, value: int) -> None:
    if value < 1:
        raise TrainingError(f"{name}={value}: must be at least 1")


def _require_positive(name: str, value: float) -> None:
    if not 0 < value < math.inf:
        raise TrainingError(f"{name}={value}: must be above 0")


def _require_not_negative(name: str, value: float) -> None:
    if not 0 <= value < math.inf:
        raise TrainingError(f"{name}={value}: must be 0 or above")


def _require_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise TrainingError(f"{name}={value}: must lie between 0 and 1")


def _require_loss(config: TrainingConfig) -> None:
    if config.loss not in LOSSES:
        raise TrainingError(f"loss={config.loss!r}: choose one of {', '.join(LOSSES)}")
    weights = config.class_weights
    if config.loss == "dice" and (weights is not None or config.label_smoothing):
        raise TrainingError(
            "loss='dice': class weights and label smoothing change the cross-entropy, and there "
            "is none; take 'ce' or 'ce+dice', or leave them out"
        )
    if weights is None or weights == MEDIAN:
        return
    if isinstance(weights, str):
        raise TrainingError(f"class_weights={weights!r}: give {MEDIAN!r}, or a number a class")
    if not all(0 <= weight < math.inf for weight in weights) or not any(weights):
        raise TrainingError(f"class_weights={weights}: must be 0 or above, and not all 0")
