"""Train the embedded weights again, each with the command that its file quotes.

Run by ``make weights``. One thread, so that the same machine gives the same file.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from course_utils.data.manifest import write_manifest
from course_utils.data.sources import embedded_folder

COMMANDS = {"insects-resnet18": ["--data", "insects", "--epochs", "60", "--seed", "0"]}


def main() -> None:
    """Train every network of the list and store it under its name."""
    folder = embedded_folder() / "weights"
    folder.mkdir(exist_ok=True)
    for name, options in COMMANDS.items():
        with tempfile.TemporaryDirectory() as out:
            command = [sys.executable, "-m", "course_utils", "train", "classifier", *options]
            subprocess.run([*command, "--out", out], check=True, env=one_thread())
            shutil.copyfile(Path(out, "weights.safetensors"), folder / f"{name}.safetensors")
    write_manifest(embedded_folder())


def one_thread() -> dict[str, str]:
    """Return the environment for a computation that does not depend on the number of cores."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "COURSE_DATA": "embedded"}


if __name__ == "__main__":
    main()
