"""The types of the package, the tools and the benchmarks fit together."""

import subprocess
import sys
from pathlib import Path


def test_mypy_finds_nothing(root: Path) -> None:
    command = [sys.executable, "-m", "mypy"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
