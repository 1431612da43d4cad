"""One training in several processes: what they have in common, and what each does alone.

Every process holds the whole network and sees its own part of each batch. The gradients are
averaged before each step (Li et al., "PyTorch Distributed: Experiences on Accelerating Data
Parallel Training" (2020), section 3), so the weights stay the same everywhere. The batch size is
that of all processes together. In a training of one process nothing here changes anything.
"""

import os
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, distributed, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import RandomSampler, Sampler

from course_utils.errors import CourseError, TrainingError
from course_utils.runtime import choose_device, seed_everything

T = TypeVar("T")

LONGEST_WAIT = 5.0
"""Seconds in which torchrun finds the process that ended first, names it, and ends the others."""


@contextmanager
def joined(device: str = "auto") -> Iterator[torch.device]:
    """Train together with the other processes, where torchrun started several.

    Args:
        device: As for ``choose_device``; ``"auto"``, ``"cpu"`` or ``"cuda"`` for several processes.

    Yields:
        Where this process computes.

    Raises:
        CourseError: If there is no such device.
        TrainingError: If some of the processes compute on GPUs and others do not.
    """
    if os.environ.get("WORLD_SIZE", "1") == "1" or not distributed.is_torchelastic_launched():
        yield choose_device(device)
        return
    chosen = own_device(device)
    nccl = chosen.type == "cuda" and distributed.is_nccl_available()
    distributed.init_process_group("cpu:gloo,cuda:nccl" if nccl else "gloo")
    try:
        _refuse_mixture(chosen)
        yield chosen
    except RuntimeError:  # mostly because another process has ended, which torchrun sees soon
        time.sleep(LONGEST_WAIT)
        raise
    finally:  # or its threads, still running, may abort the process at its end
        distributed.destroy_process_group()


def _refuse_mixture(device: torch.device) -> None:
    if len(set(gather(device.type))) > 1:
        raise TrainingError(
            "some processes compute on GPUs and others on the CPU: start as many on each machine "
            "as it has GPUs, or compute on the cpu"
        )


def own_device(name: str) -> torch.device:
    """The device of this process, one of ``LOCAL_WORLD_SIZE`` on this machine.

    Each takes a GPU of its own; with fewer GPUs than processes, ``"auto"`` is the CPU.

    Raises:
        CourseError: If ``"cuda"`` is asked for and there are fewer GPUs than processes, or a GPU
            that they would have to share.
    """
    if name not in ("auto", "cpu", "cuda"):
        raise CourseError(
            f"--device {name} is one GPU, and several processes need one each: give cuda, and "
            "choose among them with CUDA_VISIBLE_DEVICES, or give cpu"
        )
    processes, gpus = int(os.environ["LOCAL_WORLD_SIZE"]), torch.cuda.device_count()
    if choose_device(name).type == "cuda" and gpus >= processes:
        own = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(own)
        return own
    if name == "cuda":
        raise CourseError(
            f"{processes} processes need as many GPUs, and there are {gpus}: start {gpus}, or "
            "compute on the cpu"
        )
    return torch.device("cpu")


def size() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """Which of them this is, from 0."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def is_first() -> bool:
    """Whether this is the process that writes the files."""
    return rank() == 0


def gather(value: T) -> list[T]:
    """What each process gave, in the order of their ranks; all processes must call it."""
    if size() == 1:
        return [value]
    found: list[Any] = [None] * size()
    distributed.all_gather_object(found, value)
    return found


def totals(*values: float) -> list[float]:
    """Each value summed over all processes; all processes must call it."""
    if size() == 1:
        return list(values)
    summed = torch.tensor(values, dtype=torch.float64)
    distributed.all_reduce(summed)
    return summed.tolist()


def wait_for_all() -> None:
    """Go on when all processes are here."""
    gather(None)


def with_common_gradients(model: nn.Module) -> nn.Module:
    """The network as it is trained: after ``backward`` all processes hold the mean gradient.

    Each batch norm keeps the running statistics of its own process: see ``average_norms``.
    """
    if size() == 1:
        return model
    with warnings.catch_warnings():  # newer releases of PyTorch have another name for the option
        warnings.simplefilter("ignore", FutureWarning)
        return DistributedDataParallel(model, broadcast_buffers=False)


def summed(part: Tensor) -> Tensor:
    """What all processes hold together of something that each computes from its part of a batch.

    Backward the gradient goes to this process's part alone. So the mean over the processes, which
    ``with_common_gradients`` takes, has to be multiplied by their number.
    """
    if size() == 1 or part.is_meta:
        return part
    total: Tensor = _Sum.apply(part)
    return total


class _Sum(torch.autograd.Function):
    """A sum over all processes; each hands its gradient back to its own part."""

    @staticmethod
    def forward(_: Any, part: Tensor) -> Tensor:
        total = part.clone()
        distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(_: Any, gradient: Tensor) -> Tensor:
        return gradient


def average_norms(model: nn.Module) -> None:
    """Give all processes the mean of their batch norms' running statistics.

    Those that do not learn are the same everywhere, and are left alone.
    """
    if size() == 1:
        return
    for module in model.modules():
        if isinstance(module, _BatchNorm) and module.training:
            for statistics in (module.running_mean, module.running_var):  # (C,)
                if statistics is not None:
                    distributed.all_reduce(statistics)
                    statistics /= size()


def own_randomness(seed: int, epoch: int) -> None:
    """Let each process cut and tint its pictures in its own way, repeatably in every epoch."""
    if size() > 1:
        state = np.random.SeedSequence((seed, epoch, rank())).generate_state(1)
        seed_everything(int(state[0]))


def require_even_parts(batch_size: int) -> None:
    """Raise a TrainingError unless all processes get the same number of pictures."""
    if batch_size % size():
        fitting = max(batch_size // size(), 1) * size()
        raise TrainingError(
            f"a batch of {batch_size} pictures cannot be shared evenly by {size()} processes: "
            f"take a multiple of {size()}, such as --batch-size {fitting}"
        )


def own_pictures(count: int) -> range:
    """Positions of the pictures that this process measures: together, each exactly once."""
    return range(rank(), count, size())


class BatchParts(Sampler[list[int]]):
    """Of each batch of an epoch, the positions of the pictures that this process takes.

    All processes draw the same order, that of one process alone, and cut the same batches from
    it. The last batch may be smaller; where it has too few pictures for all processes, they join
    the batch before it.

    Attributes:
        batch_size: Pictures that this process takes of a whole batch.

    Args:
        count: Number of pictures.
        batch_size: Of all processes together.
        order: Where the order is drawn from; in the same state in each process.

    Raises:
        TrainingError: If the processes cannot share a batch evenly, or there are more processes
            than pictures.
    """

    def __init__(self, count: int, batch_size: int, order: torch.Generator) -> None:
        require_even_parts(batch_size)
        if count < size():
            raise TrainingError(
                f"{count} pictures to learn from cannot "
                f"be shared by {size()} processes: start {count} at most"
            )
        self.batch_size = batch_size // size()
        self.shuffled = RandomSampler(range(count), generator=order)
        self.starts = [*range(0, count, batch_size), count]
        if self.starts[-1] - self.starts[-2] < size():
            del self.starts[-2]

    def __len__(self) -> int:
        """Number of batches."""
        return len(self.starts) - 1

    def __iter__(self) -> Iterator[list[int]]:
        """An epoch."""
        order = list(self.shuffled)
        for start, end in pairwise(self.starts):
            count = end - start
            first, last = (count * which // size() for which in (rank(), rank() + 1))
            yield order[start + first : start + last]
