"""``python -m garden --out DIR``: render the embedded pictures again.

At the end the folder's ``manifest.json`` is written anew, with the sha256 of every file in it.
"""

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from course_utils.data.manifest import write_manifest
from garden.sets import COUNTS, jobs, lists, render


def main() -> None:
    """Parse the command line, write the sets, and list every file in the manifest."""
    parser = argparse.ArgumentParser(prog="python -m garden", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder data/")
    parser.add_argument("--only", choices=list(COUNTS), help="one set instead of all")
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    for set_name in [arguments.only] if arguments.only else COUNTS:
        start = time.perf_counter()
        size = write_set(set_name, arguments.out, arguments.processes)
        print(f"{set_name}: {size / 1e6:.2f} MB in {time.perf_counter() - start:.0f} s")
    write_manifest(arguments.out)


def write_set(set_name: str, folder: Path, processes: int) -> int:
    """Render a set into a folder and return its size in bytes."""
    size = sum(_write(path, content, folder) for path, content in lists(set_name).items())
    with ProcessPoolExecutor(processes) as pool:
        for files in pool.map(render, jobs(set_name), chunksize=4):
            size += sum(_write(path, content, folder) for path, content in files.items())
    return size


def _write(path: str, content: bytes, folder: Path) -> int:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    return target.write_bytes(content)


if __name__ == "__main__":
    main()
