"""What the three predictors have in common."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image

from course_utils.data import Preprocessing
from course_utils.errors import CourseError, ImageError, ModelError
from course_utils.inference import Classifier, Localizer, Location, Segmentation, Segmenter
from course_utils.inference.predictors import Predictor, for_each_picture
from picture_files import noise, save
from voc_files import NAMES
from weight_files import INSECTS, SMALL, small_network, write_segmenter


@pytest.fixture(scope="module")
def pixels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "pixels.safetensors"
    write_segmenter(path)
    return path


@pytest.fixture(params=["Classifier", "Localizer", "Segmenter"])
def predictor(
    request: pytest.FixtureRequest, small_weights: Path, pixels: Path
) -> Classifier | Localizer | Segmenter:
    if request.param == "Segmenter":
        return Segmenter.from_checkpoint(pixels)
    kind = Classifier if request.param == "Classifier" else Localizer
    return kind.from_checkpoint(small_weights)


def results_of(
    predictor: Classifier | Localizer | Segmenter, *paths: Path, **options: object
) -> list[object]:
    return list(predictor.predict(paths, **options))  # type: ignore[arg-type]


def test_all_have_one_shape(predictor: Classifier | Localizer | Segmenter, tmp_path: Path) -> None:
    assert isinstance(predictor, Predictor)
    assert not predictor.model.training
    assert predictor.class_names == (
        NAMES if isinstance(predictor, Segmenter) else ("ants", "bees")
    )
    assert isinstance(predictor.preprocessing, Preprocessing)
    assert predictor.device == torch.device("cpu")
    assert predictor.network.model is predictor.model
    paths = [save(tmp_path / f"{number}.png", noise(number)) for number in (1, 0)]
    results = results_of(predictor, *paths)
    assert [result.path for result in results] == paths  # type: ignore[attr-defined]


def test_bad_pictures_go_to_on_error_and_the_others_on(
    predictor: Classifier | Localizer | Segmenter, tmp_path: Path
) -> None:
    good = save(tmp_path / "good.png", noise(0))
    (tmp_path / "bad.jpg").write_text("no")
    paths = [tmp_path / "nowhere.jpg", good, tmp_path / "bad.jpg", good]
    bad: list[ImageError] = []
    results = results_of(predictor, *paths, on_error=bad.append)
    assert [result.path for result in results] == [good, good]  # type: ignore[attr-defined]
    assert [error.path.name for error in bad] == ["nowhere.jpg", "bad.jpg"]
    with pytest.raises(ImageError, match=r"nowhere\.jpg: there is no such file"):
        results_of(predictor, *paths)


def test_the_network_that_predicts_follows_the_weights_of_the_model(
    predictor: Classifier | Localizer | Segmenter,
) -> None:
    images = torch.randn(1, 3, 64, 64)
    assert predictor.network(images).any()
    with torch.no_grad():
        for parameter in predictor.model.parameters():
            parameter.zero_()
    assert not predictor.network(images).any()


def test_a_network_in_training_mode_predicts_as_in_eval_mode_and_stays_in_it(
    predictor: Classifier | Localizer | Segmenter, tmp_path: Path
) -> None:
    paths = [save(tmp_path / f"{number}.png", noise(number)) for number in range(3)]
    before = [said(result) for result in results_of(predictor, *paths)]
    statistics = {name: tensor.clone() for name, tensor in predictor.model.state_dict().items()}
    predictor.model.train()
    assert [said(result) for result in results_of(predictor, *paths)] == before
    assert all(module.training for module in predictor.model.modules())
    after = predictor.model.state_dict()
    assert all(torch.equal(after[name], tensor) for name, tensor in statistics.items())


def said(result: object) -> object:
    """What can be compared of a result of any of the three."""
    if isinstance(result, Segmentation):
        return result.classes.tolist()
    return result.detections if isinstance(result, Location) else result


def test_a_given_network_is_put_into_eval_mode_and_stays_the_same() -> None:
    model = small_network().train()
    for kind in (Classifier, Localizer):
        predictor = kind(model, INSECTS.class_names, SMALL)
        assert predictor.model is model
        assert not model.training


def test_weights_of_another_kind_are_refused(small_weights: Path, pixels: Path) -> None:
    with pytest.raises(CourseError, match="label pixels"):
        Localizer.from_checkpoint(pixels)
    with pytest.raises(CourseError, match="a network that labels pixels is wanted"):
        Segmenter.from_checkpoint(small_weights)


def pictures(tmp_path: Path) -> Iterator[Path]:
    yield save(tmp_path / "wide.png", Image.new("RGB", (9, 3)))
    yield save(tmp_path / "high.png", Image.new("RGB", (3, 9)))
    yield save(tmp_path / "flat.png", Image.new("RGB", (8, 1)))


def test_what_the_work_refuses_is_reported_with_its_path(tmp_path: Path) -> None:
    def side(path: Path, picture: Image.Image) -> int:
        if picture.height > 5:
            raise ModelError("too high")
        if picture.height < 2:
            raise ImageError(path, "too flat")
        return picture.height

    bad: list[ImageError] = []
    found = list(for_each_picture(pictures(tmp_path), side, bad.append))
    assert [(path.name, picture.size, made) for path, picture, made in found] == [
        ("wide.png", (9, 3), 3)
    ]
    assert [str(error) for error in bad] == [
        f"{tmp_path / 'high.png'}: too high",
        f"{tmp_path / 'flat.png'}: too flat",
    ]


def test_one_file_alone_is_a_list_of_one(
    predictor: Classifier | Localizer | Segmenter, tmp_path: Path
) -> None:
    path = save(tmp_path / "a.png", noise(1))
    for alone in (path, str(path)):
        (found,) = predictor.predict(alone)  # type: ignore[arg-type]
        assert found.path == path
