"""Deep plain networks that begin as copies of shallow ones: do they stay as good?

Twelve of the sixteen blocks of ``plain34`` hand on what they get, the others are a fresh
``plain10``. Both are trained at a quarter of the rate, too, where steps are small enough to stay
near the copy. Twenty minutes on one quiet core.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from course_utils.models.blocks import PlainBlock
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments.flower_networks import DATA, opened
from garden.experiments.gradients import some_pictures
from garden.experiments.recording import history_of, measure, told

CHAPTER = "residual_block_copies"
SHALLOW, DEEP = "plain10", "plain34"
SEEDS = range(5)
EPOCHS = 24
QUARTER = 5e-4
"""Of the rate of all other records."""


def residual_block_copies() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    settings: Row = {"from": SHALLOW, "network": DEEP, "epochs": EPOCHS}
    slow: Row = {**settings, "learning_rate": QUARTER}
    alone: Row = {"network": SHALLOW, "epochs": EPOCHS, "learning_rate": QUARTER}
    return [
        measure(CHAPTER, "copies", DATA, settings, map(told, map(copied, SEEDS))),
        measure(CHAPTER, "copies, quarter of the rate", DATA, slow, map(told, map(slowly, SEEDS))),
        measure(
            CHAPTER, "alone, quarter of the rate", DATA, alone, map(told, map(by_itself, SEEDS))
        ),
    ]


def slowly(seed: int) -> Row:
    """Train a copy at a quarter of the rate."""
    return copied(seed, learning_rate=QUARTER)


def by_itself(seed: int, until: int | None = None) -> Row:
    """Train the shallow network at a quarter of the rate."""
    task = opened(SHALLOW, seed, EPOCHS, learning_rate=QUARTER)
    return {"seed": seed, "history": history_of(task, until)}


def copied(seed: int, until: int | None = None, **how: float) -> Row:
    """Train one; ``gap`` is the largest one between the logits of the two networks before."""
    shallow = opened(SHALLOW, seed, EPOCHS).model.train()
    task = opened(DEEP, seed, EPOCHS, **how)  # pictures come in the order of the other records
    images, _ = some_pictures()
    copy_into(task.model, shallow.state_dict(), images)
    with torch.no_grad():
        gap = (task.model.train()(images) - shallow(images)).abs().max()
    return {"seed": seed, "gap": float(gap), "history": history_of(task, until)}


@torch.no_grad()
def copy_into(deep: nn.Module, shallow: Mapping[str, Tensor], images: Tensor) -> None:
    """Give a plain network the weights of a shallower one; let its other blocks hand on.

    Args:
        deep: Of the same stem and width, with more blocks in each stage.
        shallow: The weights of the other one.
        images: For which the norms of those blocks undo their own rescaling, in train mode.
    """
    blocks = {name: part for name, part in deep.named_modules() if isinstance(part, PlainBlock)}
    more = [block for name, block in blocks.items() if f"{name}.conv1.weight" not in shallow]
    deep.load_state_dict({**deep.state_dict(), **shallow})
    hooks = [block.register_forward_pre_hook(_hand_on) for block in more]
    deep.train()(images)
    for hook in hooks:
        hook.remove()


def _hand_on(block: nn.Module, inputs: tuple[Tensor]) -> None:
    var, mean = torch.var_mean(inputs[0], (0, 2, 3), correction=0)
    for part in block.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.dirac_(part.weight)
        elif isinstance(part, nn.BatchNorm2d):
            part.weight.copy_((var + part.eps).sqrt())
            part.bias.copy_(mean)
