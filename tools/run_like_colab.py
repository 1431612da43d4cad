"""Execute the book's notebooks as Colab would, and see that nothing installed has changed.

Run it with the Python of an activated environment that has what ``colab_versions.txt`` names,
nbclient, and no ``course_utils``. It tags a clone of this repository as the set-up cell asks for
and lets git find it under the published address, so that every notebook runs as it is: it
installs the package by itself. The package is removed before each chapter. Lines in which a
chapter says something else than the book (``UNEXPECTED``) are counted and stop nothing.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from refresh import BOOK, CELL_TIMEOUT, UNEXPECTED, find_notebooks

ROOT = BOOK.parent
STARTUP = "import google.colab\n"
ADDRESS = re.compile(r"git\+(https://[^@\s]+)@(v[\w.]+)")
ADDED = ("course-utils", "d2l")
"""What chapters install; the second one only where it is needed."""


@dataclass(frozen=True)
class Outcome:
    """What became of a chapter: its seconds, the lines that say something else, what changed."""

    chapter: str
    seconds: float
    unexpected: list[str]
    changed: list[str]
    setup: str
    error: str | None

    def __str__(self) -> str:
        counts = f"{len(self.unexpected)} unexpected, {len(self.changed)} versions changed"
        stopped = f", stopped: {self.error}" if self.error else ""
        return f"{self.chapter:<24} {self.seconds:6.1f} s  {counts}{stopped}"


def pip(*arguments: str) -> str:
    """Run pip in this environment and return what it printed."""
    command = [sys.executable, "-m", "pip", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def installed() -> dict[str, str]:
    """Return the version of every installed package."""
    lines = pip("list", "--format", "freeze").split()
    return {name: version for name, _, version in (line.partition("==") for line in lines)}


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """List the packages of ``before`` that ``after`` has in another version, or not at all."""
    return [
        f"{name} {version} became {after.get(name, 'nothing')}"
        for name, version in before.items()
        if after.get(name) != version
    ]


def strangers(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """List what was added besides the package and d2l."""
    known = {name.replace("_", "-").lower() for name in (*before, *ADDED)}
    return [
        f"{name} {version} was added"
        for name, version in after.items()
        if name.replace("_", "-").lower() not in known
    ]


def imitate_colab(folder: Path) -> None:
    """Let every kernel that is started from here import ``google.colab``, as Colab's do."""
    package = folder / "modules" / "google" / "colab"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-colab.py").write_text(STARTUP)
    os.environ["PYTHONPATH"] = str(folder / "modules")
    os.environ["IPYTHONDIR"] = str(folder / "ipython")
    os.environ["COLAB_RELEASE_TAG"] = "imitation"


def asked_for(notebook: str) -> tuple[str, str]:
    """Return the address and the tag that the set-up cell of a notebook installs.

    Raises:
        SystemExit: If it names none.
    """
    found = ADDRESS.search(notebook)
    if found is None:
        raise SystemExit("the set-up cell names no address with a tag")
    return found[1], found[2]


def publish(repository: Path, folder: Path, address: str, tag: str) -> None:
    """Tag a clone of a repository, and let git find it under its published address.

    Later processes of this one see it so: git reads it from the environment.
    """
    clone = folder / "published"
    run = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(clone)]
    subprocess.run(["git", "clone", "--quiet", "--no-local", repository, clone], check=True)
    subprocess.run([*run, "tag", "--force", tag], check=True, capture_output=True)
    settings = {f"url.{clone.as_uri()}.insteadOf": address, "protocol.file.allow": "always"}
    for number, (key, value) in enumerate(settings.items()):
        os.environ[f"GIT_CONFIG_KEY_{number}"] = key
        os.environ[f"GIT_CONFIG_VALUE_{number}"] = value
    os.environ["GIT_CONFIG_COUNT"] = str(len(settings))


def execute(path: Path, folder: Path) -> tuple[NotebookNode, str | None]:
    """Execute a notebook in a folder that holds nothing else, as far as it goes.

    Returns:
        The notebook with its outputs, and the error that stopped it.
    """
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    resources = {"metadata": {"path": str(folder)}}
    try:
        NotebookClient(notebook, timeout=CELL_TIMEOUT, resources=resources).execute()
    except CellExecutionError as error:
        return notebook, f"{error.ename}: {error.evalue}"
    return notebook, None


def printed_lines(cells: Iterable[NotebookNode]) -> list[str]:
    """List the lines that cells printed; a line may have come in pieces."""
    outputs = [cell.get("outputs", []) for cell in cells]
    texts = ["".join(output.get("text", "") for output in some) for some in outputs]
    return [line for text in texts for line in text.splitlines()]


def run_chapter(path: Path, folder: Path) -> Outcome:
    """Execute a chapter where neither the package nor d2l is installed."""
    pip("uninstall", "--quiet", "--yes", *ADDED)
    before, started = installed(), time.perf_counter()
    notebook, error = execute(path, folder)
    seconds = time.perf_counter() - started
    after, lines = installed(), printed_lines(notebook.cells)
    unexpected = [line for line in lines if UNEXPECTED in line]
    changed = changes(before, after) + strangers(before, after)
    return Outcome(path.stem, seconds, unexpected, changed, "".join(lines[:1]), error)


def run_all(paths: Iterable[Path], folder: Path) -> list[Outcome]:
    """Execute chapters, one after the other, each in a folder of its own, and say how it went."""
    outcomes = []
    for path in paths:
        content = folder / "content" / path.stem
        content.mkdir(parents=True)
        outcomes.append(run_chapter(path, content))
        print(outcomes[-1], *outcomes[-1].unexpected, sep="\n    ", flush=True)
    return outcomes


def main() -> None:
    """Execute the notebooks that are named, or all, and report what they said and changed."""
    parser = argparse.ArgumentParser(description="Execute the book's notebooks as Colab would.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="all of book/ if none is named")
    paths = parser.parse_args().notebooks or find_notebooks(BOOK)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        imitate_colab(folder)
        first = next(
            c for c in nbformat.read(paths[0], as_version=4).cells if c.cell_type == "code"
        )
        publish(ROOT, folder, *asked_for(first.source))
        outcomes = run_all(paths, folder)
    print("The set-up cell said:", outcomes[0].setup)
    if any(outcome.error for outcome in outcomes):
        raise SystemExit("Not every chapter came to its end.")
    if changed := [line for outcome in outcomes for line in outcome.changed]:
        raise SystemExit("What was there has changed:\n" + "\n".join(changed))
    print(f"{len(installed())} packages, and all that were there are as they were.")


if __name__ == "__main__":
    main()
