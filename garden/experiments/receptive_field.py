"""How wide the effective field of ResNet-18's last stage is, and where it lies, by four measures.

Channels that are summed before the gradient is taken can cancel, and a square counts the largest
gradients more. So what is measured depends on both choices, and here are all four.

Then controls: networks with the statistics of their own training; what a frame does to the cells
of trained networks and of those that have learned nothing; where the field lies in pictures of
noise; and trainings at a size that the cells' grid fits (``training_sizes``).
"""

import copy
from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.transforms.v2.functional import gaussian_blur, normalize, pil_to_tensor

from course_utils.analysis import EffectiveField
from course_utils.data import dataset_path, find_images, load_image
from course_utils.models import resnet18
from course_utils.models.pretrained import load_classifier
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments.recording import measure, told
from garden.experiments.training_sizes import EPOCHS, trained_networks

CHAPTER = "receptive_field"
TRAINED = ("insects", "garden")
SEEDS = range(5)
SIDE, CELL, JUMP = 448, 7, 32
EVERY = 16
"""Of the controls every sixteenth channel is measured alone: eight of 128."""

COUNTED = 0.0455
"""The share of the largest pixel above which Luo and others count pixels."""

FRAME = 256
"""Pixels on each side: eight times the jump, and more than the half of the field."""

GRAINS = (4, 16)
"""By so many pixels, the standard deviation of a bell, noise is blurred."""


def receptive_field() -> list[Measurement]:
    """Measure both trained networks, their shuffled weights, and random ones; and controls."""
    torch.set_num_threads(1)
    pictures = squares()
    with_pictures = (measures, controls, frames, noises, sizes)
    return [measured(pictures) for measured in with_pictures]


def measures(pictures: Tensor) -> Measurement:
    """Widths by four measures, and where the field lies."""
    rows = [_row(*one, pictures) for one in _networks(pictures)]
    settings: Row = {"pictures": len(pictures), "every": EVERY}
    return measure(CHAPTER, "measures", "garden-resnet18", settings, rows)


def controls(pictures: Tensor) -> Measurement:
    """Width, place and count: with the statistics of the own training, and after taking over."""
    rows = [told({**one, **placed(model, pictures)}) for one, model in _controls(pictures)]
    return measure(CHAPTER, "controls", "garden-resnet18", {"counted": COUNTED}, rows)


def frames(pictures: Tensor) -> Measurement:
    """By what share cells change when the picture gets a frame of zeros, after taking over."""
    small = squares(224, 387)
    rows = [told({**one, **changed(model, small)}) for one, model in _controls(pictures)]
    return measure(CHAPTER, "frames", "garden-resnet18", {"frame": FRAME}, rows)


def noises(pictures: Tensor) -> Measurement:
    """Where the field lies in blurred noise, which is alike on all sides; with standard errors.

    Args:
        pictures: Whose means and variances are taken over, as in the other measurements.
    """
    models, rows = list(_controls(pictures)), []
    for grain in GRAINS:
        noise = blurred_noise(len(pictures), grain)
        for one, model in models:
            rows.append(told({**one, "grain": grain, **leaning(model, noise)}))
    return measure(CHAPTER, "noise", "garden-resnet18", {"pictures": len(pictures)}, rows)


def sizes(pictures: Tensor) -> Measurement:
    """Networks trained at sizes that the grid of cells fits, and at others."""
    rows = []
    for row, model in trained_networks():
        row["own"] = placed(model, pictures)
        row["calibrated"] = placed(calibrated(model, pictures), pictures)
        rows.append(told(row))
    return measure(CHAPTER, "training sizes", "scenes", {"epochs": EPOCHS}, rows)


def squares(side: int = SIDE, height: int = SIDE) -> Tensor:
    """Two squares of each panorama, as in the chapter: ``(10, 3, side, side)``.

    Args:
        side: Of the squares.
        height: To which the panoramas are scaled before.
    """
    preprocessing = load_classifier("garden-resnet18")[1].preprocessing
    files = find_images([dataset_path("panorama"), dataset_path("panoramas")])
    cut = []
    for path in files:
        if "rose" in path.stem:
            continue
        panorama = load_image(path)
        width = round(panorama.width * height / panorama.height)
        scaled, top = panorama.resize((width, height)), (height - side) // 2
        for share in (0.1, 0.9):
            left = round((width - side) * share)
            box = (left, top, left + side, top + side)
            cut.append(pil_to_tensor(scaled.crop(box)) / 255)
    mean, std = list(preprocessing.mean), list(preprocessing.std)
    whole: Tensor = normalize(torch.stack(cut), mean, std)
    return whole


