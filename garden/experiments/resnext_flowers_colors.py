"""What five kinds of flowers are told apart by: their colors are changed, or those of the ground.

A turned hue is also brighter or darker, and a flower changes more than its ground: controls on the
stored network say what each part of that costs. Besides, what a forgotten place costs: a body of
random weights that stays frozen. Half an hour on one quiet core.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
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
from garden.experiments.flower_networks import opened, trained
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
    return measurements(list(flowers()), networks, [frozen(seed) for seed in SEEDS])


def measurements(
    pictures: list[Flower], networks: Mapping[int, nn.Module], heads: list[Row]
) -> list[Measurement]:
    """What is written down."""
    settings: Row = {"network": NETWORK, "epochs": EPOCHS, "pictures": len(pictures)}
    colors = list(answers(pictures, networks))
    kept = [_stored_mask(flower) for flower in pictures if _is_shown(flower)]
    return [
        measure(CHAPTER, "colors", WEIGHTS, settings, colors),
        measure(CHAPTER, "controls", WEIGHTS, settings, controls(pictures, networks[0])),
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
    where = {"all": np.ones_like(flower.mask), "flowers": flower.mask, "ground": ~flower.mask}
    return Image.composite(other, flower.image, Image.fromarray(where[part]))


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
            table = torch.bincount(5 * labels + found, minlength=25).view(5, 5)
            counts = torch.bincount(found[pale], minlength=5)
            yield {
                "seed": seed,
                "part": part,
                "change": change,
                "answers": table.tolist(),
                "pale": counts.tolist(),
            }


def with_luma(colors: Image.Image, luma: Image.Image) -> Image.Image:
    """The colors of one picture with the luma of another; paler where they would not fit in."""
    wanted = np.asarray(luma, float) @ LUMA
    shades = np.asarray(colors, float)
    shades = shades - (shades @ LUMA)[..., None]
    room = np.where(shades > 0, 255 - wanted[..., None], wanted[..., None])
    fits = np.min(room / np.maximum(np.abs(shades), 1e-9), axis=-1, keepdims=True)
    mixed = wanted[..., None] + shades * np.minimum(1, fits)
    return Image.fromarray(mixed.round().clip(0, 255).astype(np.uint8))


def controls(pictures: list[Flower], network: nn.Module) -> Iterator[Row]:
    """A turn as it is, with the old luma, and the new luma alone; of pale daisies, in two parts.

    ``rms`` is the change of a color's value, from 0 to 255, in the part that is turned.
    """
    for part, change in (("flowers", "1/6"), ("ground", "1/6"), ("ground", "3/6")):
        old = [flower.image for flower in pictures]
        new = [changed(flower, part, change) for flower in pictures]
        steps = [
            (np.asarray(one, float) - np.asarray(other, float))[f.mask == (part == "flowers")]
            for f, one, other in zip(pictures, new, old, strict=True)
        ]
        rms = round(float(np.mean(np.concatenate(steps) ** 2) ** 0.5), 1)
        kinds = {
            "turned": new,
            "hue": [with_luma(*pair) for pair in zip(new, old, strict=True)],
            "luma": [with_luma(*pair) for pair in zip(old, new, strict=True)],
        }
        for kind, images in kinds.items():
            table = _table(pictures, images, network)
            yield {"part": part, "change": change, "kind": kind, "answers": table, "rms": rms}
    pale = [flower for flower in pictures if flower.label == 0 and flower.is_pale]
    for part in ("golden", "white"):
        images = []
        for flower in pale:
            golden = np.asarray(flower.image.convert("HSV"))[..., 1] >= 0.25 * 255
            mask = flower.mask & (golden == (part == "golden"))
            one = Flower(flower.image, mask, flower.label, flower.index)
            images.append(changed(one, "flowers", "1/6"))
        yield {"part": part, "change": "1/6", "answers": _table(pale, images, network)}


def _table(
    pictures: list[Flower], images: list[Image.Image], network: nn.Module
) -> list[list[int]]:
    transform = evaluation_transform(SMALL)
    found = _classes(network, torch.stack([transform(image) for image in images]))
    labels = torch.tensor([flower.label for flower in pictures])
    counts: list[list[int]] = torch.bincount(5 * labels + found, minlength=25).view(5, 5).tolist()
    return counts


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
