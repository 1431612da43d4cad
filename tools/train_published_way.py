"""Train on a set in the VOC layout as d2l's chapter on fully convolutional networks does.

For the page of recorded results: the same pictures, the same processor time, the published loop
and settings beside the course's. The set's masks must have the colors of PASCAL VOC. Whole
validation pictures are measured by the course's own count, void left out; d2l trains void as
background.

    python tools/train_published_way.py DATA --minutes 14 --network slim
"""

import argparse
import contextlib
import io
import time

import torch
import torchvision
from d2l import torch as d2l
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from course_utils.data.datasets import root_of
from course_utils.data.masks import VOID
from course_utils.data.voc import VOCSegmentation
from course_utils.models import fcn32s
from course_utils.models.registry import build_segmenter
from course_utils.runtime import seed_everything
from course_utils.training.loop import evaluate

CROP = (320, 480)
BATCH = 32
RATE = DECAY = 1e-3


def main() -> None:
    """Train until the time is over, and print what the network has learned."""
    options = _options()
    torch.set_num_threads(1)
    seed_everything(options.seed)
    root = root_of(options.data)
    validation_set = VOCSegmentation(root, "val")
    network = _network(options.network, len(validation_set.class_names))
    epochs, seconds = _train(network, str(root), options.minutes * 60)
    found = evaluate(network, validation_set, batch_size=1, ignore_index=VOID)
    print(
        f"{options.network}: {epochs} epochs, {seconds / 60:.1f} CPU-minutes, pixel accuracy "
        f"{found.accuracy:.3f}, mean IoU {found.mean_iou:.3f}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--minutes", type=float, default=14, help="of processor time")
    parser.add_argument("--network", choices=("slim", "published"), default="slim")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _network(kind: str, num_classes: int) -> nn.Module:
    """The course's slim FCN-8s, or a ResNet-18 with one dense enlargement as published."""
    if kind == "slim":
        return build_segmenter("fcn8s-resnet18", num_classes, 16)
    return fcn32s(torchvision.models.resnet18(), num_classes)


def _train(network: nn.Module, root: str, budget: float) -> tuple[int, float]:
    """d2l's loop, one call an epoch, until the processor time is spent; epochs and seconds."""
    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        training_set, validation_set = (d2l.VOCSegDataset(train, CROP, root) for train in (1, 0))
    loaders = (
        DataLoader(training_set, BATCH, shuffle=True, drop_last=True),
        DataLoader(validation_set, BATCH, drop_last=True),
    )
    trainer = torch.optim.SGD(network.parameters(), lr=RATE, weight_decay=DECAY)
    epochs = 0
    while time.process_time() - start < budget:
        with contextlib.redirect_stdout(io.StringIO()):
            d2l.train_ch13(network, *loaders, _loss, trainer, 1, [torch.device("cpu")])
        epochs += 1
    return epochs, time.process_time() - start


def _loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Of each picture, the mean over its pixels, void among them: ``(N,)``."""
    return F.cross_entropy(logits, labels, reduction="none").mean(1).mean(1)


if __name__ == "__main__":
    main()
