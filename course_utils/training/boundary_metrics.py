"""How right a labelling is near the borders of the classes, where little of the picture lies.

Sources: the trimap of Kohli, Ladický and Torr, "Robust Higher Order Potentials for Enforcing Label
Consistency" (2009), section 5; boundary IoU of Cheng et al., "Boundary IoU: Improving
Object-Centric Image Segmentation Evaluation" (2021), section 4. Distances are counted here in
steps to the eight neighbors, so that a band can be computed as a maximum over a square.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.data.loading import Batches
from course_utils.data.masks import VOID
from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing
from course_utils.errors import TrainingError
from course_utils.training.metrics import ConfusionMatrix, Counter
from course_utils.training.state import LabeledSet


def near_border(labels: Tensor, width: int) -> Tensor:
    """The pixels that have another label at most ``width`` steps away: ``(N, H, W)``, bool.

    The picture's own edge is no border. Void is a label like any other: a thing with a void
    outline has its border there.

    Raises:
        TrainingError: If ``width`` is below 1.
    """
    if width < 1:
        raise TrainingError(f"width={width}: the band must be at least 1 pixel wide")
    values = labels.float().unsqueeze(1)  # (N, 1, H, W)
    highest, lowest = _highest_near(values, width), -_highest_near(-values, width)
    return (highest != lowest).squeeze(1)


def _highest_near(values: Tensor, width: int) -> Tensor:
    """The maximum over a square around each pixel: over its column, then over its row."""
    side = 2 * width + 1
    in_column = F.max_pool2d(values, (side, 1), stride=1, padding=(width, 0))
    return F.max_pool2d(in_column, (1, side), stride=1, padding=(0, width))


class BoundaryCounter:
    """Adds up, batch after batch, what is right near the borders.

    Args:
        num_classes: Number of classes.
        width: Of the band on each side of a border, in pixels.
        ignore_index: The label that is not counted.
    """

    def __init__(self, num_classes: int, width: int = 3, ignore_index: int = 255) -> None:
        self.num_classes, self.width, self.ignore_index = num_classes, width, ignore_index
        self.trimap = Counter(ignore_index)
        self.shared = torch.zeros(num_classes, dtype=torch.int64)
        self.united = torch.zeros(num_classes, dtype=torch.int64)

    def add(self, logits: Tensor, labels: Tensor) -> None:
        """Count a batch: logits ``(N, classes, H, W)``, labels ``(N, H, W)``."""
        band = near_border(labels, self.width)
        self.trimap.add(logits, labels.masked_fill(~band, self.ignore_index))
        counts = labels != self.ignore_index
        answers = logits.argmax(dim=1).where(counts, self.ignore_index)  # (N, H, W)
        for index in range(self.num_classes):
            truth = self._rim(labels == index) & counts
            answer = self._rim(answers == index) & counts
            self.shared[index] += (truth & answer).sum().cpu()
            self.united[index] += (truth | answer).sum().cpu()

    @property
    def trimap_accuracy(self) -> float:
        """Share of the pixels near a true border that is labeled rightly; void is left out."""
        return self.trimap.confusion().accuracy

    @property
    def boundary_iou(self) -> Tensor:
        """Of each class, the intersection over union of the rims, ``(classes,)``.

        The rim of a class is what lies inside it, at most ``width`` steps from its border. It is
        nan for a class that has none, neither in truth nor among the answers.
        """
        return self.shared.double() / self.united

    @property
    def mean_boundary_iou(self) -> float:
        """Its mean over the classes that have a rim."""
        return self.boundary_iou.nanmean().item()

    def _rim(self, of_class: Tensor) -> Tensor:
        return of_class & near_border(of_class, self.width)


@dataclass(frozen=True)
class Borders:
    """What a network gets right near the borders of the classes.

    Attributes:
        width: Of the band on each side of a border, in pixels.
        trimap_accuracy: Share of the pixels near a true border that is labeled rightly (0 to 1).
        boundary_iou: Of each class; nan for a class that does not occur.
    """

    width: int
    trimap_accuracy: float
    boundary_iou: tuple[float, ...]

    @property
    def mean_boundary_iou(self) -> float:
        """Its mean over the classes that occur."""
        return torch.tensor(self.boundary_iou).nanmean().item()

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Borders":
        """Read what ``dataclasses.asdict`` and JSON made of it."""
        return cls(**{**content, "boundary_iou": tuple(content["boundary_iou"])})


@torch.inference_mode()
def measure_pixels(
    model: nn.Module,
    pictures: LabeledSet,
    device: torch.device | str = "cpu",
    preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
    width: int = 3,
) -> tuple[ConfusionMatrix, Borders]:
    """Measure a network in ``eval`` mode, picture by picture: everywhere, and near the borders.

    Args:
        model: From pictures ``(N, 3, H, W)`` to logits ``(N, classes, H, W)``.
        pictures: Pairs of a picture ``(3, H, W)`` and a mask ``(H, W)``; 255 is void.
        device: Where to compute.
        preprocessing: Says how pictures that are bytes are normalized.
        width: Of the band on each side of a border, in pixels.

    Raises:
        TrainingError: If there are no pictures.
    """
    model.to(device).eval()
    everywhere, edges = Counter(VOID), None
    for images, labels in Batches.of_set(pictures, device, preprocessing):
        logits = model(images)  # (1, classes, H, W)
        edges = edges or BoundaryCounter(logits.shape[1], width, VOID)
        truth = labels.long()
        everywhere.add(logits, truth)
        edges.add(logits, truth)
    if edges is None:
        raise TrainingError("there are no pictures to measure the borders on")
    borders = Borders(width, edges.trimap_accuracy, tuple(edges.boundary_iou.tolist()))
    return everywhere.confusion(), borders
