"""FCN-8s with class weights and without, its logits shifted by their logarithm either way.

Seven minutes on one quiet core.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.boundary_metrics import measure_pixels
from course_utils.training.config import MEDIAN
from course_utils.training.recipes import Task
from garden.experiments.recording import history_of, measure, told
from garden.experiments.scene_networks import BODY, EPOCHS, opened

CHAPTER = "fcn_skips_weights"
NETWORK = "fcn8s-resnet18"
SEED = 0
TIMES = {"plain": (0, 1), "weighted": (0, -1)}
"""How many times log w is added to the logits, by how the network was trained."""


class Shifted(nn.Module):
    """A network whose logits are shifted, each class by its own number.

    Args:
        network: From pictures to logits ``(N, classes, H, W)``.
        shift: For each class, ``(classes,)``.
    """

    def __init__(self, network: nn.Module, shift: Tensor) -> None:
        super().__init__()
        self.network = network
        self.shift = nn.Buffer(shift.view(-1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return the shifted logits."""
        logits: Tensor = self.network(x)
        return logits + self.shift


def fcn_skips_weights() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    settings: Row = {"network": NETWORK, "epochs": EPOCHS, "seed": SEED}
    rows = [told(row) for loss in TIMES for row in shifted(loss)]
    return [measure(CHAPTER, "shifted", BODY, settings, rows)]


def shifted(loss: str, epochs: int = EPOCHS, until: int | None = None) -> Iterator[Row]:
    """Train one as the recorded ones are trained, and measure it at each shift."""
    task = training(loss, epochs)
    losses = [epoch["training_loss"] for epoch in history_of(task, until)]
    log_w = torch.tensor(training("weighted").config.class_weights).log()
    for times in TIMES[loss]:
        yield {"loss": loss, "times": times, "losses": losses, **measured(task, times * log_w)}


def training(loss: str, epochs: int = EPOCHS) -> Task:
    """The training, not yet begun."""
    weights = MEDIAN if loss == "weighted" else None
    return opened(NETWORK, SEED, epochs, class_weights=weights)


def measured(task: Task, shift: Tensor) -> Row:
    """What the records of other networks say, and the IoU, recall and precision of each class."""
    confusion, borders = measure_pixels(
        Shifted(task.model, shift), task.validation_set, preprocessing=task.info.preprocessing
    )
    return {
        "accuracy": confusion.accuracy,
        "mean_iou": confusion.mean_iou,
        "iou": confusion.iou.tolist(),
        "recall": confusion.recall.tolist(),
        "precision": confusion.precision.tolist(),
        "trimap_accuracy": borders.trimap_accuracy,
    }
