"""Pictures and masks → batches, against d2l's VOCSegDataset."""

import contextlib
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch.utils.data import DataLoader

from benchmarks.processes import knows_its_peak, peak_bytes, run
from benchmarks.row import ROUNDS, Row, compared, from_ratios, skipped
from course_utils.data import dataset_path
from course_utils.data.loading import Batches
from course_utils.data.voc import VOCSegmentation

CROP, BATCH, EPOCHS = (160, 256), 8, 5
KEEP = 1 << 30
WHAT = "VOC layout: open, and crops of five epochs"


def rows(rounds: int = ROUNDS) -> list[Row]:
    """CPU seconds, and memory with and without kept pictures."""
    ours, theirs = epochs_of("kept"), epochs_of("d2l")
    found = [compared("voc data", f"{WHAT}: d2l's VOCSegDataset", theirs, ours, rounds)]
    if not knows_its_peak():
        reason = "only Linux says how much memory a process took at the most"
        return found + [skipped(f"voc memory {kind}", WHAT, reason) for kind in ("kept", "read")]
    growth = {kind: peak_growth(kind) for kind in ("d2l", "kept", "read")}
    for kind, how in (("kept", "pictures kept as bytes"), ("read", "pictures read again")):
        what = f"{WHAT}, memory, {how}: d2l's VOCSegDataset"
        figures = {"peer": growth["d2l"], "course": growth[kind]}
        found.append(
            from_ratios(f"voc memory {kind}", what, [growth["d2l"] / growth[kind]], figures)
        )
    return found


def epochs_of(kind: str, root: Path | None = None) -> Callable[[], int]:
    """Open the set and take all batches of its epochs; returns how many pictures there were."""
    folder = root or dataset_path("scenes")

    def work() -> int:
        pictures = _published_set(folder) if kind == "d2l" else _course_set(folder, kind)
        batches = Batches(DataLoader(pictures, BATCH, shuffle=True), "cpu")
        return sum(len(images) for _ in range(EPOCHS) for images, _ in batches)

    return work


def _course_set(folder: Path, kind: str) -> "torch.utils.data.Dataset[object]":
    keep = KEEP if kind == "kept" else 0
    return VOCSegmentation(folder, "train", CROP, keep_bytes=keep)


def _published_set(folder: Path) -> "torch.utils.data.Dataset[object]":
    from d2l import torch as d2l

    with contextlib.redirect_stdout(io.StringIO()):
        found: torch.utils.data.Dataset[object] = d2l.VOCSegDataset(True, CROP, str(folder))
    return found


def peak_growth(kind: str) -> float:
    """By how many bytes the peak memory of a process of its own grows."""
    return float(json.loads(run([sys.executable, "-m", "benchmarks.voc_data", kind]).out))


def _measure(kind: str) -> int:
    from d2l import torch as d2l  # noqa: F401  so that loading it does not count

    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew (Linux)
    before = peak_bytes()
    epochs_of(kind)()
    return max(1, peak_bytes() - before)


if __name__ == "__main__":
    print(_measure(sys.argv[1]))
