"""ResNet-18's file in ResNet-34: what a training that goes on from it still has of it.

The training is on five kinds of flowers. One file has learned ants and bees alone, so these kinds
are new to it; the other one knows them already.
"""

from itertools import product

import torch
from torch import nn

from course_utils.models.pretrained import load_classifier
from course_utils.models.registry import build_classifier
from course_utils.models.transfer import replace_head
from course_utils.runtime import seed_everything
from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.config import TrainingConfig
from course_utils.training.loop import fit
from garden.experiments.flower_networks import DATA, STEM_WIDTH
from garden.experiments.insect_tensors import changing, cut
from garden.experiments.recording import measure, told
from garden.experiments.transfer import body_of

CHAPTER = "resnet_from_blocks_fine_tuning"
CONTROL_CHAPTER = "resnet_from_blocks_no_file"
FILES = ("insects-resnet18", "garden-resnet18")
SEEDS = range(5)
EPOCHS = 5
FRESH, FILLED, ZEROED, OWN = "34, fresh", "34, filled", "34, filled, rest at zero", "18, its own"
STARTS = ((FRESH, ""), *product((FILLED, ZEROED, OWN), FILES))
"""How a network begins, and whose file it has taken."""

FRESH_ZEROED, FRESH_18 = "34, fresh, rest at zero", "18, fresh"
CONTROLS = (FRESH_ZEROED, FRESH_18)
"""The same without a file: what the zeros and the smaller depth do alone."""


def resnet_from_blocks_fine_tuning() -> list[Measurement]:
    """Train from each start, with each seed: eight minutes, one thread."""
    torch.set_num_threads(1)
    settings: Row = {"data": DATA, "epochs": EPOCHS, "stem_width": STEM_WIDTH}
    rows = [trained_from(*start, seed) for seed, start in product(SEEDS, STARTS)]
    return [
        measure(
            CHAPTER, f"from {file}", file, settings, [r for r in rows if r["file"] in ("", file)]
        )
        for file in FILES
    ]


def resnet_from_blocks_no_file() -> list[Measurement]:
    """The controls, with each seed: two minutes, one thread."""
    torch.set_num_threads(1)
    settings: Row = {"data": DATA, "epochs": EPOCHS, "stem_width": STEM_WIDTH}
    rows = (trained_from(way, "", seed) for seed, way in product(SEEDS, CONTROLS))
    return [measure(CONTROL_CHAPTER, "controls", DATA, settings, rows)]


def trained_from(way: str, file: str, seed: int, epochs: int = EPOCHS) -> Row:
    """Train a network for flowers from this start; its share of right answers at each epoch."""
    pictures, validation = changing(DATA), cut(DATA, "val")
    model = started(way, file, seed).to(memory_format=torch.channels_last)
    config = TrainingConfig(epochs=epochs, seed=seed)
    history = fit(model, pictures, validation, config)  # type: ignore[arg-type]
    shares = [round(epoch.accuracy, 4) for epoch in history]
    return told({"seed": seed, "start": way, "file": file, "right": shares})


def started(way: str, file: str, seed: int) -> nn.Module:
    """A network for five flowers before its first step, with a fresh head.

    Fresh kernels have PyTorch's own start, as in the chapter's network.
    """
    seed_everything(seed)
    if way == OWN:
        return replace_head(load_classifier(file)[0], 5)
    model = build_classifier("resnet18" if way == FRESH_18 else "resnet34", 5, STEM_WIDTH)
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.reset_parameters()
    if file:
        model.load_state_dict(body_of(load_classifier(file)[0]), strict=False)
    if way in (ZEROED, FRESH_ZEROED):
        add_nothing(model)
    return model


def add_nothing(model: nn.Module) -> None:
    """Let the blocks that ResNet-18 has not give their shortcuts alone."""
    with torch.device("meta"):
        names = build_classifier("resnet18", 5, STEM_WIDTH).state_dict()
    for name, parameter in model.named_parameters():
        if name not in names and name.endswith((".bn2.weight", ".bn2.bias")):
            nn.init.zeros_(parameter)
