"""What five kinds of flowers are told apart by: their colors are changed, or those of the ground.

A turned hue is also brighter or darker, and color is not all that a flower has: controls turn the
hue and the brightness alone, take away what is inside a flower, or round it, or the flower itself.
Networks that learned gray pictures say what can be told without color. Besides, what a forgotten
place costs: a body of random weights that stays frozen. 40 minutes on one quiet core.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from scipy.ndimage import binary_dilation, gaussian_filter
from torch import Tensor, nn
from torchvision.transforms.v2.functional import adjust_hue

from course_utils.data.datasets import dataset_path
from course_utils.data.folders import ImageFolder
from course_utils.data.images import load_image
from course_utils.data.transforms import IMAGENET_PREPROCESSING, cut_transform, evaluation_transform
from course_utils.models.pretrained import load_classifier
from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.loop import evaluate, take_step
from course_utils.training.state import TrainingState
from garden.experiments.flower_networks import opened, trained, trained_on_gray
from garden.experiments.recording import measure
from garden.scenes.truth import visible_instances
from garden.sets.labeled import COUNTS, FACTOR, THING_OF, compose

Mask = npt.NDArray[np.bool_]

CHAPTER = "resnext_flowers_colors"
WEIGHTS = "flowers-resnext"
"""The network of seed 0; those of the other seeds are trained here."""

NETWORK = "resnext14_8x15d"
SEEDS = range(5)
EPOCHS = 30
SMALL = IMAGENET_PREPROCESSING.at(96)
PARTS = ("all", "flowers", "ground")
CHANGES = ("1/6", "2/6", "3/6", "4/6", "5/6", "gray")
"""By how much of a circle the hues are turned, or that there are none."""

CONTROLS = (
    ("all", "none"),
    ("flowers", "1/6"),
    ("flowers", "1/6, old luma"),
    ("flowers", "1/6, luma alone"),
    ("flowers", "1/6, luma twice"),
    ("flowers", "half as bright"),
    *(("ground", f"{sixths}/6") for sixths in range(1, 6)),
    ("ground", "3/6, old luma"),
    ("ground", "3/6, luma alone"),
    ("ground", "3/6, luma twice"),
    *((part, how) for part in ("flowers", "ground") for how in ("gray", "shuffled", "mean")),
    ("all", "shuffled"),
    ("flowers", "blurred"),
    ("flowers", "luma shuffled"),
    ("flowers", "color shuffled"),
    ("flowers", "gone"),
    ("flowers", "gone, and 4 pixels round them"),
)
"""What is changed, and how: hues, the luma besides, pixels in any order, their mean color.

