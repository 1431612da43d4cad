"""Run a function in several processes as torchrun does, without importing PyTorch anew in each."""

import logging
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.launcher.api import LaunchConfig, elastic_launch

from commands import Outcome
from course_utils.cli import main


def run_together(count: int, work: Callable[..., object], *arguments: object) -> Outcome:
    """Call ``work`` in so many forked processes, and return what all of them wrote."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        child = os.fork()
        if child == 0:
            os._exit(_launch(count, work, arguments, out, err))
        _, status = os.waitpid(child, 0)
        return Outcome(os.waitstatus_to_exitcode(status), out.read_text(), err.read_text())


def train_together(count: int, *arguments: str | Path) -> Outcome:
    """Run ``course-utils train`` in so many processes."""
    return run_together(count, _command, ["course-utils", "train", *map(str, arguments)])


def _command(argv: list[str]) -> None:
    sys.argv = argv
    main()


def _launch(
    count: int, work: Callable[..., object], arguments: tuple[object, ...], out: Path, err: Path
) -> int:
    """The agent: what ``torchrun --standalone`` is."""
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    sys.stdout, sys.stderr = os.fdopen(1, "w", 1), os.fdopen(2, "w", 1)
    logging.disable()  # the launcher's own report
    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=count,
        run_id=str(os.getpid()),
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        local_addr="localhost",
        start_method="fork",
        max_restarts=0,
    )
    try:
        elastic_launch(config, work)(*arguments)
    except ChildFailedError as error:
        print(error, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 3
    return 0
