"""What a chapter costs is measured together with all that it starts."""

from pathlib import Path

import pytest
from nbformat import write
from nbformat.v4 import new_code_cell, new_notebook

import yardstick
from measure_chapters import make_cost, measure_apart


def test_a_busy_core_is_not_put_down_to_the_chapter() -> None:
    quiet, busy = (
        make_cost(seconds, yardstick_seconds, 1.256, "abc1234")
        for seconds, yardstick_seconds in ((30, yardstick.QUIET), (60, 2 * yardstick.QUIET))
    )
    assert quiet.cpu_seconds == busy.cpu_seconds == 30
    assert (busy.read_seconds, busy.peak_gib) == (60, 1.26)


CHILD = """
import pathlib, subprocess, sys, time
work = "import time; x = bytearray(300 << 20); t = time.process_time()\\n"
work += "while time.process_time() < t + 0.5: pass\\ntime.sleep(1.2)"
pair = [subprocess.Popen([sys.executable, "-c", work]) for _ in range(2)]
assert all(child.wait() == 0 for child in pair)
_ = pathlib.Path({own!r}).write_text(str(time.process_time()))
"""


@pytest.mark.slow
def test_processes_that_a_notebook_starts_are_counted_together(tmp_path: Path) -> None:
    """The notebook writes down its own CPU time; what is measured beyond it is its children's."""
    path, own = tmp_path / "chapter.ipynb", tmp_path / "own.txt"
    write(new_notebook(cells=[new_code_cell(CHILD.format(own=str(own)))]), path)
    seconds, memory = measure_apart(path)
    assert seconds > float(own.read_text()) + 2 * 0.5
    assert memory > 2 * 300 / 2**10
