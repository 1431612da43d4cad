"""A training set of photographs of 3 megapixels, made of pictures that lie here."""

from pathlib import Path

from PIL import Image

from benchmarks.pictures import spread
from course_utils.data import dataset_path

SIZE = 2048, 1536
CLASSES = ("ants", "bees")
GRAIN = 0.12
"""Share of noise, which a camera's pictures have; without it a JPEG is decoded too soon."""


def make_photographs(folder: Path, count: int, split: str = "train") -> Path:
    """So many JPEGs in ``folder/ants`` and ``folder/bees``: the insects, enlarged, with grain."""
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
        drawn = spread(sorted((dataset_path("insects") / split / name).iterdir()), count // 2)
        for path in drawn:
            image = Image.open(path).convert("RGB").resize(SIZE, Image.Resampling.BICUBIC)
            noise = Image.effect_noise(SIZE, 24).convert("RGB")
            Image.blend(image, noise, GRAIN).save(folder / name / path.name, quality=90)
    return folder
