"""How to train: every choice of a training in one place."""

import math
from dataclasses import dataclass

from course_utils.errors import TrainingError
from course_utils.ranges import BATCHES, CLASS_WEIGHTS, DECAYS, EPOCHS, NORMS, RATES, SEEDS, SHARES

LOSSES = ("ce", "dice", "ce+dice")
"""What can be made small: the cross-entropy, the Dice loss, or their sum."""

MEDIAN = "median"
"""Class weights that are computed from the training set: see ``median_frequency_weights``."""

PRECISIONS = ("fp32", "bf16")
"""What a training computes in: true float32, or bfloat16 where that is safe."""

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
        precision: ``"fp32"``, or ``"bf16"``: the network computes in bfloat16 where that is safe.
            It helps on GPUs with tensor cores; the weights stay in float32.
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
    precision: str = "fp32"
    patience: int | None = None
    monitor: str = "accuracy"
    ignore_index: int = -100
    seed: int = 0

    def __post_init__(self) -> None:
        ranges = {
            **dict.fromkeys(("epochs", "patience"), EPOCHS),
            **dict.fromkeys(("batch_size", "evaluation_batch_size"), BATCHES),
            **dict.fromkeys(("learning_rate", "body_learning_rate"), RATES),
            **dict.fromkeys(("warmup", "label_smoothing"), SHARES),
            "weight_decay": DECAYS,
            "clip_norm": NORMS,
            "seed": SEEDS,
        }
        for name, (least, most) in ranges.items():
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                shown = "a huge number" if math.inf > abs(value) > 1e300 else value
                raise TrainingError(
                    f"{name}={shown}: must lie between {least:.10g} and {most:.10g}"
                )
        _require_loss(self)
        for name, known in (("monitor", MONITORS), ("precision", PRECISIONS)):
            value = getattr(self, name)
            if value not in known:
                raise TrainingError(f"{name}={value!r}: choose one of {', '.join(known)}")


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
    least, most = CLASS_WEIGHTS
    if not all(weight == 0 or least <= weight <= most for weight in weights) or not any(weights):
        raise TrainingError(
            f"class_weights={weights}: each is 0, or lies between {least:g} and {most:.10g}, and "
            "not all are 0"
        )
