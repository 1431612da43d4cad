"""A command in several processes, as torchrun starts them: the first one speaks for all."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

LONGEST_WAIT = 5.0
"""Seconds that the first process has to make the mistake that another one has made."""


def speaks() -> bool:
    """Whether this process speaks; one that torchrun did not start always does."""
    return not _is_started() or os.environ["RANK"] == "0"


def silence_all_but_the_first() -> None:
    """From now on, what another process prints goes nowhere."""
    if not speaks():
        sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  until the very end


def recorded(command: Callable[[], None]) -> Callable[[], None]:
    """The command; an error that it raises, in whichever process, is in torchrun's report."""
    if not _is_started():
        return command
    from torch.distributed.elastic.multiprocessing.errors import record

    return record(command)


def leave_to_the_first(mistake: Exception) -> None:
    """Let the first process say a mistake that all of them have made.

    torchrun ends all processes as soon as one has failed. So the others wait until the first one
    has said it and ends. If it does not, the mistake is this process's own and is raised.
    """
    if not speaks():
        time.sleep(LONGEST_WAIT)
        raise mistake


def _is_started() -> bool:
    """Whether torchrun says so, and which process this is; half of that says nothing."""
    return "TORCHELASTIC_RUN_ID" in os.environ and os.environ.get("RANK", "").isdecimal()
