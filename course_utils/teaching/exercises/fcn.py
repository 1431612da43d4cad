"""Checks of the exercises on networks that label every pixel."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.data.masks import VOID
from course_utils.teaching.exercises.checks import exercise, require_equal
from course_utils.training.metrics import Counter

Size = tuple[int, int]
"""Height and width."""


Pair = tuple[Tensor, Tensor]
"""Truth and answer, each ``(H, W)``."""


@exercise("cells and pixels")
def cells_and_pixels(answer: Callable[[int, int], tuple[Size, Size]]) -> None:
    """Height and width → the size of the map at stride 32, and of the plain network's answer."""
    for size, cells, pixels in (
        ((320, 480), (10, 15), (320, 480)),
        ((161, 250), (6, 8), (192, 256)),
        ((32, 33), (1, 2), (32, 64)),
        ((1, 1), (1, 1), (32, 32)),
    ):
        found = answer(*size)
        pairs = None if found is None else tuple(tuple(pair) for pair in found)
        require_equal(f"sizes_of{size}", pairs, (cells, pixels))


@exercise("loss of pixels")
def loss_of_pixels(answer: Callable[[Tensor, Tensor], Tensor | float]) -> None:
    """Logits ``(N, classes, H, W)`` and labels ``(N, H, W)`` → the mean loss of what counts."""
    generator = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(2, 3, 2, 4, generator=generator)
    labels = torch.randint(3, (2, 2, 4), generator=generator)
    some, none = labels.clone(), torch.full_like(labels, VOID)
    some[0, 0], some[1, 1, 2] = VOID, VOID
    for what, truth in (("no void", labels), ("some void", some), ("only void", none)):
        counts = int((truth != VOID).sum())
        total = F.cross_entropy(logits, truth, ignore_index=VOID, reduction="sum").item()
        found = answer(logits.clone(), truth.clone())
        rounded = None if found is None else round(float(found), 4) + 0.0
        require_equal(f"loss_of with {what}", rounded, round(total / max(counts, 1), 4))


@exercise("same steps with the mean")
def same_steps_with_the_mean(answer: Callable[[float, float, int], tuple[float, float]]) -> None:
    """Rate, decay and batch size of a loop with the sum → rate and decay for the mean."""
    for rate, decay, size in ((0.001, 0.001, 32), (0.5, 0.25, 4), (0.1, 0.0, 8), (0.1, 0.2, 1)):
        found = answer(rate, decay, size)
        pair = None if found is None else tuple(round(float(value), 9) for value in found)
        expected = (round(rate * size, 9), round(decay / size, 9))
        require_equal(f"for_the_mean({rate}, {decay}, {size})", pair, expected)


@exercise("colours of a prediction")
def colors_of_a_prediction(answer: Callable[[Tensor, Tensor], Tensor]) -> None:
    """Logits ``(classes, H, W)`` and colours ``(classes, 3)`` → a picture ``(H, W, 3)``."""
    table = torch.tensor([[0, 0, 0], [128, 0, 0], [0, 128, 0], [0, 0, 128]])
    classes = torch.tensor([[0, 1, 2], [3, 2, 0]])
    logits = F.one_hot(classes, 4).permute(2, 0, 1) - 2.0  # (4, 2, 3), all negative
    found = answer(logits, table)
    listed = None if found is None else torch.as_tensor(found).tolist()
    require_equal(f"for the classes {classes.tolist()}, colors_of", listed, table[classes].tolist())


@exercise("mean IoU of a set")
def mean_iou_of_a_set(answer: Callable[[Sequence[Pair], int], float]) -> None:
    """Pairs of truth and answer, and the number of classes → mean IoU of all together."""
    for what, pairs in (
        ("one picture", [([[0, 0], [1, 2]], [[0, 1], [1, 2]])]),
        ("void", [([[0, 255], [1, 255]], [[0, 2], [0, 1]])]),
        ("two pictures", [([[0, 0, 0, 1]], [[0, 0, 0, 0]]), ([[1, 1, 1, 1]], [[1, 1, 1, 0]])]),
        ("a class that was answered only", [([[0, 0]], [[0, 2]])]),
    ):
        tensors = [(torch.tensor(truth), torch.tensor(given)) for truth, given in pairs]
        counter = Counter(VOID)
        for truth, given in tensors:
            counter.add(F.one_hot(given[None], 4).movedim(-1, 1).float(), truth[None])
        found = answer(tensors, 4)
        rounded = None if found is None else round(float(found), 5)
        expected = round(counter.confusion().mean_iou, 5)
        require_equal(f"mean_iou_of ({what})", rounded, expected)
