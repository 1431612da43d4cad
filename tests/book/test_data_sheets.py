"""The data sheets say what is true of the files."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from PIL import Image

from course_utils.analysis import count_parameters
from course_utils.data.crops import cut_crops
from course_utils.data.folders import ImageFolder
from course_utils.data.masks import VOID
from course_utils.data.sources import SOURCES
from course_utils.data.transforms import evaluation_transform
from course_utils.data.voc import VOCSegmentation
from course_utils.inference import Classifier
from course_utils.models.pretrained import load_classifier, load_segmenter
from course_utils.models.weights import WeightsInfo, read_weights
from course_utils.training import evaluate
from garden.ant import ODDS as ANT_ODDS
from garden.bee import ODDS as BEE_ODDS
from linear_baselines import best_accuracy, histogram, pixels

SETS = ("insects", "flowers", "scenes", "panorama")
SPLITS = ("train", "val")
CONTACT_SHEETS = [f"contact_{name}.jpg" for name in SETS]


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "book" / "appendix" / "data.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def data(root: Path) -> Path:
    return root / "data"


@pytest.fixture(scope="module")
def weights(data: Path) -> Path:
    return data / "weights" / "insects-resnet18.safetensors"


@pytest.fixture(scope="module")
def info(weights: Path) -> WeightsInfo:
    _, info = read_weights(weights)
    assert info is not None
    return info


def sheet(page: str, title: str) -> str:
    """The section below a heading, its lines joined."""
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, title
    return " ".join(found[1].split())


def number_in_row(text: str, row: str) -> float:
    """The first number of the table's row that begins with these words."""
    found = re.search(rf"\| {re.escape(row)} \| ([\d.]+)", text)
    assert found, row
    return float(found[1])


