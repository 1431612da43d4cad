"""``python -m garden --output DIR``: render the embedded pictures again.

At the end the folder's ``manifest.json`` is written anew, with the sha256 of every file in it.
"""

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from course_utils.data.manifest import write_manifest
from garden.sets.catalog import SETS
from garden.sets.job import Files, Job


def main() -> None:
    """Parse the command line, write the sets, and list every file in the manifest."""
    arguments = _parser().parse_args()
    for set_name in [arguments.only] if arguments.only else SETS:
        start = time.perf_counter()
        size = write_set(set_name, arguments.output, arguments.processes)
        print(f"{set_name}: {size / 1e6:.2f} MB in {time.perf_counter() - start:.0f} s")
    write_manifest(arguments.output)


def write_set(set_name: str, folder: Path, processes: int) -> int:
    """Render a set into a folder and return its size in bytes."""
    with ProcessPoolExecutor(processes) as pool:
        rendered = pool.map(_run, SETS[set_name](), chunksize=4)
        return sum(_write(files, folder) for files in rendered)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m garden", description=__doc__)
    output = parser.add_mutually_exclusive_group(required=True)
    output.add_argument("--output", type=Path, metavar="DIR", help="the folder data/")
    output.add_argument("--out", type=Path, dest="output", help=argparse.SUPPRESS)  # as it was
    parser.add_argument("--only", choices=list(SETS), help="one set instead of all")
    parser.add_argument("--processes", type=int, default=1)
    return parser


def _run(job: Job) -> Files:
    return job()


def _write(files: Files, folder: Path) -> int:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return sum(map(len, files.values()))


if __name__ == "__main__":
    main()
