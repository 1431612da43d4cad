"""Ctrl-C, and being asked to end, from the first moment of a command to its last."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}

ON_TOP = 128
"""A shell's exit status of a process that a signal ended is this, and the signal's number."""


class AskedToEnd(KeyboardInterrupt):
    """What is raised then.

    Python notes a plain ``KeyboardInterrupt`` that passes through ``exec``, as in the making of a
    dataclass, and in the end lets the process die of SIGINT.
    """


@contextmanager
def ending_as_asked() -> Iterator[None]:
    """Whatever comes of an interruption inside, end with one word and 130 (or 143 for SIGTERM).

    Libraries that are interrupted while they are loaded may raise anything. What is ignored, as in
    a job in the background, stays so, and so does SIGTERM in the processes that torchrun ends.
    """
    asked: list[int] = []

    def interrupt(number: int, _: FrameType | None) -> None:
        asked.append(number)
        raise AskedToEnd

    wanted = [signal.SIGINT] + [signal.SIGTERM] * ("TORCHELASTIC_RUN_ID" not in os.environ)
    for number in wanted:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        asked.append(signal.SIGINT)
    except BaseException:
        if not asked:
            raise
    finally:
        for number in wanted:  # nothing is left to be interrupted
            if signal.getsignal(number) is interrupt:
                signal.signal(number, signal.SIG_IGN)
    if asked:
        with suppress(OSError, AttributeError):
            sys.stderr.write(f"{WORDS[signal.Signals(asked[0])]}\n")
        sys.exit(ON_TOP + asked[0])
