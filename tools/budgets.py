"""What each chapter costs, as it was measured, and the sentence that says so in the chapter.

The record is ``benchmarks/results/chapters.json``; ``measure_chapters.py`` writes it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import nbformat
import yaml
from nbformat import NotebookNode

from course_utils.files import require_folder, write_atomically
from refresh import tidy

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "benchmarks" / "results" / "chapters.json"
SENTENCE = re.compile(r"^\*Measured on .*\*$", re.MULTILINE)


@dataclass(frozen=True)
class Cost:
    """What one chapter took, from the start of its kernel to its end.

    Attributes:
        read_seconds: CPU time of the kernel and of all processes that it started.
        yardstick_seconds: What the yardstick took, before and after: the mean.
        cpu_seconds: What the chapter takes on a core where the yardstick takes
            ``yardstick.QUIET``.
        peak_gib: Largest memory, in GiB, of the kernel and its processes together.
        commit: Of the code that ran, with ``-dirty`` where files had been changed since.
    """

    read_seconds: float
    yardstick_seconds: float
    cpu_seconds: float
    peak_gib: float
    commit: str

    @property
    def sentence(self) -> str:
        """What the chapter says of its cost."""
        return (
            f"*Measured on a CPU, with one thread: {self.cpu_seconds:.0f} s of CPU time "
            f"on a quiet core, {self.peak_gib:.1f} GiB of memory, 0 MB of downloads.*"
        )


@dataclass(frozen=True)
class Measurement:
    """All chapters, measured on one machine with the same versions.

    Attributes:
        machine: The processor's name.
        versions: Of Python and of the packages that matter.
        chapters: Cost by the chapter's name in the contents, such as ``book/dense/localization``.
    """

    machine: str
    versions: dict[str, str]
    chapters: dict[str, Cost] = field(default_factory=dict)


def chapters(root: Path = ROOT) -> list[str]:
    """List the notebooks of the table of contents, in its order."""
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [entry["file"] for part in contents["parts"] for entry in part["chapters"]]
    return [name for name in files if notebook_path(name, root).exists()]


def notebook_path(name: str, root: Path = ROOT) -> Path:
    """Return the file of a chapter that is named as in the contents."""
    return root / f"{name}.ipynb"


def read_record(path: Path = RECORD) -> Measurement:
    """Read what was measured."""
    content = json.loads(path.read_text(encoding="utf-8"))
    costs = {name: Cost(**cost) for name, cost in content.pop("chapters").items()}
    return Measurement(**content, chapters=costs)


def write_record(measurement: Measurement, names: Sequence[str], path: Path = RECORD) -> None:
    """Write the costs of these chapters, in this order."""
    ordered = {name: measurement.chapters[name] for name in names if name in measurement.chapters}
    content = asdict(replace(measurement, chapters=ordered))
    require_folder(path.parent)
    write_atomically(path, (json.dumps(content, indent=2) + "\n").encode())


def begin(old: Measurement | None, machine: str, versions: dict[str, str]) -> Measurement:
    """Begin a measurement that keeps the costs of an old one.

    Raises:
        SystemExit: If the old one comes from another machine or from other versions.
    """
    if old is not None and (old.machine, old.versions) != (machine, versions):
        raise SystemExit(
            f"{RECORD.name} was measured on another machine or with other versions: measure all "
            "chapters (make budgets)"
        )
    return Measurement(machine, versions, {} if old is None else dict(old.chapters))


def sentences(notebook: NotebookNode) -> list[str]:
    """List what a notebook says about its cost."""
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return [found for text in prose for found in SENTENCE.findall(text)]


def say_cost(path: Path, cost: Cost) -> None:
    """Write the cost into the chapter's one sentence *Measured on ...*."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = SENTENCE.sub(cost.sentence, cell.source)
    tidy(notebook)
    nbformat.write(notebook, path)
