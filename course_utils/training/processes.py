"""The processes that torchrun started: how they meet, who speaks for all, and how they end."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import torch
from torch import distributed

from course_utils.errors import CourseError, TrainingError
from course_utils.runtime import choose_device
from course_utils.training.distributed import gather, is_first, size

INTERRUPTED = 130
PATIENCE = 2.0
"""Seconds until a process that has ended is known to have ended."""


class LostProcessError(TrainingError):
    """Another process of the training ended before its end."""


class _Terminated(BaseException):
    """SIGTERM: torchrun sends it to all others when one process has ended."""


@dataclass(frozen=True)
class _Member:
    """One of the processes."""

    host: str
    pid: int
    device: str


@contextmanager
def joined(device: str = "auto") -> Iterator[torch.device]:
    """Train together with the other processes, where torchrun started several.

    Inside, only the first process's prints are seen. When something goes wrong one process says
    it, and all end.

    Args:
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``. Each process takes a GPU of its own; with
            fewer GPUs than processes, ``"auto"`` is the CPU.

    Yields:
        Where this process computes.

    Raises:
        CourseError: If there is no such device; and what was raised inside, in one process only.
        LostProcessError: If another process ended.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1 or not distributed.is_torchelastic_launched():
        yield choose_device(device)
        return
    distributed.init_process_group(_backend())
    members: list[_Member] = []
    try:
        with _only_the_first_prints(), _sigterm_raised():
            chosen = own_device(device)
            members += gather(_Member(socket.gethostname(), os.getpid(), chosen.type))
            _require_one_kind(members)
            yield chosen
    except (CourseError, KeyboardInterrupt) as error:
        _let_one_speak(INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1)
        raise
    except (RuntimeError, _Terminated) as error:
        _deaf_to_signals()
        ended = _ended(members)
        if not ended and isinstance(error, RuntimeError):
            raise
        _let_one_speak(1)
        raise LostProcessError(_about(ended, members)) from error
    distributed.destroy_process_group()


def own_device(name: str) -> torch.device:
    """The device of this process, one of ``LOCAL_WORLD_SIZE`` on this machine.

    Raises:
        CourseError: If ``"cuda"`` is asked for and there are fewer GPUs than processes.
    """
    chosen = choose_device(name)
    processes, gpus = int(os.environ["LOCAL_WORLD_SIZE"]), torch.cuda.device_count()
    if chosen.type == "cpu":
        return chosen
    if gpus < processes:
        if name == "cuda":
            raise CourseError(
                f"{processes} processes need as many GPUs, and there are {gpus}: start {gpus}, "
                "or compute on the cpu"
            )
        return torch.device("cpu")
    chosen = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
    torch.cuda.set_device(chosen)
    return chosen


def _backend() -> str:
    """What carries the tensors: gloo those in main memory, nccl those on GPUs."""
    enough = torch.cuda.device_count() >= int(os.environ["LOCAL_WORLD_SIZE"])
    return "cpu:gloo,cuda:nccl" if enough and distributed.is_nccl_available() else "gloo"


def _require_one_kind(members: Sequence[_Member]) -> None:
    kinds = {member.device: member.host for member in members}
    if len(kinds) > 1:
        raise CourseError(
            f"the processes on {kinds['cpu']} compute on the CPU, those on {kinds['cuda']} on "
            "GPUs: start as many processes on each machine as it has GPUs, or compute on the cpu"
        )


@contextmanager
def _only_the_first_prints() -> Iterator[None]:
    if is_first():
        yield
        return
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        yield


@contextmanager
def _sigterm_raised() -> Iterator[None]:
    """Raise ``_Terminated`` at SIGTERM, so that there is time to say what happened."""

    def end(number: int, frame: object) -> None:
        raise _Terminated

    former = signal.signal(signal.SIGTERM, end)
    yield
    signal.signal(signal.SIGTERM, former)


def _deaf_to_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


def _let_one_speak(status: int) -> None:
    """Go on in the process that comes here first; all others end without a word."""
    _deaf_to_signals()
    address, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    attempt = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
    try:
        store = distributed.TCPStore(  # type: ignore[attr-defined]
            address, port, is_master=False, timeout=timedelta(seconds=PATIENCE)
        )
        first = store.add(f"course_utils/{attempt}/spoke", 1) == 1
    except RuntimeError:  # the store is gone with the process that held it
        first = True
    if not first:
        sys.exit(status)


def _ended(members: Sequence[_Member]) -> list[int]:
    """Which processes of this machine are no more; it waits for the first for a moment."""
    here, deadline = socket.gethostname(), time.monotonic() + PATIENCE
    while True:
        ended = [i for i, it in enumerate(members) if it.host == here and not _runs(it.pid)]
        if ended or time.monotonic() > deadline:
            return ended
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _about(ended: Sequence[int], members: Sequence[_Member]) -> str:
    if not ended:
        return "the training was ended from outside (SIGTERM) before it was done"
    named = " and ".join(f"process {i} of {size()} (PID {members[i].pid})" for i in ended)
    return (
        f"{named} ended before the training was done; if no message of its own stands above, it "
        "was killed, perhaps for want of memory"
    )
