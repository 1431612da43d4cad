"""Checkpoints: all that a training needs to go on as if it had never stopped."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import torch
from torch import Tensor

from course_utils.errors import TrainingError, WeightsError, first_line, shortened
from course_utils.files import atomic_file
from course_utils.models.checksums import checksum
from course_utils.models.weights import load_safely
from course_utils.schema import checked

State = dict[str, Any]

ANEW = "delete it and train without --resume"
"""What is left to do where a training cannot be resumed."""

Word = Annotated[int, msgspec.Meta(ge=0, lt=2**32)]
Position = Annotated[int, msgspec.Meta(ge=0, le=624)]

_ALL = msgspec.Meta(min_length=625, max_length=625)


@dataclass(frozen=True)
class RandomStates:
    """What ``random_states`` returns, as it must be in a file."""

    python: tuple[int, Annotated[list[Word], _ALL], float | None]
    numpy: tuple[Tensor, Position, Annotated[int, msgspec.Meta(ge=0, le=1)], float]
    torch: Tensor
    cuda: list[Tensor]


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint holds.

    Attributes:
        state: Of the training (``TrainingState``).
        settings: With which it was started.
        random: States of all generators.
        crc32: Checksum of all else.
    """

    state: State
    settings: dict[str, Any]
    random: RandomStates
    crc32: int


def save_checkpoint(path: Path, state: State, settings: Mapping[str, object]) -> None:
    """Write a training's state with its settings and all random states, whole or not at all.

    Raises:
        CourseError: If the file cannot be written; a former checkpoint stays as it was.
    """
    content = {"state": state, "settings": dict(settings), "random": random_states()}
    with atomic_file(path) as file:
        torch.save({**content, "crc32": checksum(content)}, file)


def load_checkpoint(path: Path, settings: Mapping[str, object]) -> State:
    """Read a checkpoint, set the random generators to where they were, and return the state.

    Raises:
        TrainingError: If there is none, it is damaged, or it was made with other settings; the
            differences are listed.
    """
    if not path.is_file():
        raise TrainingError(f"{path}: there is no checkpoint to resume from; leave out --resume")
    try:
        content = load_safely(path)
        found = checked(content, Checkpoint, TrainingError)
        if content.pop("crc32") != checksum(content, path.stat().st_size):
            raise TrainingError("its checksum is not that of its content")
        saved = {name: repr(value) for name, value in found.settings.items()}
    except (WeightsError, TrainingError, RecursionError) as error:
        why = str(error).removeprefix(f"{path}: ")
        raise TrainingError(f"{path}: is damaged ({why}); {ANEW}") from error
    _require_same(path, saved, {name: repr(value) for name, value in settings.items()})
    try:
        restore_random_states(content["random"])
    except (
        TypeError,
        ValueError,
        LookupError,
        RuntimeError,
    ) as error:  # the generators look at them
        raise TrainingError(
            f"{path}: its random states do not fit ({first_line(error)}); {ANEW}"
        ) from error
    return found.state


def _require_same(path: Path, saved: Mapping[str, str], now: Mapping[str, str]) -> None:
    pairs = {n: (saved.get(n, "None"), now.get(n, "None")) for n in sorted({*saved, *now})}
    differences = [
        shortened(" ".join(f"{name} was {was} and is {is_}".split()))
        for name, (was, is_) in pairs.items()
        if was != is_
    ]
    if differences:
        raise TrainingError(
            f"{path}: made with other settings: {'; '.join(differences)}. Resume with the same "
            f"ones, choose another --output, or {ANEW}"
        )


def random_states() -> State:
    """The states of Python's, NumPy's and PyTorch's generators, as tensors and plain numbers."""
    version, numbers, gauss = random.getstate()
    _, keys, position, has_gauss, cached = np.random.get_state()  # noqa: NPY002
    return {
        "python": [version, list(numbers), gauss],
        "numpy": [torch.from_numpy(np.array(keys, np.int64)), position, has_gauss, cached],
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def restore_random_states(states: State) -> None:
    """Set all generators to the states that ``random_states`` returned."""
    version, numbers, gauss = states["python"]
    random.setstate((version, tuple(numbers), gauss))
    keys, position, has_gauss, cached = states["numpy"]
    generator = ("MT19937", keys.numpy().astype(np.uint32), position, has_gauss, cached)
    np.random.set_state(generator)  # noqa: NPY002
    torch.set_rng_state(states["torch"])
    if states["cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(states["cuda"][: torch.cuda.device_count()])
