"""Execute the book's notebooks as Colab would, and see that nothing installed has changed.

Run it with the Python of an environment like Colab's. It makes a module ``google.colab``
for the kernels to find, copies each notebook into an empty folder, executes it there from
its setup cell on, and compares the versions of all packages before and after.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from refresh import BOOK, CELL_TIMEOUT, find_notebooks

STARTUP = "import google.colab\n"


def installed() -> dict[str, str]:
    """Return the version of every installed package."""
    command = [sys.executable, "-m", "pip", "list", "--format", "freeze"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return {name: version for name, _, version in (line.partition("==") for line in lines)}


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """List the packages of ``before`` that ``after`` has in another version, or not at all."""
    return [
        f"{name} {version} became {after.get(name, 'nothing')}"
        for name, version in before.items()
        if after.get(name) != version
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


def execute(path: Path, folder: Path) -> None:
    """Execute a notebook in a folder that holds nothing else."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=CELL_TIMEOUT, resources=resources).execute()


def main() -> None:
    """Execute all notebooks and report what they changed."""
    before = installed()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        imitate_colab(folder)
        for path in find_notebooks(BOOK):
            content = folder / "content" / path.stem
            content.mkdir(parents=True)
            execute(path, content)
            print(f"{path.stem}: executed")
    changed = changes(before, installed())
    if changed:
        raise SystemExit("The setup cell changed what was there:\n" + "\n".join(changed))
    print(f"{len(before)} packages are as they were.")


if __name__ == "__main__":
    main()
