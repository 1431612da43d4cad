"""Residual networks whose blocks begin at nothing, with γ = 0 in the last norm of each.

Seven minutes on one quiet core.
"""

import torch
from torch import nn

from course_utils.models.blocks import BasicBlock
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments.flower_networks import DATA, opened
from garden.experiments.recording import history_of, measure, told

CHAPTER = "residual_block_gamma"
NETWORK = "resnet34"
SEEDS = range(5)
EPOCHS = 24


def residual_block_gamma() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    settings: Row = {"network": NETWORK, "epochs": EPOCHS}
    return [measure(CHAPTER, "zero", DATA, settings, map(told, map(from_zero, SEEDS)))]


def from_zero(seed: int, epochs: int = EPOCHS, until: int | None = None) -> Row:
    """Train one as the recorded ones are trained, from the same other weights."""
    task = opened(NETWORK, seed, epochs)
    silence(task.model)
    return {"seed": seed, "history": history_of(task, until)}


def silence(model: nn.Module) -> None:
    """Let the layers of each basic block give 0."""
    for part in model.modules():
        if isinstance(part, BasicBlock):
            nn.init.zeros_(part.bn2.get_parameter("weight"))