What is *gone* has the mean color of the rest.
"""

BLUR = 4.0
"""Standard deviation, in pixels, of what is averaged within a part."""

MARGIN = 4

LUMA = np.array([0.299, 0.587, 0.114])
"""How bright red, green and blue are."""

SHOWN = (("daisy", 9), ("dandelion", 4), ("roses", 3), ("sunflowers", 1), ("tulips", 11))
"""Pictures whose masks are kept, to show what was changed."""


@dataclass(frozen=True)
class Flower:
    """A validation picture.

    Attributes:
        image: As it is embedded.
        mask: ``(H, W)``, whether a pixel shows a flower of the picture's class.
        label: Index of the class.
        index: Of the picture in its class.
    """

    image: Image.Image
    mask: Mask
    label: int
    index: int

    @property
    def is_pale(self) -> bool:
        """Whether most of the flower has hardly a color: there is no hue to turn."""
        saturation = np.asarray(self.image.convert("HSV"))[..., 1][self.mask]
        return bool(np.mean(saturation < 0.25 * 255) > 0.5)


def resnext_flowers_colors() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    networks = {
        seed: trained(NETWORK, seed, EPOCHS).model if seed else load_classifier(WEIGHTS)[0]
        for seed in SEEDS
    }
    colorless = {seed: trained_on_gray(NETWORK, seed, EPOCHS).model for seed in SEEDS}
    heads = [frozen(seed) for seed in SEEDS]
    return measurements(list(flowers()), networks, colorless, heads)


def measurements(
    pictures: list[Flower],
    networks: Mapping[int, nn.Module],
    colorless: Mapping[int, nn.Module],
    heads: list[Row],
) -> list[Measurement]:
    """What is written down."""
    settings: Row = {"network": NETWORK, "epochs": EPOCHS, "pictures": len(pictures)}
    colors = list(answers(pictures, networks))
    kept = [_stored_mask(flower) for flower in pictures if _is_shown(flower)]
    return [
        measure(CHAPTER, "colors", WEIGHTS, settings, colors),
        measure(CHAPTER, "controls", WEIGHTS, settings, controls(pictures, networks)),
        measure(CHAPTER, "gray", WEIGHTS, settings, gray_answers(pictures, colorless)),
        measure(CHAPTER, "masks", WEIGHTS, {}, kept),
        measure(CHAPTER, "frozen", WEIGHTS, settings, heads),
    ]


def frozen(seed: int) -> Row:
    """Train a head alone, on a body of random weights, as a loop without any guards would."""
    task = opened(NETWORK, seed, EPOCHS)
    task.model.requires_grad_(False)
    task.model.get_submodule("fc").requires_grad_(True)
    state = TrainingState(task.model, task.training_set, task.config, task.info.preprocessing)
    for _ in range(EPOCHS):
        task.model.train()
        for images, labels in state.batches:
            take_step(state, images, labels)
    known = ImageFolder(dataset_path("flowers") / "train", cut_transform(SMALL))
    train, val = (evaluate(task.model, pictures) for pictures in (known, task.validation_set))
    return {"seed": seed, "train": round(train.accuracy, 4), "val": round(val.accuracy, 4)}


def flowers(names: Iterable[str] = tuple(THING_OF["flowers"])) -> Iterator[Flower]:
    """The validation pictures of these classes, with the masks of their flowers."""
    classes = list(THING_OF["flowers"])
    for name in names:
        for index in range(COUNTS["flowers"]["val"]):
            path = dataset_path("flowers") / "val" / name / f"{name}_val_{index:03d}.jpg"
            yield Flower(load_image(path), mask(name, index), classes.index(name), index)


def mask(name: str, index: int) -> Mask:
    """Compose a validation picture again; say which pixels show a flower of its class."""
    scene, _ = compose("flowers", "val", name, index)
    instances = visible_instances(scene.instances, len(scene.labels), FACTOR)
    shows_one = np.array([label == THING_OF["flowers"][name] for label in scene.labels])
    return np.asarray(shows_one[instances], bool)


def changed(flower: Flower, part: str, change: str) -> Image.Image:
    """The picture with other hues: everywhere, in its flowers alone, or everywhere else."""
    if change == "gray":
        other = flower.image.convert("L").convert("RGB")
    else:
        turn = int(change[0]) / 6
        other = adjust_hue(flower.image, turn - (turn > 0.5))
    return Image.composite(other, flower.image, Image.fromarray(_where(flower, part)))


def answers(pictures: list[Flower], networks: Mapping[int, nn.Module]) -> Iterator[Row]:
    """What the networks say: how many of each class (rows) are taken for each class.

    ``pale`` is the same row for pale daisies alone.
    """
    transform = evaluation_transform(SMALL)
    labels = torch.tensor([flower.label for flower in pictures])
    pale = torch.tensor([flower.label == 0 and flower.is_pale for flower in pictures])
    for part, change in [("all", "none"), *((p, c) for p in PARTS for c in CHANGES)]:
        images = [f.image if change == "none" else changed(f, part, change) for f in pictures]
        batch = torch.stack([transform(image) for image in images])
        for seed, network in networks.items():
            found = _classes(network, batch)
            counts = torch.bincount(found[pale], minlength=5)
            yield {
                "seed": seed,
                "part": part,
                "change": change,
                "answers": _table(labels, found),
                "pale": counts.tolist(),
            }


def with_luma(colors: Image.Image, luma: Image.Image) -> Image.Image:
    """One picture made brighter or darker, to the luma of another; paler where that is too bright.

    Red, green and blue are multiplied by one number, so the saturation stays where there is room.
    """
    wanted = np.asarray(luma, float) @ LUMA
    shades = np.asarray(colors, float)
    own = shades @ LUMA
    shades = (shades - own[..., None]) * (wanted / np.maximum(own, 1))[..., None]
    room = np.where(shades > 0, 255 - wanted[..., None], wanted[..., None])
    fits = np.min(room / np.maximum(np.abs(shades), 1e-9), axis=-1, keepdims=True)
    mixed = wanted[..., None] + shades * np.minimum(1, fits)
    return Image.fromarray(mixed.round().clip(0, 255).astype(np.uint8))


def times_luma(flower: Flower, part: str, other: Image.Image, times: float) -> Image.Image:
    """A part made brighter or darker: so many times as far as another picture is."""
    own, wanted = (np.asarray(image, float) @ LUMA for image in (flower.image, other))
    luma = (own + times * (wanted - own)).round().clip(0, 255).astype(np.uint8)
    mixed = with_luma(flower.image, Image.fromarray(luma).convert("RGB"))
    return Image.composite(mixed, flower.image, Image.fromarray(_where(flower, part)))


def blurred(flower: Flower, part: str) -> Image.Image:
    """A part whose pixels are averaged with those round them; none of the rest is mixed in."""
    where = _where(flower, part)
    pixels = np.array(flower.image)
    weights = gaussian_filter(where.astype(float), BLUR)
    for channel in range(3):
        sums = gaussian_filter(np.where(where, pixels[..., channel], 0.0), BLUR)
        pixels[where, channel] = (sums[where] / weights[where]).round()
    return Image.fromarray(pixels)


def gone(flower: Flower, part: str, margin: int) -> Image.Image:
    """A part, and so many pixels round it, in the mean color of the rest: no pixel of it is left.

    The rest is empty in no picture; the outline stays.
    """
    where = _where(flower, part)
    where = binary_dilation(where, iterations=margin) if margin else where
    pixels = np.array(flower.image)
    pixels[where] = pixels[~where].mean(axis=0).round()
    return Image.fromarray(pixels)


def without_structure(flower: Flower, part: str, change: str) -> Image.Image:
    """A part whose pixels are shuffled, each picture's in its own way, or have their mean color."""
    where = _where(flower, part)
    pixels = np.array(flower.image)
    inside = pixels[where]
    if change == "mean":
        pixels[where] = inside.mean(axis=0).round()
    else:
        rng = np.random.default_rng([flower.label, flower.index])
        pixels[where] = rng.permutation(inside)
    return Image.fromarray(pixels)


