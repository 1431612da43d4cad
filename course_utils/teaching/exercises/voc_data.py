"""Checks of the exercises on masks and the data of segmentation."""

from collections.abc import Callable

import torch
from torch import Tensor

from course_utils.data.masks import VOID, voc_colors
from course_utils.teaching.exercises.checks import exercise, require_equal

Color = tuple[int, int, int]


Size = tuple[int, int]
"""Height and width."""


@exercise("colour of a class")
def color_of_a_class(answer: Callable[[int], Color]) -> None:
    """An index → red, green and blue, as Pascal VOC has them."""
    for index in (0, 1, 2, 5, 9, 15, 20, 64, 200, VOID):
        found = answer(index)
        color = None if found is None else tuple(int(value) for value in found)
        require_equal(f"color_of({index})", color, tuple(voc_colors()[index].tolist()))


@exercise("accuracy without void")
def accuracy_without_void(answer: Callable[[Tensor, Tensor], float]) -> None:
    """Truth and answer ``(H, W)`` → share of right pixels among those that count."""
    for truth, given, expected in (
        ([[0, 0, 0, 255], [2, 2, 255, 0]], [[0, 0, 0, 0], [0, 0, 0, 0]], 4 / 6),
        ([[0, 1], [255, 255]], [[0, 1], [1, 0]], 1.0),
        ([[1, 1], [3, 255]], [[0, 1], [2, 3]], 1 / 3),
        ([[0, 255]], [[1, 255]], 0.0),
        ([[255, 255]], [[0, 1]], 0.0),
    ):
        found = answer(torch.tensor(truth), torch.tensor(given))
        rounded = None if found is None else round(float(found), 6)
        require_equal(f"accuracy_of({truth}, {given})", rounded, round(expected, 6))


@exercise("random crop of both")
def random_crop_of_both(
    answer: Callable[[Tensor, Tensor, int, int], tuple[Tensor, Tensor]],
) -> None:
    """Picture ``(3, H, W)``, mask ``(H, W)``, height, width → the same part of both."""
    mask = torch.arange(5 * 7).reshape(5, 7)  # each pixel tells where it was
    starts = set()
    for _ in range(300):
        found = answer(torch.stack([mask, mask, mask]), mask.clone(), 3, 4)
        assert found is not None, "crop_both gives None: does the function return something?"
        picture, labels = found
        shapes = tuple(picture.shape), tuple(labels.shape)
        require_equal("crop_both of 3 rows and 4 columns: the shapes", shapes, ((3, 3, 4), (3, 4)))
        assert torch.equal(picture[0], labels), "picture and mask were cut at different places"
        start = int(labels[0, 0])
        assert torch.equal(labels, mask[start // 7 :, start % 7 :][:3, :4]), "this is no part of it"
        starts.add(start)
    require_equal("in 300 crops of a 5×7 picture, the number of places", len(starts), 12)


@exercise("pictures that remain")
def pictures_that_remain(answer: Callable[[list[Size], Size], tuple[int, int]]) -> None:
    """Sizes of pictures and of the crop → how many remain, and how many are dropped."""
    for sizes, crop, expected in (
        ([(320, 480), (319, 480), (320, 479), (500, 375), (375, 500)], (320, 480), (2, 3)),
        ([(148, 232), (1000, 200), (200, 1000)], (160, 256), (1, 2)),
        ([(10, 10)], (10, 10), (1, 0)),
        ([], (1, 1), (0, 0)),
    ):
        found = answer(list(sizes), crop)
        pair = tuple(found) if isinstance(found, list | tuple) else found
        require_equal(f"remaining({sizes}, {crop})", pair, expected)


@exercise("baseline of the majority")
def baseline_of_the_majority(answer: Callable[[list[int]], tuple[float, float]]) -> None:
    """Pixels of each class → pixel accuracy and mean IoU of the most frequent one."""
    for counts, accuracy, mean_iou in (
        ([80, 10, 10], 0.8, 0.8 / 3),
        ([10, 60, 20, 10], 0.6, 0.15),
        ([90, 0, 10, 0], 0.9, 0.45),
        ([0, 7], 1.0, 1.0),
    ):
        found = answer(list(counts))
        pair = tuple(round(float(v), 6) for v in found) if found is not None else None
        expected = (round(accuracy, 6), round(mean_iou, 6))
        require_equal(f"baseline_of({counts})", pair, expected)
