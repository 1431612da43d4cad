"""The data sheets say what is true of the files."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from course_utils.data.sources import SOURCES
from data_sheets import number_in_row, pictures, read_page, sheet
from garden.insects.ant import ODDS as ANT_ODDS
from garden.insects.bee import ODDS as BEE_ODDS
from linear_baselines import best_accuracy, histogram, pixels

SETS = tuple(SOURCES)
SPLITS = ("train", "val")
CONTACT_SHEETS = [f"contact_{name}.jpg" for name in SETS]


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return read_page(root)


@pytest.fixture(scope="module")
def data(root: Path) -> Path:
    return root / "data"


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


@pytest.mark.parametrize("name", SETS)
def test_the_overview_counts_the_pictures(name: str, page: str, data: Path) -> None:
    row = (
        f"| [`{name}`](#{name}) | {len(pictures(data / name))} | {megabytes(data / name):.1f} MB |"
    )
    assert row in page


@pytest.mark.parametrize("name", ["insects", "flowers"])
def test_the_sheet_of_a_labeled_set(name: str, page: str, data: Path) -> None:
    text = sheet(page, name)
    for split, title in zip(SPLITS, ("Training", "Validation"), strict=True):
        folders = sorted((data / name / split).iterdir())
        counts = {folder.name: len(pictures(folder)) for folder in folders}
        each = counts[folders[0].name]
        row = f"| {title} | {sum(counts.values())} pictures, {each} of each class |"
        assert row in text
        assert f"{folders[0].name}_{split}_{each - 1:03d}.jpg" in text
        assert all(f"`{class_name}`" in text for class_name in counts)
    files = pictures(data / name)
    size = megabytes(data / name)
    assert f"{size:.1f} MB in all, {1000 * size / len(files):.1f} KB each" in text
    sizes = {Image.open(file).size for file in files}
    assert f"the longer 128 to {max(max(size) for size in sizes)}; six shapes" in text
    assert len(sizes) == 6


@pytest.mark.parametrize(("name", "classes"), [("insects", 2), ("flowers", 5)])
def test_the_difficulty_is_what_is_measured(name: str, classes: int, page: str, data: Path) -> None:
    text = sheet(page, name)
    rows = {
        "chance, always one class": 1 / classes,
        "logistic regression on 32×32 RGB pixels": best_accuracy(data / name, pixels),
        "logistic regression on a 512-bin colour histogram": best_accuracy(data / name, histogram),
    }
    for row, measured in rows.items():
        assert abs(number_in_row(text, row) - measured) < 0.015, row
    if name == "insects":  # neither pixels nor colors give the class away
        assert max(rows.values()) < 0.75


def test_the_odds_of_the_dark_coats(page: str) -> None:
    shares = [100 * sum(odds[:4]) / sum(odds) for odds in (ANT_ODDS, BEE_ODDS)]
    assert "for {:.0f} % of the ants and for {:.0f} % of the bees".format(*shares) in sheet(
        page, "insects"
    )


def masks(data: Path, split: str) -> list[np.ndarray]:
    folder = data / "scenes" / "SegmentationClass"
    return [np.asarray(Image.open(path)) for path in sorted(folder.glob(f"garden_{split}_*.png"))]


def test_the_sheet_of_the_scenes(page: str, data: Path) -> None:
    text = sheet(page, "scenes")
    names = (data / "scenes" / "classes.txt").read_text().split()
    assert ", ".join(f"`{name}`" for name in names) + ": 0 to 7" in text
    counts = [len(masks(data, split)) for split in SPLITS]
    assert "Training | {} pictures with masks | | Validation | {} pictures".format(*counts) in text
    heights, widths = zip(
        *(mask.shape for split in SPLITS for mask in masks(data, split)), strict=True
    )
    shape = f"{min(heights)} to {max(heights)} pixels high, {min(widths)} to {max(widths)} wide"
    assert shape in text
    small = sum(h < 160 or w < 256 for h, w in zip(heights, widths, strict=True))
    assert f"{small} of the {sum(counts)} are lower or narrower than 160×256" in text
    assert f"{megabytes(data / 'scenes'):.1f} MB in all" in text


def test_the_shares_of_the_pixels(page: str, data: Path) -> None:
    rows: dict[str, list[str]] = {"void": [], "background": [], "ant": []}
    for split in SPLITS:
        counts = np.sum([np.bincount(m.ravel(), minlength=256) for m in masks(data, split)], axis=0)
        rows["void"].append(f"{counts[255] / counts.sum():.1%}")
        for index, name in enumerate(("background", "ant")):
            rows[name].append(f"{counts[index] / counts[:255].sum():.1%}")
    text = sheet(page, "scenes").replace(" %", "%").replace(", of all that is not void", "")
    for name, shares in rows.items():
        assert f"| {name} | {' | '.join(shares)} |" in text


def test_the_sheet_of_the_panorama(page: str, data: Path) -> None:
    text = sheet(page, "panorama")
    truth = json.loads((data / "panorama" / "panorama.json").read_text())
    file = data / "panorama" / "panorama.jpg"
    assert f"the label `{truth['label']}` and the box {truth['box']}" in text
    assert f"387×1024 pixels, {file.stat().st_size / 1000:.0f} KB" in text


def test_the_sheet_of_the_panoramas(page: str, data: Path) -> None:
    text = sheet(page, "panoramas")
    truths = {
        file.stem: json.loads(file.read_text()) for file in (data / "panoramas").glob("*.json")
    }
    composed = [truth["things"] for name, truth in truths.items() if name.startswith("composed")]
    assert f"| {len(composed)} pictures, with {sum(map(len, composed))} things in all |" in text
    assert sum(not truth["things"] for truth in truths.values()) == 1
    sizes = sorted(truth["size"] for truth in truths.values() if "size" in truth)
    in_words = f"{', '.join(map(str, sizes[:-1]))} and {sizes[-1]} pixels"
    assert f"| {len(sizes)} pictures, drawn in a square of {in_words} |" in text
    assert f"JPEG, {megabytes(data / 'panoramas'):.1f} MB in all" in text
    for name in (f"{name}.jpg" for name in truths if name[-3:] in ("000", "001", "026", "192")):
        assert name in text


def test_the_real_sets_are_those_of_the_package(page: str) -> None:
    text = sheet(page, "The real sets behind the names")
    for name, source in SOURCES.items():
        assert f"| `{name}` |" in text
        if source.real is not None:
            assert f"`{source.real.url}` | {source.real.terms} |" in text


@pytest.mark.parametrize("name", CONTACT_SHEETS)
def test_every_contact_sheet_is_shown_and_small(name: str, page: str, root: Path) -> None:
    file = root / "book" / "_static" / name
    with Image.open(file) as image:
        assert image.width == 900
    assert file.stat().st_size <= 120_000
    assert re.search(rf"!\[[^\]]{{40,}}\]\(\.\./_static/{name}\)", page)


def test_the_readme_of_the_data_names_every_entry(data: Path) -> None:
    text = (data / "README.md").read_text(encoding="utf-8")
    for entry in data.iterdir():
        assert entry.name == "README.md" or f"`{entry.name}{'/' * entry.is_dir()}`" in text


def test_the_glossary_is_in_order_and_bilingual(root: Path) -> None:
    text = (root / "book" / "appendix" / "glossary.md").read_text(encoding="utf-8")
    entries = re.findall(
        r"^(\w[^\n]*)\n  \(([^)]+)\)", text.split("```{glossary}")[1], re.MULTILINE
    )
    terms = [term.lower() for term, _ in entries]
    assert terms == sorted(terms)
    assert len(terms) >= 25
    assert all(
        re.search(r"[\u4e00-\u9fff]", chinese) or "softmax" in chinese for _, chinese in entries
    )


def test_the_appendix_is_in_the_contents(root: Path) -> None:
    contents = yaml.safe_load((root / "_toc.yml").read_text())
    appendix = next(part for part in contents["parts"] if part["caption"] == "Appendix")
    files = [entry["file"].rsplit("/", 1)[-1] for entry in appendix["chapters"]]
    assert files.index("data") < files.index("references")
