"""The page of recorded results on photographs agrees with itself, and with the sets."""

import re
from pathlib import Path

import pytest

from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import evaluation_transform
from course_utils.data.voc import VOCSegmentation
from course_utils.teaching import confidence_interval

SEEDS = r"((?:0\.\d{3}, ){2}0\.\d{3}); mean (0\.\d{3}) ± (0\.\d{3})"


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "book" / "appendix" / "real_data.md").read_text(encoding="utf-8")


def test_every_mean_is_that_of_its_seeds(page: str) -> None:
    found = re.findall(SEEDS, page)
    assert len(found) == 3 * 2
    for seeds, mean, half_width in found:
        interval = confidence_interval([float(value) for value in seeds.split(", ")])
        assert float(mean) == pytest.approx(interval.mean, abs=0.001)
        assert float(half_width) == pytest.approx(interval.half_width, abs=0.002)


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["hymenoptera_data", "flower_photos"])
def test_the_sets_are_the_ones_described(name: str, page: str, realdata: Path) -> None:
    if not (realdata / name).is_dir():
        pytest.skip(f"{name} is not there")
    train, val = (
        ImageFolder(realdata / name / split, evaluation_transform()) for split in ("train", "val")
    )
    counts = [sum(label == i for _, label in val.samples) for i in range(len(val.class_names))]
    row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
    assert f"| {len(train)} | {len(val)} | {', '.join(val.class_names)} |" in row
    assert row.endswith(f"| {max(counts) / len(val):.3f} |")


@pytest.mark.realdata
def test_the_street_scenes_are_the_ones_described(page: str, realdata: Path) -> None:
    if not (realdata / "camvid_voc").is_dir():
        pytest.skip("camvid_voc is not there")
    train, val = (VOCSegmentation(realdata / "camvid_voc", split) for split in ("train", "val"))
    shares = val.class_counts() / val.class_counts().sum()
    classes = int((shares > 0).sum())
    row = next(line for line in page.splitlines() if line.startswith("| `camvid_voc`"))
    assert f"| {len(train)} | {len(val)} | {classes} of streets" in row
    assert row.endswith(f"| {shares.max():.3f} of the pixels |")
    majority = val.class_names[int(shares.argmax())]
    assert f"majority class ({majority}) | | | | {shares.max():.3f} | " in page
    assert f"| {shares.max() / classes:.3f} |" in page
    rare = sum(shares[val.class_names.index(name)] for name in ("pole", "sign"))
    assert 0.01 < rare < 0.02
