"""The sheets of the weights say what is true of the files, which are measured again."""

import re
from pathlib import Path

import pytest
import safetensors
import torch
from PIL import Image

from course_utils.analysis import count_parameters
from course_utils.data import crops as crops_module
from course_utils.data.crops import cut_crops
from course_utils.data.folders import ImageFolder
from course_utils.data.masks import VOID
from course_utils.data.transforms import evaluation_transform
from course_utils.data.voc import VOCSegmentation
from course_utils.inference import Classifier
from course_utils.models.pretrained import load_classifier, load_segmenter
from course_utils.models.weights import WeightsInfo, read_weights
from course_utils.teaching.records import read_records
from course_utils.training import evaluate
from data_sheets import cells, pictures, read_page, sheet


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return read_page(root)


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


def test_the_weights_are_small_and_of_half_precision(weights: Path) -> None:
    assert weights.stat().st_size <= 1_600_000
    with safetensors.safe_open(weights, framework="pt") as file:
        types = {name: file.get_tensor(name).dtype for name in file.keys()}  # noqa: SIM118
    counters = {name for name in types if name.endswith("num_batches_tracked")}
    assert {types[name] for name in types.keys() - counters} == {torch.float16}


def test_the_weights_say_how_they_were_trained(info: WeightsInfo) -> None:
    assert info.command.startswith("course-utils train classifier --data insects ")
    assert f"--seed {info.seed}" in info.command
    assert (info.data, info.architecture, info.stem_width) == ("insects", "resnet18", 16)


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
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crops_module, "save_image", keep_quickly)
        cut_crops(data / "scenes", out)
    return out


def keep_quickly(path: Path, crop: Image.Image) -> None:
    """Validation crops are kept uncompressed; of those for training only the names are looked at.

    To compress all of them as PNG and to wait for the disk takes most of the time otherwise.
    """
    if path.parent.parent.name == "val":
        crop.save(path, "BMP")
    else:
        path.touch()


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
    recorded = [
        r for r in read_records("resnext_flowers") if r.run.architecture == info.architecture
    ]
    ten = sum(r.accuracy for r in recorded) / len(recorded)
    assert f"Over ten seeds, which the chapter compares, the mean is {ten:.3f}" in text
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


def test_what_the_network_gets_wrong(
    page: str, weights: Path, info: WeightsInfo, data: Path
) -> None:
    text = sheet(page, "Weights: insects-resnet18")
    classifier = Classifier.from_checkpoint(weights)
    count = sum(parameter.numel() for parameter in classifier.model.parameters())
    assert f"{count:,} weights" in text
    found = classifier.predict(pictures(data / "insects" / "val"), batch_size=50)
    wrong = [item.path.parent.name for item in found if item.label != item.path.parent.name]
    assert info.accuracy is not None
    assert 0.90 <= info.accuracy <= 0.97
    assert abs(len(wrong) - 150 * (1 - info.accuracy)) < 1.5
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
