"""The experiments of the chapter on why depth is hard; under an hour on one quiet core."""

from collections.abc import Iterator
from itertools import product
from typing import Any, Literal

import torch

from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.classifier import ClassifierRun
from course_utils.training.config import TrainingConfig
from course_utils.training.loop import take_step
from course_utils.training.state import TrainingState
from garden.experiments.gradients import (
    BLOCKS,
    NORMS,
    SHARE,
    STEM_WIDTH,
    STEP,
    STEPPED,
    Case,
    direction,
    direction_of_weights,
    lengths,
    mirror,
    moved,
    network,
    some_pictures,
)
from garden.experiments.recording import measure, told

CHAPTER = "why_depth_is_hard"
PICTURES = "flowers"
SEEDS = range(5)
SIDES = (96, 224, 384)
PADDINGS: tuple[Literal["zeros", "circular"], ...] = ("zeros", "circular")
STEPS = (0, 10, 38, 114, 228, 456)  # an epoch has 38
FOLLOWED = 228
SLOWER, BETWEEN = 5e-4, 1e-3
"""A quarter of the rate of the chapter on the residual block, and half of it."""

WIDTHS = (16, 32, 64)
EPOCHS = 24
TRAINED = {"plain": "plain", "residual": "resnet", "mirrored": "plain"}


def why_depth_is_hard() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    pictures: Row = {"pictures": len(some_pictures()[1]), "share": SHARE}
    step: Row = {**pictures, "step": STEP, "convolutions": STEPPED}
    return [
        measure(CHAPTER, "at the start", PICTURES, pictures, map(told, _starts())),
        measure(CHAPTER, "over the training", PICTURES, pictures, map(told, _trainings())),
        measure(CHAPTER, "slower", PICTURES, {"rate": SLOWER}, map(told, _slower())),
        measure(CHAPTER, "between", PICTURES, {"rate": BETWEEN}, map(told, _between())),
        measure(CHAPTER, "one step", PICTURES, step, map(told, _one_step())),
        measure(CHAPTER, "width", PICTURES, pictures, map(told, _widths())),
    ]


def _starts() -> Iterator[Row]:
    """Networks that have learned nothing: all kinds, and what zero padding does to them."""
    cases = [
        (Case(kind, depth, norm, padding), SIDES[0])
        for norm, padding, kind in product(NORMS, PADDINGS, ("plain", "residual"))
        for depth in BLOCKS
    ]
    cases += [(Case("plain", depth, "none"), side) for side, depth in product(SIDES[1:], BLOCKS)]
    full = [Case("plain", depth, "none", "circular") for depth in (10, 66)]
    cases += [(case, side) for side, case in product(SIDES[1:], full)]
    cases += [(Case("mirrored", depth), SIDES[0]) for depth in BLOCKS]
    for (case, side), seed in product(cases, SEEDS):
        yield start(case, seed, *some_pictures(side))


def start(case: Case, seed: int, images: torch.Tensor, labels: torch.Tensor) -> Row:
    """Of one fresh network."""
    model = network(case, seed)
    found = lengths(model, images, labels)
    explodes = (case.kind, case.norm) == ("residual", "none")  # some gradients are 0 there
    if images.shape[-1] == SIDES[0] and not explodes:
        found["cosine"] = direction(model, images, labels)
    return {**vars(case), "side": images.shape[-1], "seed": seed, **found}


def _one_step() -> Iterator[Row]:
    """What a step does, and where the gradient of the weights points at other pictures."""
    for kind, seed in product(TRAINED, SEEDS):
        yield one_step(kind, 34, seed)


def one_step(kind: str, depth: int, seed: int) -> Row:
    """Of one fresh network."""
    model, pictures = network(Case(kind, depth), seed), some_pictures()
    found = {"moved": moved(model, *pictures), "cosine": direction_of_weights(model, *pictures)}
    return {"kind": kind, "depth": depth, "seed": seed, **found}


def _widths() -> Iterator[Row]:
    """Plain networks without batch norm whose windows are full, narrow and wide ones."""
    for width, depth, seed in product(WIDTHS, (10, 66), SEEDS):
        model = network(Case("plain", depth, "none", "circular"), seed, stem_width=width)
        gradients = lengths(model, *some_pictures())["gradients"]
        yield {"stem_width": width, "depth": depth, "seed": seed, "gradients": gradients}


def _trainings() -> Iterator[Row]:
    """Mirrored networks; and the beginning of the others, whose losses are recorded already."""
    for seed in SEEDS:
        yield from training("mirrored", 34, seed)
        yield from training("plain", 34, seed, last=FOLLOWED)
        yield from training("residual", 34, seed, last=FOLLOWED)


def _slower() -> Iterator[Row]:
    """How these trainings end; of the mirrored networks all looks."""
    for seed, kind in product(SEEDS, TRAINED):
        *rows, row = training(kind, 34, seed, learning_rate=SLOWER)
        if kind == "mirrored":
            yield from [*rows, row]
        else:
            yield _ending(row)


def _between() -> Iterator[Row]:
    """How mirrored networks end between both rates; for plain ones, see the residual block's."""
    for seed in SEEDS:
        *_, row = training("mirrored", 34, seed, learning_rate=BETWEEN)
        yield _ending(row)


def _ending(row: Row) -> Row:
    return {name: row[name] for name in ("kind", "depth", "seed", "training losses")}


def training(
    kind: str, depth: int, seed: int, *, last: int | None = None, **how: Any
) -> Iterator[Row]:
    """Train as the chapter on the residual block does, and look at the gradients now and then.

    Args:
        kind: A key of ``KINDS``.
        depth: 10, 18 or 34.
        seed: Of the weights and of the order of the pictures.
        last: The step to leave at; by default the last one.
        how: What is to be another than there.
    """
    config = TrainingConfig(**{"epochs": EPOCHS, "seed": seed, **how})
    run = ClassifierRun("flowers", f"{TRAINED[kind]}{depth}", stem_width=STEM_WIDTH)
    task = run.open(config)
    if kind == "mirrored":
        mirror(task.model)
    state = TrainingState(task.model, task.training_set, config, task.info.preprocessing)
    images, labels = some_pictures()
    step, losses, about = 0, list[float](), {"kind": kind, "depth": depth, "seed": seed}
    for _ in range(config.epochs):
        total, count = 0.0, 0
        for pictures, truth in state.batches:
            if step in STEPS:
                found = _look(state.model.train(), images, labels)
                yield {**about, "step": step, **found, "training losses": list(losses)}
            if step == last:
                return
            total += take_step(state, pictures, truth) * len(truth)
            step, count = step + 1, count + len(truth)
        losses.append(round(total / count, 4))
        torch.empty((), dtype=torch.int64).random_()  # as a look at the validation pictures does
    found = _look(state.model, images, labels)
    yield {**about, "step": step, **found, "training losses": losses}


def _look(model: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor) -> Row:
    found = lengths(model, images, labels)
    del found["output"]
    return {**found, "cosine": direction(model, images, labels)}
