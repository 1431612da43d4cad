"""Runs the script beside an exported ONNX file where neither this package nor PyTorch is."""

import subprocess
import sys
from pathlib import Path

ALONE = """
import runpy
import sys
from pathlib import Path

sys.path[:] = [one for one in sys.path if one and not Path(one, "course_utils").is_dir()]
for name in ("course_utils", "torch", "torchvision", "onnx"):
    sys.modules[name] = None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def run_alone(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script with its arguments."""
    command = [sys.executable, "-I", "-c", ALONE, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def said(*words: str | Path) -> str:
    """What it prints, if it ends well."""
    outcome = run_alone(*words)
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout.strip()
