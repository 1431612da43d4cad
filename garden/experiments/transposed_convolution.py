"""The last layer of a trained FCN-32s with other kernels: what becomes of the labels.

Ten seconds on one quiet core.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
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


def transposed_convolution() -> list[Measurement]:
    """Label all validation pictures with each kernel, with one thread."""
    torch.set_num_threads(1)
    root = dataset_path("scenes")
    names = VOCSegmentation(root, "val").names
    settings: Row = {"pictures": len(names)}
    return [measure(CHAPTER, "kernels", WEIGHTS, settings, map(told, with_each_kernel(names)))]


def even_sums(weight: Tensor, stride: int) -> Tensor:
    """Give the weights of every kind of pixel the same sum, the mean of those they had.

    Args:
        weight: Of a depthwise transposed convolution, ``(C, 1, k, k)``.
        stride: Its stride; ``k`` is a multiple of it.
    """
    channels, _, side, _ = weight.shape
    copies = side // stride
    blocks = weight.reshape(channels, copies, stride, copies, stride)
    sums = blocks.sum(dim=(1, 3), keepdim=True)  # (C, 1, stride, 1, stride)
    mean = sums.mean(dim=(2, 4), keepdim=True)
    return (blocks / sums * mean).reshape(weight.shape)


def with_each_kernel(names: Sequence[str]) -> list[Row]:
    """For each kernel: accuracy, mean IoU, and the share of the labels that it changes."""
    model, info = load_segmenter(WEIGHTS)
    assert isinstance(model, FCN), f"{WEIGHTS} is no FCN"
    prepare, root = batch_transform(info.preprocessing), dataset_path("scenes")
    kernels = kernels_of(model.head.enlarge.weight.detach().clone())
    counters = {kernel: Counter(VOID) for kernel in kernels}
    changed, pixels = dict.fromkeys(kernels, 0), 0
    for name in names:
        picture = prepare(pil_to_tensor(load_image(picture_path(root, name)))[None])
        truth = torch.from_numpy(load_voc_mask(root, name, len(info.class_names)))[None].long()
        scores = {kernel: _scores(model, picture, weight) for kernel, weight in kernels.items()}
        labels = scores[TRAINED].argmax(dim=1)
        for kernel, counter in counters.items():
            counter.add(scores[kernel], truth)
            changed[kernel] += int((scores[kernel].argmax(dim=1) != labels).sum())
        pixels += truth.numel()
    return [
        {
            "kernel": kernel,
            "accuracy": counter.confusion().accuracy,
            "mean_iou": counter.confusion().mean_iou,
            "changed": changed[kernel] / pixels,
        }
        for kernel, counter in counters.items()
    ]


def kernels_of(trained: Tensor) -> dict[str, Tensor]:
    """The trained kernel, the same with even sums, and the one that it began as."""
    start = bilinear_kernel(1, 1, 2 * STRIDE).repeat(len(trained), 1, 1, 1)
    return {TRAINED: trained, "its sums made equal": even_sums(trained, STRIDE), "bilinear": start}


@torch.inference_mode()
def _scores(model: FCN, picture: Tensor, weight: Tensor) -> Tensor:
    model.head.enlarge.weight.data = weight
    scores: Tensor = model(picture)
    return scores