def blurred_noise(count: int, grain: int) -> Tensor:
    """Normal noise in each color, blurred, with the variance 1: ``(count, 3, 448, 448)``.

    Args:
        count: Of the pictures.
        grain: The standard deviation of the blur, in pixels.
    """
    torch.manual_seed(grain)
    noise = torch.randn(count, 3, SIDE, SIDE)
    blurred: Tensor = gaussian_blur(noise, [6 * grain + 1] * 2, [float(grain)] * 2)
    return blurred / blurred.std()


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


def placed(model: nn.Module, pictures: Tensor) -> Row:
    """Width, place and Luo's count, of the summed channels' field in all pictures."""
    upright = densities(model, pictures, None)["summed"]
    turned = densities(model, pictures.flip(-1, -2), None)["summed"]
    whole = upright.sum(dim=0)
    counted = int((whole > COUNTED * whole.max()).sum()) ** 0.5
    right, down = _off_middle([*upright, *turned])
    width = _field(whole).side()
    return {"width": width, "counted": round(counted), "right": right, "down": down}


def leaning(model: nn.Module, pictures: Tensor) -> Row:
    """How far right and down of the middle the field lies, each with its standard error.

    Each picture is also turned, and the two count as one.
    """
    both = [densities(model, one, None)["summed"] for one in (pictures, pictures.flip(-1, -2))]
    places = [_centroids(one) for one in both]  # down and right, (N, 2) each
    off = torch.stack(places).mean(dim=0) - CELL * JUMP
    error = off.std(dim=0) / len(off) ** 0.5
    (down, right), (down_error, right_error) = off.mean(dim=0).tolist(), error.tolist()
    found = {"right": right, "right_error": right_error, "down": down, "down_error": down_error}
    return {name: round(value, 1) for name, value in found.items()}


def changed(model: nn.Module, pictures: Tensor) -> Row:
    """How much the 7×7 cells of pictures of 224 pixels change in a frame of zeros.

    Args:
        model: A ResNet, in ``eval`` mode.
        pictures: ``(N, 3, 224, 224)``.

    Returns:
        The mean of the nine cells in the ``middle`` and of the 24 at the ``border``.
    """
    body = nn.Sequential(*list(model.children())[:8])
    first = FRAME // JUMP
    with torch.no_grad():
        alone = body(pictures)
        inside = body(F.pad(pictures, (FRAME,) * 4))[:, :, first : first + 7, first : first + 7]
    cells = ((alone - inside).norm(dim=1) / alone.norm(dim=1)).mean(dim=0)  # (7, 7)
    ring = torch.ones(7, 7).bool()
    ring[1:6, 1:6] = False
    middle, border = cells[2:5, 2:5].mean().item(), cells[ring].mean().item()
    return {"middle": round(middle, 3), "border": round(border, 3)}


def _random(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return resnet18(2, stem_width=16)


def _controls(pictures: Tensor) -> Iterator[tuple[Row, nn.Module]]:
    for name in TRAINED:
        model = load_classifier(f"{name}-resnet18")[0]
        yield {"seed": 0, "network": f"{name}, own statistics"}, model
        yield {"seed": 0, "network": name}, calibrated(model, pictures)
    for seed in SEEDS:
        yield {"seed": seed, "network": "random"}, calibrated(_random(seed), pictures)


def _networks(pictures: Tensor) -> Iterator[tuple[str, int, nn.Module]]:
    trained = {name: load_classifier(f"{name}-resnet18")[0] for name in TRAINED}
    for name, model in trained.items():
        yield name, 0, calibrated(model, pictures)
    for seed in SEEDS:
        yield "random", seed, calibrated(_random(seed), pictures)
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
        right, down = _off_middle([*upright[measured], *one])
        row["right"][measured], row["down"][measured] = right, down
    return row


def _off_middle(both: list[Tensor]) -> tuple[float, float]:
    down, right = (_centroids(both).mean(dim=0) - CELL * JUMP).tolist()
    return round(right, 1), round(down, 1)


def _centroids(densities: Iterable[Tensor]) -> Tensor:
    return torch.tensor([_field(density).centroid for density in densities])


def _field(density: Tensor) -> EffectiveField:
    density = density.double()
    return EffectiveField(density / density.sum(), (float(CELL * JUMP),) * 2)
