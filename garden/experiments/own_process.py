"""Measurements in a process of their own, where the environment says what may be used.

Libraries such as oneDNN ask for their instructions when they start, and glibc for its settings.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

from course_utils.teaching.measurements import Row

AVX2 = {
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
}
INSTRUCTIONS: dict[str, dict[str, str]] = {"all": {}, "AVX2": AVX2}


def rows_with_each(module: str, around: Mapping[str, str]) -> list[Row]:
    """The rows that a module prints as JSON, with each of ``INSTRUCTIONS``."""
    return [
        {"instructions": name, **row}
        for name, limits in INSTRUCTIONS.items()
        for row in json.loads(run_alone(module, around={**around, **limits}))
    ]


def run_alone(module: str, *arguments: str, around: Mapping[str, str]) -> str:
    """Run a module with one thread; return what it prints.

    Args:
        module: Its full name.
        arguments: Of its command line.
        around: What the environment says besides.

    Raises:
        subprocess.CalledProcessError: If it fails.
    """
    here = {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", module, *arguments]
    environment = {**os.environ, **here, **around}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout
