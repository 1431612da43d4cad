"""The last layer of a trained FCN-32s with other kernels: what becomes of its grid and labels.

And the chapter's small layers, trained four times as long. A minute and a half on one quiet core.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.transforms.v2.functional import pil_to_tensor

from course_utils.data import VOCSegmentation, batch_transform, dataset_path, load_image
from course_utils.data.masks import VOID
from course_utils.data.voc_layout import load_voc_mask, picture_path
from course_utils.models import bilinear_kernel
from course_utils.models.fcn import FCN
from course_utils.models.pretrained import load_segmenter
from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.metrics import Counter
from garden.experiments.recording import measure, told

CHAPTER = "transposed_convolution"
WEIGHTS = "scenes-fcn32s"
STRIDE = 32
TRAINED = "as trained"
STARTS = "bilinear", "random", "random, sums 1"
SEEDS, CROPS, LONG = 5, 24, 3200


def transposed_convolution() -> list[Measurement]:
    """Label all validation pictures with each kernel, and train from three starts."""
    torch.set_num_threads(1)
    root = dataset_path("scenes")
    names = VOCSegmentation(root, "val").names
    kernels: Row = {"pictures": len(names)}
    starts: Row = {"seeds": SEEDS, "steps": LONG, "lr": 0.07, "pictures": CROPS}
    return [
        measure(CHAPTER, "kernels", WEIGHTS, kernels, map(told, with_each_kernel(names))),
        measure(CHAPTER, "starts", "scenes", starts, map(told, from_each_start(LONG))),
    ]


def sums_of_kinds(weight: Tensor, stride: int) -> Tensor:
    """Of each channel and kind of pixel, ``(C, stride, stride)``."""
    return _in_blocks(weight, stride).sum(dim=(1, 3))


def even_sums(weight: Tensor, stride: int) -> Tensor:
    """Give the weights of every kind of pixel the same sum, the mean of those they had.

    Args:
        weight: Of a depthwise transposed convolution, ``(C, 1, k, k)``.
        stride: Its stride; ``k`` is a multiple of it.
    """
    blocks = _in_blocks(weight, stride)
    sums = blocks.sum(dim=(1, 3), keepdim=True)  # (C, 1, stride, 1, stride)
    mean = sums.mean(dim=(2, 4), keepdim=True)
    return (blocks / sums * mean).reshape(weight.shape)


def even_moments(weight: Tensor, stride: int) -> Tensor:
    """Give every kind the mean sum and the mean first moments of its class, in both directions.

    Of the four weights of a kind only what is left free is kept: the difference of its diagonals.

    Args:
        weight: Of a depthwise transposed convolution, ``(C, 1, 2 · stride, 2 · stride)``.
        stride: Its stride.
    """
    blocks = _in_blocks(weight, stride)  # (C, 2, stride, 2, stride)
    sums = blocks.sum(dim=(1, 3)).mean(dim=(1, 2))[:, None, None]  # (C, 1, 1)
    place = torch.arange(2 * stride).to(weight).reshape(1, 2, stride, 1, 1)
    down = (blocks * place).sum(dim=(1, 3)).mean(dim=(1, 2))[:, None, None]
    right = (blocks * place.permute(0, 3, 4, 1, 2)).sum(dim=(1, 3)).mean(dim=(1, 2))[:, None, None]
    first = torch.arange(stride).to(weight)
    below = (down - first[:, None] * sums) / stride  # of the second weights, (C, stride, 1)
    behind = (right - first * sums) / stride  # (C, 1, stride)
    diagonal = weight.new_zeros(len(weight), stride, stride)
    for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
        diagonal += (-1) ** (row + column) * blocks[:, row, :, column]
    new = torch.empty_like(blocks)
    for row, sign_row in ((0, 1), (1, -1)):
        for column, sign_column in ((0, 1), (1, -1)):
            parts = sums + sign_row * (sums - 2 * below) + sign_column * (sums - 2 * behind)
            new[:, row, :, column] = (parts + sign_row * sign_column * diagonal) / 4
    return new.reshape(weight.shape)


def _in_blocks(weight: Tensor, stride: int) -> Tensor:
    channels, _, side, _ = weight.shape
    copies = side // stride
    return weight.reshape(channels, copies, stride, copies, stride)


def with_each_kernel(names: Sequence[str]) -> list[Row]:
    """For each kernel: accuracy, mean IoU, the share of the labels that it changes, the grid.

    The grid is how large the mean step from one column of scores to its neighbor is at the worst
    of the 32 places, with the mean over all places as 1.
    """
    model, info = load_segmenter(WEIGHTS)
    assert isinstance(model, FCN), f"{WEIGHTS} is no FCN"
    prepare, root = batch_transform(info.preprocessing), dataset_path("scenes")
    kernels = kernels_of(model.head.enlarge.weight.detach().clone())
    counters = {kernel: Counter(VOID) for kernel in kernels}
    changed, pixels = dict.fromkeys(kernels, 0), 0
    steps = {kernel: torch.zeros(STRIDE) for kernel in kernels}
    for name in names:
        picture = prepare(pil_to_tensor(load_image(picture_path(root, name)))[None])
        truth = torch.from_numpy(load_voc_mask(root, name, len(info.class_names)))[None].long()
        scores = {kernel: _scores(model, picture, weight) for kernel, weight in kernels.items()}
        labels = scores[TRAINED].argmax(dim=1)
        for kernel, counter in counters.items():
            counter.add(scores[kernel], truth)
            changed[kernel] += int((scores[kernel].argmax(dim=1) != labels).sum())
            steps[kernel] += steps_at_places(scores[kernel])
        pixels += truth.numel()
    return [
        {
            "kernel": kernel,
            "accuracy": counter.confusion().accuracy,
            "mean_iou": counter.confusion().mean_iou,
            "changed": changed[kernel] / pixels,
            "grid": float(steps[kernel].max() / steps[kernel].mean()),
        }
        for kernel, counter in counters.items()
    ]


def kernels_of(trained: Tensor) -> dict[str, Tensor]:
    """The trained kernel, four controls, and the one that it began as."""
    start = bilinear_kernel(1, 1, 2 * STRIDE).repeat(len(trained), 1, 1, 1)
    scale = sums_of_kinds(trained, STRIDE).mean(dim=(1, 2))[:, None, None, None]
    return {
        TRAINED: trained,
        "sums made equal": even_sums(trained, STRIDE),
        "sums and moments made equal": even_moments(trained, STRIDE),
        "bilinear, each class's sum": start * scale,
        "trained, every class's sum 1": trained / scale,
        "bilinear": start,
    }


def steps_at_places(scores: Tensor) -> Tensor:
    """Mean size of the step between two columns, by its place in the 32 pixels of a cell."""
    steps = scores.diff(dim=-1).abs().mean(dim=(0, 1, 2))  # (W − 1,)
    inside = steps[STRIDE : len(steps) // STRIDE * STRIDE]
    return inside.reshape(-1, STRIDE).mean(dim=0)


def from_each_start(steps: int) -> list[Row]:
    """Train the chapter's small layers longer; the error of each of the five seeds.

    Its errors are those on unseen pictures, with that of bilinear interpolation as 1.
    """
    torch.manual_seed(0)  # of the crops, as in the chapter
    train, unseen = _gray("train"), _gray("val")
    small, unseen_small = F.avg_pool2d(train, 2), F.avg_pool2d(unseen, 2)
    rule = F.interpolate(unseen_small, scale_factor=2, mode="bilinear", align_corners=False)
    layers = small_layers()
    optimizer = torch.optim.Adam(layers.parameters(), lr=0.07)
    slower = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 0.01, steps)
    for _ in range(steps):
        chosen = torch.randint(len(train), (2, layers.groups))
        loss = squared_error(layers(small[chosen, 0]), train[chosen, 0]).sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        slower.step()
    with torch.inference_mode():
        large = layers(unseen_small.expand(-1, layers.groups, -1, -1))
        errors = squared_error(large, unseen) / squared_error(rule, unseen)
    return [
        {"start": start, "errors": errors[number * SEEDS :][:SEEDS].tolist()}
        for number, start in enumerate(STARTS)
    ]


def small_layers() -> nn.ConvTranspose2d:
    """As many layers as starts and seeds, in one."""
    torch.manual_seed(0)
    count = len(STARTS) * SEEDS
    layers = nn.ConvTranspose2d(count, count, 4, 2, 1, groups=count, bias=False)
    layers.weight.data[:SEEDS] = bilinear_kernel(1, 1, 4)
    shifted = layers.weight.data[2 * SEEDS :]
    shifted += (1 - sums_of_kinds(shifted, 2)).repeat(1, 2, 2)[:, None] / 4
    return layers


def squared_error(large: Tensor, target: Tensor) -> Tensor:
    """Of each channel, without the border."""
    return (large - target)[..., 4:-4, 4:-4].square().mean(dim=(0, 2, 3))


def _gray(split: str) -> Tensor:
    found = VOCSegmentation(dataset_path("scenes"), split, (96, 128))
    crops = torch.stack([found[number][0] for number in range(CROPS)])
    return crops.float().mean(dim=1, keepdim=True) / 255


@torch.inference_mode()
def _scores(model: FCN, picture: Tensor, weight: Tensor) -> Tensor:
    model.head.enlarge.weight.data = weight
    scores: Tensor = model(picture)
    return scores
