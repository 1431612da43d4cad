"""Memory of ``predict`` against the number of pictures."""

import os
import sys
import tempfile
from pathlib import Path

import torch
from PIL import Image

from benchmarks.processes import knows_its_peak, peak_bytes, run
from benchmarks.row import Row, from_ratios, skipped
from course_utils.cli.predict import predict
from course_utils.data.transforms import Preprocessing
from course_utils.models import resnet18
from course_utils.models.weights import WeightsInfo, save_weights

FEW, MANY, ALLOWED = 1_000, 10_000, 1.05
SIDE = 40


def rows(few: int = FEW, many: int = MANY) -> list[Row]:
    """The peak with few pictures, a twentieth more, by the peak with many."""
    what = f"predict, peak memory with {many:,} pictures: with {few:,}, and 5 % more allowed"
    if not knows_its_peak():
        return [skipped("flat memory", what, "only Linux says how much a process took at the most")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        weights = _write_weights(folder / "small.safetensors")
        peaks = [float(_peak(folder, weights, count)) for count in (few, many)]
    figures = {"few": peaks[0], "many": peaks[1]}
    return [from_ratios("flat memory", what, [ALLOWED * peaks[0] / peaks[1]], figures)]


def _peak(folder: Path, weights: Path, count: int) -> int:
    pictures = folder / f"{count}"
    pictures.mkdir()
    picture = pictures / "0.png"
    Image.effect_noise((SIDE, SIDE), 60).convert("RGB").save(picture)
    for number in range(1, count):
        os.link(picture, pictures / f"{number}.png")
    options = ["--weights", str(weights), "--output", str(folder / f"{count}.csv")]
    options += ["--format", "csv", "--device", "cpu", "--batch-size", "32"]
    command = [sys.executable, "-m", "benchmarks.flat_memory", str(pictures), *options]
    found = int(run(command).out)
    lines = (folder / f"{count}.csv").read_text().count("\n")
    if lines != count + 1:
        raise RuntimeError(f"{lines - 1} predictions of {count} pictures")
    return found


def _write_weights(path: Path) -> Path:
    torch.manual_seed(0)
    info = WeightsInfo("resnet18", ("a", "b"), Preprocessing(SIDE, 32), stem_width=4)
    save_weights(path, resnet18(2, stem_width=4).state_dict(), info)
    return path


if __name__ == "__main__":
    predict.main(sys.argv[1:], standalone_mode=False)
    print(peak_bytes())