def pictures(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.jpg"))


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


def test_the_sheet_of_the_weights(page: str, weights: Path, info: WeightsInfo) -> None:
    text = sheet(page, "Weights: insects-resnet18").replace("\\ ", "")
    steps = info.preprocessing
    assert f"```bash {info.command} ```" in text
    assert f"float16, {weights.stat().st_size / 1e6:.2f} MB" in text
    assert f"| Seed | {info.seed} |" in text
    assert (
        f"| {info.accuracy:.3f} on `insects/val`: {150 * (info.accuracy or 0):.0f} of 150" in text
    )
    assert f"resized to {steps.resize} pixels ({steps.interpolation})" in text
    assert f"the middle {steps.crop}×{steps.crop} cut out" in text
    for values in (steps.mean, steps.std):
        assert ", ".join(map(str, values)) in text


def test_the_seeds_have_the_mean_that_is_given(page: str, info: WeightsInfo) -> None:
    text = sheet(page, "Weights: insects-resnet18")
    seeds = re.findall(r"\| [012](?:, the stored one)? \| (\d+) \| ([\d.]+) \|", text)
    assert len(seeds) == 3
    right = [int(count) for count, _ in seeds]
    assert [share for _, share in seeds] == [f"{count / 150:.3f}" for count in right]
    assert right[0] == round(150 * (info.accuracy or 0))
    mean = f"{sum(right) / 450:.3f}"
    assert f"| mean | {sum(right) / 3:.1f} | {mean} |" in text
    assert f"| slim ResNet-18, mean of 3 seeds | {mean} |" in page


@pytest.fixture(scope="module")
def crops(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """The crops of the scenes, as the sheet's command cuts them."""
    out = tmp_path_factory.mktemp("garden") / "crops"
    cut_crops(data / "scenes", out)
    return out


def test_the_sheet_of_the_garden_network(page: str, data: Path, crops: Path) -> None:
    """The stored file is measured on crops that are cut anew."""
    text = sheet(page, "Weights: garden-resnet18")
    file = data / "weights" / "garden-resnet18.safetensors"
    model, info = load_classifier(file)
    assert f"```bash {info.command} ```" in text.replace("\\ ", "")
    assert f"float16, {file.stat().st_size / 1e6:.2f} MB" in text
    assert f"{count_parameters(model):,} weights" in text
    assert ", ".join(f"`{name}`" for name in info.class_names) in text
    for split, what in (("train", "training"), ("val", "validation")):
        assert f"{len(list((crops / split).rglob('*.png')))} {what}" in text
    transform = evaluation_transform(info.preprocessing)
    found = evaluate(model, ImageFolder(crops / "val", transform, info.class_names))
    total = found.confusion.total
    assert found.accuracy == pytest.approx(info.accuracy, abs=2 / total)
    said = f"{info.accuracy:.3f} on crops of the `val` scenes: "
    assert said + f"{total * (info.accuracy or 0):.0f} of {total}" in text
    assert f"| Majority class (`background`) | {found.confusion.majority_share:.3f} |" in text
    require_seeds(text, total, info)


def require_seeds(text: str, total: int, info: WeightsInfo) -> None:
    """The table of three seeds agrees with itself and with the stored file."""
    seeds = re.findall(r"\| [012](?:, the stored one)? \| (\d+) \| ([\d.]+) \|", text)
    right = [int(count) for count, _ in seeds]
    assert [share for _, share in seeds] == [f"{count / total:.3f}" for count in right]
    assert right[0] == round(total * (info.accuracy or 0))
    assert f"| mean | {sum(right) / 3:.1f} | {sum(right) / total / 3:.3f} |" in text


def test_the_sheet_of_the_resnext(page: str, data: Path) -> None:
    text = sheet(page, "Weights: flowers-resnext")
    file = data / "weights" / "flowers-resnext.safetensors"
    model, info = load_classifier(file)
    assert f"```bash {info.command} ```" in text.replace("\\ ", "")
    assert f"float16, {file.stat().st_size / 1e6:.2f} MB" in text
    assert f"{count_parameters(model):,} weights" in text
    transform = evaluation_transform(info.preprocessing)
    found = evaluate(model, ImageFolder(data / "flowers" / "val", transform, info.class_names))
    assert found.accuracy == pytest.approx(info.accuracy, abs=2 / 200)
    right = f"{200 * (info.accuracy or 0):.0f}"
    assert f"{info.accuracy:.3f} on `flowers/val`: {right} of 200" in text
    assert f"| Majority class (any of the five) | {found.confusion.majority_share:.3f} |" in text
    require_seeds(text, 200, info)
    mean = re.search(r"\| mean \| [\d.]+ \| ([\d.]+) \|", text)
    assert mean
    assert f"| slim ResNeXt of 14 layers, mean of 3 seeds | {mean[1]} |" in sheet(page, "flowers")


@pytest.mark.parametrize(("column", "name"), [(0, "scenes-fcn32s"), (1, "scenes-fcn8s")])
def test_the_sheet_of_the_networks_for_pixels(
    column: int, name: str, page: str, data: Path
) -> None:
    """The stored files are measured again."""
    text = sheet(page, "Weights: scenes-fcn32s and scenes-fcn8s")
    file = data / "weights" / f"{name}.safetensors"
    assert file.stat().st_size <= 1.6e6
    model, info = load_segmenter(file)
    assert info.pixels is not None
    assert f"```bash {info.command} ```" in text.replace("\\ ", "")
    assert ", ".join(f"`{name}`" for name in info.class_names) in text.replace(" `, `", "`, `")
    scenes = VOCSegmentation(data / "scenes", "val")
    confusion = evaluate(model, scenes, "cpu", 1, VOID, info.preprocessing).confusion
    assert confusion.accuracy == pytest.approx(info.accuracy, abs=0.001)
    assert confusion.mean_iou == pytest.approx(info.pixels.mean_iou, abs=0.005)
    majority = confusion.majority_share
    said = {
        "Weights": f"{count_parameters(model):,}",
        "File, float16": f"{file.stat().st_size / 1e6:.2f} MB",
        "Pixel accuracy of the stored file on `scenes/val`": f"{info.accuracy:.3f}",
        "Mean IoU": f"{info.pixels.mean_iou:.3f}",
        "Majority class (`background`), pixel accuracy and mean IoU": (
            f"{majority:.3f}, {majority / len(info.class_names):.3f}"
        ),
    }
    for row, value in said.items():
        assert cells(text, row)[column] == value
    for index, row in enumerate(("IoU of `background`", "IoU of `ant`")):
        value = float(cells(text, row)[column])
        assert confusion.iou[index].item() == pytest.approx(value, abs=0.005)
    missed = 1 - confusion.recall[1].item()
    assert missed == pytest.approx((0.6, 1 / 3)[column], abs=0.05)


def cells(text: str, row: str) -> list[str]:
    """The cells of a row after its name."""
    found = re.search(rf"\| {re.escape(row)} \| ([^|]+) \| ([^|]+) \|", text)
    assert found, row
    return [found[1], found[2]]


def test_what_the_resnext_gets_wrong(page: str, data: Path) -> None:
    text = sheet(page, "Weights: flowers-resnext")
    classifier = Classifier.from_checkpoint(data / "weights" / "flowers-resnext.safetensors")
    found = classifier.predict(pictures(data / "flowers" / "val"), batch_size=50)
    wrong = [item.label for item in found if item.label != item.path.parent.name]
    said = re.search(r"Of its (\d+) errors here, (\d+) are flowers taken for dandelions", text)
    assert said
    assert abs(int(said[1]) - len(wrong)) <= 2
    assert abs(int(said[2]) - wrong.count("dandelion")) <= 2
    noise = torch.randn(16, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    assert set(classifier.probabilities(noise).argmax(dim=1).tolist()) == {2}, "roses"


def test_what_the_network_gets_wrong(page: str, weights: Path, data: Path) -> None:
    text = sheet(page, "Weights: insects-resnet18")
    classifier = Classifier.from_checkpoint(weights)
    count = sum(parameter.numel() for parameter in classifier.model.parameters())
    assert f"{count:,} weights" in text
    found = classifier.predict(pictures(data / "insects" / "val"), batch_size=50)
    wrong = [item.path.parent.name for item in found if item.label != item.path.parent.name]
    said = re.search(r"Of its (\d+) errors here, (\d+) are ants taken for bees", text)
    assert said
    assert abs(int(said[1]) - len(wrong)) <= 1
    assert abs(int(said[2]) - wrong.count("ants")) <= 1
    noise = torch.randn(16, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    assert (classifier.probabilities(noise)[:, 0] > 0.99).all()


@pytest.mark.realdata
def test_photographs_are_beyond_the_network(page: str, weights: Path, realdata: Path) -> None:
    folder = realdata / "hymenoptera_data" / "val"
    if not folder.is_dir():
        pytest.skip("hymenoptera_data is not there")
    found = list(Classifier.from_checkpoint(weights).predict(sorted(folder.glob("*/*.jpg"))))
    right = sum(item.label == item.path.parent.name for item in found)
    said = re.search(
        r"of the (\d+) in `hymenoptera_data/val` it gets (\d+) right",
        sheet(page, "Weights: insects-resnet18"),
    )
    assert said
    assert int(said[1]) == len(found)
    assert abs(int(said[2]) - right) <= 1


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
