"""Checks of the exercises on finding things in a picture."""

from collections.abc import Callable
from itertools import product

import torch
from torch import Tensor

from course_utils.teaching.exercises.checks import exercise, require_equal

Box = tuple[float, float, float, float]


SQUARE: Box = (0, 0, 10, 10)


@exercise("where a position belongs")
def place_of_a_position(answer: Callable[[int, int, int, float], float]) -> None:
    """Position, size and stride of the windows, scale of the copy → a pixel of the picture."""
    for position, size, stride, scale in (
        (0, 4, 2, 1),
        (0, 224, 32, 1),
        (3, 96, 32, 1),
        (2, 96, 32, 0.5),
        (5, 100, 16, 2),
    ):
        middle = position * stride + (size - 1) / 2
        call = f"place({position}, size={size}, stride={stride}, scale={scale})"
        require_equal(call, answer(position, size, stride, scale), (middle + 0.5) / scale - 0.5)


@exercise("windows and cells")
def windows_and_cells(answer: Callable[[int, int], tuple[int, int]]) -> None:
    """Height and width of a picture → windows of 224 wholly inside, and cells of the dense map."""
    for height, width in ((387, 1024), (224, 224), (255, 256), (225, 640), (1000, 448)):
        inside, cells = 1, 1
        for length in (height, width):
            inside *= (length - 224) // 32 + 1
            cells *= -(-length // 32) - 6
        found = answer(height, width)
        pair = None if found is None else tuple(found)
        require_equal(f"windows_and_cells({height}, {width})", pair, (inside, cells))


@exercise("boxes of a mask")
def boxes_of_a_mask(answer: Callable[[Tensor], list[tuple[int, int, int, int]]]) -> None:
    """A mask ``(H, W)`` of True and False → a box for each connected piece, from the left."""
    corner = torch.zeros(4, 6, dtype=torch.bool)
    corner[0, 0] = corner[1:3, 2:5] = True
    bent = torch.zeros(5, 7, dtype=torch.bool)
    bent[:, 1] = bent[4, 1:4] = bent[0, 5] = True
    touching = torch.zeros(3, 4, dtype=torch.bool)
    touching[0, 0] = touching[1, 1] = True
    for name, mask, expected in (
        ("a pixel in the corner and a rectangle", corner, [(0, 0, 1, 1), (2, 1, 5, 3)]),
        ("an L and a pixel", bent, [(1, 0, 4, 5), (5, 0, 6, 1)]),
        ("two pixels that touch at a corner", touching, [(0, 0, 1, 1), (1, 1, 2, 2)]),
        ("nothing", torch.zeros(3, 3, dtype=torch.bool), []),
    ):
        found = answer(mask.clone())
        whole = None if found is None else sorted(tuple(map(int, box)) for box in found)
        require_equal(f"boxes of a mask with {name}", whole, expected)


@exercise("intersection over union")
def overlap_of_boxes(answer: Callable[[Box, Box], float]) -> None:
    """Two boxes → the area that they share by the area that they cover together."""
    for other, expected in (
        (SQUARE, 1.0),
        ((5, 0, 15, 10), 0.3333),
        ((2, 2, 7, 7), 0.25),
        ((20, 20, 30, 30), 0.0),
        ((10, 0, 20, 10), 0.0),
        ((-10, 20, 20, 30), 0.0),
    ):
        for pair in ((SQUARE, other), (other, SQUARE)):
            found = answer(*pair)
            rounded = None if found is None else round(float(found), 4)
            require_equal(f"iou({pair[0]}, {pair[1]})", rounded, expected)


@exercise("keep the best")
def keep_the_best(answer: Callable[[list[tuple[float, Box]], float], list[float]]) -> None:
    """Pairs of score and box → the scores that non-maximum suppression keeps, best first."""
    chain = [(0.9, (0.0, 0.0, 10.0, 10.0)), (0.8, (4.0, 0.0, 14.0, 10.0))]
    chain.append((0.7, (8.0, 0.0, 18.0, 10.0)))
    far = (0.95, (50.0, 0.0, 60.0, 10.0))
    for boxes, overlap, expected in (
        (chain, 0.3, [0.9, 0.7]),
        ([*chain[::-1], far], 0.3, [0.95, 0.9, 0.7]),
        (chain, 0.5, [0.9, 0.8, 0.7]),
        ([], 0.3, []),
    ):
        found = answer(list(boxes), overlap)
        found = None if found is None else [float(score) for score in found]
        require_equal(f"keep({boxes}, {overlap})", found, expected)


@exercise("class of the panorama")
def class_of_the_panorama(answer: Callable[[Tensor, int], int]) -> None:
    """Logits ``(classes, h, w)``, index of background → the class with the highest softmax."""
    generator = torch.Generator().manual_seed(0)
    for number, nothing in product(range(8), (0, 2)):
        logits = 3 * torch.randn(4, 2, 5, generator=generator)
        logits[:, 0, 0] += 20  # large logits, but an undecided cell
        peaks = logits.softmax(dim=0).flatten(1).amax(dim=1)
        expected = max((i for i in range(4) if i != nothing), key=lambda i: float(peaks[i]))
        found = answer(logits.clone(), nothing)
        found = None if found is None else int(found)
        require_equal(f"best_class(logits {number}, nothing={nothing})", found, expected)
