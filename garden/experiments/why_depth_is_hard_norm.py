"""Deep plain networks without batch norm: no growth, hardly any noise. Do they learn?

Two minutes on one quiet core.
"""

from dataclasses import replace

import torch

from course_utils.teaching.measurements import Measurement, Row
from garden.experiments.flower_networks import DATA, opened
from garden.experiments.gradients import Case, network
from garden.experiments.recording import history_of, measure, told

CHAPTER = "why_depth_is_hard_norm"
CASE = Case("plain", 34, "none")
SEEDS = range(3)
EPOCHS = 24
RATE = 5e-4
"""The smallest rate of the chapter, at which its mirrored networks learned best."""


def why_depth_is_hard_norm() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    settings: Row = {**vars(CASE), "rate": RATE, "epochs": EPOCHS}
    return [measure(CHAPTER, "no norm", DATA, settings, map(told, map(trained, SEEDS)))]


def trained(seed: int, until: int | None = None) -> Row:
    """Train one network as the chapter's others are trained."""
    task = opened("plain34", seed, EPOCHS, learning_rate=RATE)
    without_norm = replace(task, model=network(CASE, seed))
    return {"seed": seed, "history": history_of(without_norm, until)}
