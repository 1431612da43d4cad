"""The wheel alone, away from the repository: it works, and needs neither garden nor drawing."""

import subprocess
import sys
from pathlib import Path

import pytest

WITHOUT_THE_REPOSITORY = """
import sys
from pathlib import Path

site = str(Path("site").resolve())
sys.path[:] = [site] + [one for one in sys.path if one and not Path(one, "garden").is_dir()]
"""

WORK = """
import shutil
import torch
import course_utils
from course_utils.data import dataset_path, load_image
from course_utils.inference import Classifier, Localizer, Segmenter
from course_utils.training import TrainingConfig
from course_utils.training.classifier import ClassifierRun
from course_utils.training.recipes import train_and_store

torch.set_num_threads(1)
assert Path(course_utils.__file__).is_relative_to(site), course_utils.__file__
bees = sorted((dataset_path("insects") / "val" / "bees").iterdir())[:4]
for found in Classifier.from_checkpoint("insects-resnet18").predict(bees):
    print("predicted:", found.label)

wide = dataset_path("panoramas") / "composed_026.jpg"
location = Localizer.from_checkpoint("garden-resnet18").locate(load_image(wide), "bee", 0.8)
print("located:", location.label, len(location.detections))

scene = sorted((dataset_path("scenes") / "JPEGImages").glob("garden_val_*"))[0]
(masked,) = Segmenter.from_checkpoint("scenes-fcn8s").predict([scene])
print("segmented:", masked.classes.shape == load_image(scene).size[::-1])
print("loaded to predict:", sorted({"garden", "matplotlib"} & set(sys.modules)))

for file in dataset_path("insects").glob("*/*/*_00[0-3].jpg"):
    split, name = file.parts[-3:-1]
    Path("few", split, name).mkdir(parents=True, exist_ok=True)
    shutil.copy(file, Path("few", split, name))
run = ClassifierRun("few", "resnet18", stem_width=4, image_size=64)
config = TrainingConfig(epochs=1, batch_size=8)
info = train_and_store(run.open(config), Path("trained"), torch.device("cpu"), print)
print("trained:", info.class_names, Path("trained", "weights.safetensors").is_file())
print("loaded to train:", sorted({"garden", "matplotlib"} & set(sys.modules)))

from course_utils.teaching import object_sizes, panoramas

print("a chapter's pictures:", len(panoramas.panorama_of(0)[1]), object_sizes.empty_picture(0).size)
print("a rose:", object_sizes.picture_with("rose", 48, seed=1).size)
from course_utils.teaching.touchable import DESIGNS

made = [name for name, design in DESIGNS.items() if "start(" in design().script]
print("to touch:", made)
print("loaded to read them:", sorted({"garden"} & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def away(wheel_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder elsewhere with the wheel installed in its ``site``."""
    folder = tmp_path_factory.mktemp("away")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-index", "--no-deps", "--no-compile", "--target", str(folder / "site")]
    subprocess.run([*pip, *options, str(wheel_file)], check=True, capture_output=True)
    return folder


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder, with the installed wheel and without the repository."""
    command = [sys.executable, "-I", "-c", WITHOUT_THE_REPOSITORY + code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_wheel_alone_does_its_work(away: Path) -> None:
    outcome = run(away, WORK)
    assert outcome.returncode == 0, outcome.stderr
    lines = outcome.stdout.splitlines()
    assert sum(line == "predicted: bees" for line in lines) >= 3
    assert "located: bee 1" in lines
    assert "segmented: True" in lines
    assert "trained: ('ants', 'bees') True" in lines
    assert "a chapter's pictures: 5 (1024, 387)" in lines
    assert "a rose: (1024, 387)" in lines
    assert "to touch: ['softmax', 'learning_rate', 'zoo']" in lines
    assert [line for line in lines if line.startswith("loaded")] == [
        "loaded to predict: []",
        "loaded to train: []",
        "loaded to read them: []",
    ]


def test_the_garden_is_not_there(away: Path) -> None:
    outcome = run(away, "import garden")
    assert "No module named 'garden'" in outcome.stderr
