"""The preprocessing of weights goes with them: into training, the file, evaluate and predict."""

import json
from pathlib import Path

import pytest
import torch
import torchvision
from torchvision.transforms import v2

from commands import Outcome, run_command
from course_utils.data.images import load_image
from course_utils.data.transforms import Preprocessing
from course_utils.models import weight_sources
from course_utils.models.pretrained import load_classifier
from course_utils.models.registry import build_classifier
from course_utils.models.weights import WeightsInfo, save_weights
from course_utils.training import TrainingConfig
from course_utils.training.classifier import ClassifierRun
from picture_files import noise, picture_set, save

OTHER = Preprocessing(80, 56, (0.3, 0.6, 0.2), (0.5, 0.1, 0.4), "bicubic")
OPTIONS = ("--epochs", "1", "--batch-size", "8", "--freeze", "--lr", "0.01")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """High, wide and odd pictures besides the usual ones."""
    root = picture_set(tmp_path_factory.mktemp("set"))
    for number, size in enumerate([(200, 61), (50, 300), (33, 35), (400, 20)]):
        save(root / "val" / "ants" / f"odd{number}.png", noise(number, size))
    return root


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "other.safetensors"
    model = build_classifier("resnet10", 3, 4)
    save_weights(path, model.state_dict(), WeightsInfo("resnet10", ("a", "b", "c"), OTHER, 4))
    return path


def train(data: Path, out: Path, weights: Path | str, *more: str) -> Outcome:
    words = ("train", "classifier", "--data", data, "--output", out, "--pretrained", weights)
    return run_command(*words, *OPTIONS, *more)


@pytest.fixture(scope="module")
def trained(data: Path, weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "one"
    outcome = train(data, out, weights)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.lines[0].startswith("epoch 1:")
    return out


def by_hand(preprocessing: Preprocessing) -> v2.Compose:
    """With torchvision alone."""
    return v2.Compose(
        [
            v2.Resize(preprocessing.resize, v2.InterpolationMode(preprocessing.interpolation)),
            v2.CenterCrop(preprocessing.crop),
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(preprocessing.mean, preprocessing.std),
        ]
    )


def test_the_stored_file_has_the_preprocessing_of_the_weights(trained: Path) -> None:
    info = load_classifier(trained)[1]
    assert info.preprocessing == OTHER
    assert "--image-size" not in info.command


@pytest.mark.parametrize("size", [None, 64])
def test_predict_and_evaluate_do_what_it_says(
    size: int | None, trained: Path, data: Path, weights: Path, tmp_path: Path
) -> None:
    out = trained
    if size is not None:
        out = tmp_path / "sized"
        assert train(data, out, weights, "--image-size", str(size)).status == 0
    model, info = load_classifier(out)
    assert info.preprocessing == (OTHER if size is None else OTHER.at(size))
    paths = sorted((data / "val").rglob("*.png"))
    change = by_hand(info.preprocessing)
    with torch.inference_mode():
        scores = model(torch.stack([change(load_image(path)) for path in paths])).softmax(dim=1)
    said = run_command("predict", *paths, "--weights", out, "--format", "json", "--top-k", "2")
    for line, expected in zip(said.lines, scores, strict=True):
        found = {score["label"]: score["probability"] for score in json.loads(line)["top"]}
        assert [found["ants"], found["bees"]] == pytest.approx(expected.tolist(), abs=1e-5)
    truth = torch.tensor([("ants", "bees").index(path.parent.name) for path in paths])
    outcome = run_command(
        "evaluate", "--data", data, "--weights", out, "--output", tmp_path / "r.json"
    )
    assert outcome.status == 0
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["accuracy"] == (scores.argmax(dim=1) == truth).double().mean().item()
    loss = -scores[range(len(paths)), truth].log().mean().item()
    assert report["loss"] == pytest.approx(loss, rel=1e-4)
    assert json.loads((out / "report.json").read_text())["accuracy"] == report["accuracy"]


def test_another_size_is_taken_and_told(data: Path, weights: Path, tmp_path: Path) -> None:
    outcome = train(data, tmp_path / "out", weights, "--image-size", "64")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.lines[0] == "image size 64 instead of the weights' 56"
    info = load_classifier(tmp_path / "out")[1]
    assert info.preprocessing == Preprocessing(91, 64, OTHER.mean, OTHER.std, "bicubic")
    assert "--image-size 64" in info.command


def test_the_weights_own_size_is_not_worth_a_word(data: Path, weights: Path) -> None:
    run = ClassifierRun(str(data), pretrained=str(weights), image_size=56)
    task = run.open(TrainingConfig())
    assert (task.notes, task.info.preprocessing) == ((), OTHER)


def test_training_sees_what_evaluation_sees(data: Path, weights: Path) -> None:
    """The same size, blended in the same way."""
    task = ClassifierRun(str(data), pretrained=str(weights)).open(TrainingConfig())
    picture, _ = task.training_set[0]
    assert picture.shape == (3, 56, 56)
    crop = task.training_set.pictures.transform.transforms[0]
    assert crop.interpolation == v2.InterpolationMode.BICUBIC
    assert task.settings["image_size"] == 56


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("EfficientNet_B0_Weights.IMAGENET1K_V1", (256, 224, "bicubic")),
        ("ResNet18_Weights.IMAGENET1K_V1", (256, 224, "bilinear")),
        ("MobileNet_V2_Weights.IMAGENET1K_V2", (232, 224, "bilinear")),
        ("RegNet_Y_400MF_Weights.IMAGENET1K_V2", (232, 224, "bilinear")),
    ],
)
def test_published_weights_bring_theirs_by_name(
    name: str, expected: tuple[int, int, str], data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is downloaded: the file is one that nobody trained."""
    architecture = name.partition("_Weights")[0].lower()
    model = torchvision.models.get_model(architecture, weights=None)
    monkeypatch.setattr(weight_sources, "download_state_dict", lambda url: model.state_dict())
    info = ClassifierRun(str(data), pretrained=name).open(TrainingConfig()).info
    found = info.preprocessing
    assert (found.resize, found.crop, found.interpolation) == expected


def test_a_file_that_says_nothing_is_prepared_for_as_its_network_is(
    data: Path, tmp_path: Path
) -> None:
    model = torchvision.models.efficientnet_b0(weights=None, num_classes=3)
    torch.save(model.state_dict(), tmp_path / "three.pth")
    run = ClassifierRun(str(data), "efficientnet_b0", pretrained=str(tmp_path / "three.pth"))
    found = run.open(TrainingConfig()).info.preprocessing
    assert (found.resize, found.crop, found.interpolation) == (256, 224, "bicubic")


def test_from_scratch_it_is_as_before(data: Path) -> None:
    for size, resize, crop in ((None, 110, 96), (64, 73, 64)):
        run = ClassifierRun(str(data), "resnet10", stem_width=4, image_size=size)
        task = run.open(TrainingConfig())
        assert task.info.preprocessing == Preprocessing(resize, crop)
        assert task.notes == ()
    assert "--image-size 96" in ClassifierRun(str(data)).open(TrainingConfig()).info.command
