"""The table on the terminal, and the file under ``results/``."""

import json
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import torch

from benchmarks.growth import Growth
from benchmarks.processors import processor_class
from benchmarks.row import Row
from course_utils.files import write_atomically
from course_utils.runtime import computes_in_bfloat16
from course_utils.training.results import versions

RESULTS = Path(__file__).parent / "results"


def table(rows: Sequence[Row]) -> str:
    """A line for each row."""
    lines = [f"{'row':20} {'ratio':>6}  {'quartiles':>13}  {'aim':>5}  {'floor':>5}  verdict"]
    for row in rows:
        lines.append(f"{row.name:20} {_numbers(row)}  {verdict(row)}")
        lines.append(f"{'':20} {row.what}" + (f" ({row.note})" if row.note else ""))
    return "\n".join(lines)


def verdict(row: Row) -> str:
    """In a word: what became of the row."""
    if row.ratio is None:
        return "skipped"
    if row.failed:
        return "BELOW ITS FLOOR"
    return "aim missed" if row.missed else "ok"


def _numbers(row: Row) -> str:
    spread = "" if row.low is None or row.high is None else f"{row.low:.2f} to {row.high:.2f}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    aim, floor = ("" if value is None else f"{value:g}" for value in (row.aim, row.floor))
    return f"{ratio:>6}  {spread:>13}  {aim:>5}  {floor:>5}"


def growth_table(growths: Sequence[Growth]) -> str:
    """A line for each amount of work."""
    lines = []
    for growth in growths:
        lines.append(f"{growth.name}: slope {growth.slope:.2f} ({growth.what})")
        pairs = zip(growth.amounts, growth.seconds, strict=True)
        lines.append("  " + ", ".join(f"{a:,}: {1000 * s:.0f} ms" for a, s in pairs))
    return "\n".join(lines)


def content(rows: Sequence[Row], growths: Sequence[Growth]) -> dict[str, object]:
    """All that is kept: no name of a person or a host, and no path."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "machine": machine(),
        "versions": {**versions(), **_others()},
        "rows": [asdict(row) for row in rows],
        "growth": [asdict(growth) for growth in growths],
    }


def machine() -> dict[str, object]:
    """The processor, and what it can do."""
    return {
        "processor": _processor(),
        "class": processor_class(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "bfloat16": computes_in_bfloat16("cpu"),
        "threads": torch.get_num_threads(),
        "system": platform.system(),
    }


def write(found: dict[str, object], folder: Path = RESULTS) -> Path:
    """Write the file, named by the class of the processor."""
    described = found["machine"]
    assert isinstance(described, dict)
    path = folder / f"cpu-{str(described['class']).lower()}.json"
    folder.mkdir(exist_ok=True)
    write_atomically(path, (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode())
    return path


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(
            command, cwd=RESULTS.parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def _others() -> dict[str, str]:
    found = {}
    for name in ("d2l", "pillow", "onnxruntime", "openvino"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
