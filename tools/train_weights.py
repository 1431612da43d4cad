"""Train the embedded weights again, each with the command that its file quotes.

Run by ``make weights``, for all of them or for those that it is given by name. One thread, so
that the same machine gives the same file.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from course_utils.data.locations import embedded_folder
from course_utils.data.manifest import write_manifest

COMMON = "--seed 0 --dtype float16 --output out"
TRAIN = f"train classifier {COMMON}"
PIXELS = f"train segmenter {COMMON} --data scenes --pretrained garden-resnet18"
COMMANDS = {
    "insects-resnet18": [f"{TRAIN} --data insects --epochs 60"],
    "flowers-resnext": [f"{TRAIN} --data flowers --model resnext14_8x15d --epochs 30"],
    "garden-resnet18": [
        "data crops scenes --output garden-crops",
        f"{TRAIN} --data garden-crops --vertical-flip --epochs 35 --lr 0.003",
    ],
    "scenes-fcn32s": [f"{PIXELS} --model fcn32s-resnet18 --epochs 40"],
    "scenes-fcn8s": [f"{PIXELS} --model fcn8s-resnet18 --epochs 40"],
}


def main(names: list[str]) -> None:
    """Train the named networks, or all, and store each under its name."""
    folder = embedded_folder().resolve() / "weights"
    for name in names or COMMANDS:
        with tempfile.TemporaryDirectory() as work:
            for arguments in COMMANDS[name]:
                run(arguments, work)
            shutil.copyfile(
                Path(work, "out", "weights.safetensors"), folder / f"{name}.safetensors"
            )
    write_manifest(embedded_folder())


def run(arguments: str, work: str) -> None:
    """Run ``course-utils`` in a folder, with one thread and the embedded data."""
    command = [sys.executable, "-m", "course_utils", *shlex.split(arguments)]
    settings = {"OMP_NUM_THREADS": "1", "COURSE_DATA": "embedded"}
    subprocess.run(command, check=True, cwd=work, env={**os.environ, **settings})


if __name__ == "__main__":
    main(sys.argv[1:])
