"""The head of a trained FCN-32s learns again, on a body that stands still; about two minutes.

Where do the lines come from that its last kernel draws? And what does it gain by learning?
"""

from itertools import product

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
from garden.experiments.transposed_convolution import (
    STRIDE,
    WEIGHTS,
    steps_at_places,
    sums_of_kinds,
)

CHAPTER = "transposed_convolution_learned"
CROP, BATCH, RATE = (160, 256), 8, 0.01
SEEDS = range(3)
LEFT_OUT = "nothing", "border", "middle"
TRAINED, STEPS = "as trained", 200
PLACES = {"where squares meet": STRIDE - 1, "where copies end": STRIDE // 2 - 1}
"""Of the 32 steps from a column to the next: behind a cell's square, and in its middle, where the
copy of the cell before ends."""

Labeled = list[tuple[Tensor, Tensor]]
"""Maps of one picture, ``(1, C, H/32, W/32)``, and its labels, ``(1, H, W)``."""


def transposed_convolution_learned() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    model, _ = load_segmenter(WEIGHTS)
    assert isinstance(model, FCN), f"{WEIGHTS} is no FCN"
    how: Row = {"crop": list(CROP), "batch": BATCH, "lr": RATE, "optimizer": "Adam"}
    lines: Row = {**how, "steps": STEPS, "start": "bilinear", "frozen": "all but the kernel"}
    heads: Row = {**how, "steps": STEPS, "start": "bilinear", "frozen": "body"}
    unseen = maps_of(model, "val")
    before = quality(model.head.score, model.head.enlarge.weight, unseen)
    kernels = [told({"left out": TRAINED, **before})]
    kernels += [told(kernel_again(model, unseen, *one)) for one in product(LEFT_OUT, SEEDS)]
    trained = [told(head_again(model, unseen, *one)) for one in product((False, True), SEEDS)]
    return [
        measure(CHAPTER, "lines", WEIGHTS, lines, kernels),
        measure(CHAPTER, "heads", WEIGHTS, heads, trained),
    ]


def kernel_again(model: FCN, unseen: Labeled, left_out: str, seed: int, steps: int = STEPS) -> Row:
    """Learn the kernel alone, some labels left out; the lines that it draws, and its sums."""
    maps, labels = crops_of(model, seed)
    kernel = bilinear(len(model.head.score.weight)).requires_grad_()
    labels = without(labels, left_out)
    learn([kernel], model.head.score, kernel, (maps, labels), seed, steps)
    sums = sums_of_kinds(kernel.detach(), STRIDE)
    return {
        "left out": left_out,
        "seed": seed,
        **quality(model.head.score, kernel, unseen),
        "sums": [round(sums.min().item(), 3), round(sums.max().item(), 3)],
    }


def head_again(
    model: FCN, unseen: Labeled, kernel_learns: bool, seed: int, steps: int = STEPS
) -> Row:
    """Learn a fresh 1×1 convolution, alone or together with the kernel."""
    maps, labels = crops_of(model, seed)
    torch.manual_seed(seed)
    score = nn.Conv2d(maps.shape[1], len(model.head.score.weight), 1)
    nn.init.xavier_uniform_(score.weight)
    score.bias = nn.Parameter(torch.zeros(score.out_channels))
    kernel = bilinear(score.out_channels).requires_grad_(kernel_learns)
    learning = [*score.parameters(), *[kernel][: int(kernel_learns)]]
    learn(learning, score, kernel, (maps, labels), seed, steps)
    return {"kernel learns": kernel_learns, "seed": seed, **quality(score, kernel, unseen)}


def learn(
    learning: list[Tensor],
    score: nn.Module,
    kernel: Tensor,
    crops: tuple[Tensor, Tensor],
    seed: int,
    steps: int,
) -> None:
    """Take steps of Adam on batches of crops."""
    optimizer = torch.optim.Adam(learning, lr=RATE)
    random = torch.Generator().manual_seed(seed)
    maps, labels = crops
    for _ in range(steps):
        chosen = torch.randint(len(maps), (BATCH,), generator=random)
        logits = enlarged(score(maps[chosen]), kernel)
        loss = F.cross_entropy(logits, labels[chosen], ignore_index=VOID)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()


def enlarged(scores: Tensor, kernel: Tensor) -> Tensor:
    """As the network's last layer does."""
    return F.conv_transpose2d(
        scores, kernel, stride=STRIDE, padding=STRIDE // 2, groups=len(kernel)
    )


def bilinear(classes: int) -> Tensor:
    """Return the kernel that the network began with."""
    return bilinear_kernel(1, 1, 2 * STRIDE).repeat(classes, 1, 1, 1)


def without(labels: Tensor, left_out: str) -> Tensor:
    """Make 16 pixels at each edge void, or as many rows and columns in the middle."""
    labels, width = labels.clone(), STRIDE // 2
    for axis in (1, 2):
        turned = labels.transpose(1, axis)
        if left_out == "border":
            turned[:, :width] = turned[:, -width:] = VOID
        elif left_out == "middle":
            half = turned.shape[1] // 2
            turned[:, half - width : half + width] = VOID
    return labels


@torch.inference_mode()
def quality(score: nn.Module, kernel: Tensor, unseen: Labeled) -> Row:
    """Mean IoU on whole pictures, and the lines in their scores."""
    counter, steps = Counter(VOID), torch.zeros(STRIDE)
    for maps, truth in unseen:
        height, width = truth.shape[1:]
        logits = enlarged(score(maps), kernel)[..., :height, :width]
        counter.add(logits, truth)
        steps += steps_at_places(logits)
    lines = {name: round(float(steps[at] / steps.mean()), 3) for name, at in PLACES.items()}
    return {"mean_iou": round(counter.confusion().mean_iou, 4), **lines}


@torch.no_grad()
def crops_of(model: FCN, seed: int) -> tuple[Tensor, Tensor]:
    """One crop of each training picture: the body's last maps, and the labels."""
    _, info = load_segmenter(WEIGHTS)
    prepare = batch_transform(info.preprocessing)
    torch.manual_seed(seed)
    found = VOCSegmentation(dataset_path("scenes"), "train", CROP)
    crops = [found[number] for number in range(len(found))]
    maps = [model.body(prepare(picture[None]))[STRIDE] for picture, _ in crops]
    return torch.cat(maps), torch.stack([mask.long() for _, mask in crops])


@torch.no_grad()
def maps_of(model: FCN, split: str) -> Labeled:
    """Whole pictures: the body's last maps, and the labels."""
    _, info = load_segmenter(WEIGHTS)
    prepare, root = batch_transform(info.preprocessing), dataset_path("scenes")
    found = []
    for name in VOCSegmentation(root, split).names:
        picture = prepare(pil_to_tensor(load_image(picture_path(root, name)))[None])
        truth = torch.from_numpy(load_voc_mask(root, name, len(info.class_names)))[None].long()
        found.append((model.body(picture)[STRIDE], truth))
    return found
