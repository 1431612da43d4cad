"""How wide the effective field of ResNet-18's last stage is, and where it lies, by four measures.

Channels that are summed before the gradient is taken can cancel, and a square counts the largest
gradients more. So what is measured depends on both choices, and here are all four.
"""

import copy
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torchvision.transforms.v2.functional import normalize, pil_to_tensor

from course_utils.analysis import EffectiveField
from course_utils.data import dataset_path, find_images, load_image
from course_utils.models import resnet18
from course_utils.models.pretrained import load_classifier
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments.recording import measure

CHAPTER = "receptive_field"
TRAINED = ("insects", "garden")
SEEDS = range(5)
SIDE, CELL, JUMP = 448, 7, 32
EVERY = 16
"""Of the controls every sixteenth channel is measured alone: eight of 128."""


def receptive_field() -> list[Measurement]:
    """Measure both trained networks, their shuffled weights, and random ones."""
    pictures = squares()
    rows = [_row(*one, pictures) for one in _networks(pictures)]
    settings: Row = {"pictures": len(pictures), "every": EVERY}
    return [measure(CHAPTER, "measures", "garden-resnet18", settings, rows)]


def squares() -> Tensor:
    """Two squares of each panorama, as in the chapter: ``(10, 3, 448, 448)``."""
    preprocessing = load_classifier("garden-resnet18")[1].preprocessing
    files = find_images([dataset_path("panorama"), dataset_path("panoramas")])
    cut = []
    for path in files:
        if "rose" in path.stem:
            continue
        panorama = load_image(path)
        width = round(panorama.width * SIDE / panorama.height)
        scaled = panorama.resize((width, SIDE))
        for share in (0.1, 0.9):
            left = round((width - SIDE) * share)
            cut.append(pil_to_tensor(scaled.crop((left, 0, left + SIDE, SIDE))) / 255)
    mean, std = list(preprocessing.mean), list(preprocessing.std)
    whole: Tensor = normalize(torch.stack(cut), mean, std)
    return whole


def calibrated(model: nn.Module, pictures: Tensor) -> nn.Module:
    """A copy whose batch norms have taken over the pictures' means and variances."""
    model = copy.deepcopy(model)
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.reset_running_stats()
            layer.momentum = None
    with torch.no_grad():
        model.train()(pictures)
    return model.eval()


def shuffled(model: nn.Module, seed: int) -> nn.Module:
    """A copy with the weights of each convolution in another order."""
    torch.manual_seed(seed)
    model = copy.deepcopy(model)
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            weight = layer.weight.detach().flatten()
            layer.weight.data = weight[torch.randperm(len(weight))].view_as(layer.weight)
    return model


def densities(model: nn.Module, pictures: Tensor, every: int | None) -> dict[str, Tensor]:
    """How strongly each pixel acts on the middle cell, by four measures: ``(N, H, W)`` each.

    Args:
        model: A ResNet.
        pictures: ``(N, 3, 448, 448)``.
        every: Of the cell's channels every so many is taken alone; ``None``: they are only
            summed, which gives the first two measures.
    """
    body = nn.Sequential(*list(model.children())[:8])
    pictures = pictures.clone().requires_grad_()
    cell = body(pictures)[:, :, CELL, CELL]  # (N, channels)
    parts = {"summed": [cell.sum()]}
    if every:
        parts["each"] = list(cell[:, ::every].sum(dim=0))
    found: dict[str, Tensor] = {}
    for name, scalars in parts.items():
        plain, squared = torch.zeros(2, len(pictures), SIDE, SIDE)
        for scalar in scalars:
            (gradient,) = torch.autograd.grad(scalar, pictures, retain_graph=True)
            plain += gradient.abs().sum(dim=1)
            squared += gradient.square().sum(dim=1)
        found |= {name: plain, f"{name}, squared": squared}
    return found


def _networks(pictures: Tensor) -> Iterator[tuple[str, int, nn.Module]]:
    trained = {name: load_classifier(f"{name}-resnet18")[0] for name in TRAINED}
    for name, model in trained.items():
        yield name, 0, calibrated(model, pictures)
    for seed in SEEDS:
        torch.manual_seed(seed)
        yield "random", seed, calibrated(resnet18(2, stem_width=16), pictures)
        for name, model in trained.items():
            yield f"{name} shuffled", seed, calibrated(shuffled(model, seed), pictures)


def _row(name: str, seed: int, model: nn.Module, pictures: Tensor) -> Row:
    """Sides of the mean of all pictures, and how far right and down of the middle it lies.

    Each picture is measured upside down, too, so that what it shows cancels out.
    """
    every = 1 if name in TRAINED else EVERY
    upright = densities(model, pictures, every)
    turned = densities(model, pictures.flip(-1, -2), every if name in TRAINED else None)
    row: Row = {"seed": seed, "network": name, "side": {}, "right": {}, "down": {}}
    for measured, one in upright.items():
        row["side"][measured] = _field(one.sum(dim=0)).side()
    for measured, one in turned.items():
        both = [*upright[measured], *one]
        centroids = torch.tensor([_field(density).centroid for density in both])
        down, right = (centroids.mean(dim=0) - CELL * JUMP).tolist()
        row["right"][measured], row["down"][measured] = round(right, 1), round(down, 1)
    return row


def _field(density: Tensor) -> EffectiveField:
    density = density.double()
    return EffectiveField(density / density.sum(), (float(CELL * JUMP),) * 2)
