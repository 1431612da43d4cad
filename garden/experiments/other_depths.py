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
FILES = ("insects-resnet18", "garden-resnet18")
SEEDS = range(5)
EPOCHS = 5
FRESH, FILLED, ZEROED, OWN = "34, fresh", "34, filled", "34, filled, rest at zero", "18, its own"
STARTS = ((FRESH, ""), *product((FILLED, ZEROED, OWN), FILES))
"""How a network begins, and whose file it has taken."""


def resnet_from_blocks_fine_tuning() -> list[Measurement]:
    """Train from each start, with each seed: some ten minutes, one thread."""
    torch.set_num_threads(1)
    settings: Row = {"data": DATA, "epochs": EPOCHS, "stem_width": STEM_WIDTH}
    rows = [trained_from(*start, seed) for seed, start in product(SEEDS, STARTS)]
    return [
        measure(
            CHAPTER, f"from {file}", file, settings, [r for r in rows if r["file"] in ("", file)]
        )
        for file in FILES
    ]


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
    model = build_classifier("resnet34", 5, STEM_WIDTH)
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.reset_parameters()
    if way != FRESH:
        missing = model.load_state_dict(
            body_of(load_classifier(file)[0]), strict=False
        ).missing_keys
        if way == ZEROED:
            add_nothing(model, missing)
    return model


def add_nothing(model: nn.Module, missing: list[str]) -> None:
    """Let the blocks with these names give their shortcuts alone."""
    for name in missing:
        if name.endswith((".bn2.weight", ".bn2.bias")):
            nn.init.zeros_(model.get_parameter(name))