def altered(flower: Flower, part: str, change: str) -> Image.Image:
    """One of the controls."""
    if change == "none":
        return flower.image
    if change in ("shuffled", "mean"):
        return without_structure(flower, part, change)
    if change in ("luma shuffled", "color shuffled"):
        pair = flower.image, without_structure(flower, part, "shuffled")
        return with_luma(*pair) if change == "luma shuffled" else with_luma(*reversed(pair))
    if change == "blurred":
        return blurred(flower, part)
    if change.startswith("gone"):
        return gone(flower, part, MARGIN if "round" in change else 0)
    if change == "half as bright":
        return times_luma(flower, part, Image.new("RGB", flower.image.size), 0.5)
    turn, _, how = change.partition(", ")
    turned = changed(flower, part, turn)
    if how == "old luma":
        return with_luma(turned, flower.image)
    if how == "luma twice":
        return times_luma(flower, part, turned, 2)
    return with_luma(flower.image, turned) if how else turned


def controls(pictures: list[Flower], networks: Mapping[int, nn.Module]) -> Iterator[Row]:
    """What the networks say of each control, and how large its change is.

    ``rms`` is the change of a color's value, from 0 to 255, in the part, and ``whole`` in the
    picture; ``saturation``, from 0 to 255, is that of the part; ``share`` is how large it is.
    """
    transform = evaluation_transform(SMALL)
    labels = torch.tensor([flower.label for flower in pictures])
    for part, change in CONTROLS:
        images = [altered(flower, part, change) for flower in pictures]
        dose = _dose(pictures, images, part)
        batch = torch.stack([transform(image) for image in images])
        for seed, network in networks.items():
            row: Row = {"seed": seed, "part": part, "change": change}
            yield {**row, "answers": _table(labels, _classes(network, batch)), **dose}


def gray_answers(pictures: list[Flower], networks: Mapping[int, nn.Module]) -> Iterator[Row]:
    """What networks that learned gray pictures say of these, as they are, and without a flower."""
    transform = evaluation_transform(SMALL)
    labels = torch.tensor([flower.label for flower in pictures])
    for change in ("none", "gone"):
        images = [altered(flower, "flowers", change).convert("L") for flower in pictures]
        batch = torch.stack([transform(image.convert("RGB")) for image in images])
        for seed, network in networks.items():
            answers = _table(labels, _classes(network, batch))
            yield {"seed": seed, "change": change, "answers": answers}


def _table(labels: Tensor, found: Tensor) -> list[list[int]]:
    """How often each flower got each name, a row for each flower."""
    counts: list[list[int]] = torch.bincount(5 * labels + found, minlength=25).view(5, 5).tolist()
    return counts


def _dose(pictures: list[Flower], images: list[Image.Image], part: str) -> Row:
    where = np.concatenate([_where(flower, part).ravel() for flower in pictures])
    old, new = (
        np.concatenate([np.asarray(image, float).reshape(-1, 3) for image in some])
        for some in ([flower.image for flower in pictures], images)
    )
    saturation = np.concatenate([np.asarray(i.convert("HSV"))[..., 1].ravel() for i in images])
    squares = ((new - old) ** 2).mean(axis=1)
    return {
        "rms": round(float(squares[where].mean() ** 0.5), 1),
        "whole": round(float(squares.mean() ** 0.5), 1),
        "saturation": round(float(saturation[where].mean()), 1),
        "share": round(float(where.mean()), 3),
    }


def _where(flower: Flower, part: str) -> Mask:
    whole = np.ones_like(flower.mask)
    return {"all": whole, "flowers": flower.mask, "ground": ~flower.mask}[part]


@torch.inference_mode()
def _classes(network: nn.Module, batch: Tensor) -> Tensor:
    network.eval()
    return torch.cat([network(part).argmax(dim=1) for part in torch.split(batch, 50)])


def _is_shown(flower: Flower) -> bool:
    return (list(THING_OF["flowers"])[flower.label], flower.index) in SHOWN


def _stored_mask(flower: Flower) -> Row:
    """A bit a pixel, from left to right and from above, as base64."""
    name = list(THING_OF["flowers"])[flower.label]
    return {
        "seed": flower.index,
        "picture": f"{name}/{name}_val_{flower.index:03d}.jpg",
        "shape": list(flower.mask.shape),
        "bits": base64.b64encode(np.packbits(flower.mask).tobytes()).decode(),
    }
