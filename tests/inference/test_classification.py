"""The classifier: order, batches, probabilities, bad files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor, nn

from course_utils.data.images import load_image
from course_utils.data.transforms import Preprocessing, evaluation_transform
from course_utils.errors import ImageError, ModelError
from course_utils.inference import Classifier, Prediction
from course_utils.models import resnet18
from picture_files import noise, save
from weight_files import INSECTS, small_network

TINY = Preprocessing(8, 8, (0, 0, 0), (1, 1, 1))


class Colors(nn.Module):
    """The logits are ten times the means of red, green and blue."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def forward(self, x: Tensor) -> Tensor:
        self.sizes.append(len(x))
        return 10 * x.mean(dim=(2, 3))


@pytest.fixture
def colors() -> Classifier:
    return Classifier(Colors(), ("red", "green", "blue"), TINY)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Twenty-one pictures of many shapes, in no order."""
    folder = tmp_path_factory.mktemp("photos")
    numbers = [(7 * i) % 21 for i in range(21)]
    return [save(folder / f"{i}.png", noise(i, (30 + 5 * i, 70 - i))) for i in numbers]


@pytest.mark.parametrize(("batch_size", "sizes"), [(1, [1] * 21), (8, [8, 8, 5]), (64, [21])])
def test_none_is_lost_and_the_order_kept(
    batch_size: int, sizes: list[int], photos: list[Path], colors: Classifier
) -> None:
    predictions = list(colors.predict(photos, batch_size))
    assert [prediction.path for prediction in predictions] == photos
    network = colors.network.current()
    assert isinstance(network, Colors)
    assert network.sizes == sizes


def test_the_batch_size_changes_nothing(photos: list[Path]) -> None:
    classifier = Classifier(small_network(), INSECTS.class_names, INSECTS.preprocessing)
    one, eight, many = (list(classifier.predict(photos, size)) for size in (1, 8, 64))
    assert {prediction.label for prediction in one} == {"ants", "bees"}
    for others in (eight, many):
        assert [p.label for p in others] == [p.label for p in one]
        for a, b in zip(one, others, strict=True):
            assert a.probability == pytest.approx(b.probability, abs=1e-5)


def test_a_prediction_is_the_softmax_of_the_preprocessed_picture(photos: list[Path]) -> None:
    model = small_network()
    classifier = Classifier(model, INSECTS.class_names, INSECTS.preprocessing)
    (prediction,) = classifier.predict(photos[3:4], top_k=2)
    tensor = evaluation_transform(INSECTS.preprocessing)(load_image(photos[3]))
    with torch.inference_mode():
        expected = model(tensor.unsqueeze(0)).softmax(dim=1)[0].tolist()
    assert [s.probability for s in prediction.top] == pytest.approx(
        sorted(expected)[::-1], abs=1e-5
    )
    assert prediction.index == expected.index(max(expected))
    assert prediction.label == INSECTS.class_names[prediction.index]


@given(st.lists(st.lists(st.floats(-1e4, 1e4), min_size=5, max_size=5), min_size=1, max_size=4))
def test_probabilities_sum_to_one(rows: list[list[float]]) -> None:
    logits = torch.tensor(rows)
    classifier = Classifier(nn.Identity(), tuple("abcde"))
    probabilities = classifier.probabilities(logits)
    assert torch.allclose(probabilities.sum(dim=1), torch.ones(len(rows)), atol=1e-5)
    assert probabilities.min() >= 0
    best = probabilities.gather(1, logits.argmax(dim=1, keepdim=True))
    assert torch.equal(best, probabilities.amax(dim=1, keepdim=True))


@pytest.mark.parametrize(("top_k", "count"), [(1, 1), (2, 2), (3, 3), (9, 3)])
def test_the_best_classes_come_best_first(
    top_k: int, count: int, colors: Classifier, photos: list[Path]
) -> None:
    for prediction in colors.predict(photos, top_k=top_k):
        probabilities = [score.probability for score in prediction.top]
        assert len(prediction.top) == count
        assert probabilities == sorted(probabilities, reverse=True)
        best = prediction.top[0]
        assert (prediction.label, prediction.index) == (best.label, best.index)
        assert prediction.probability == best.probability


def test_bad_files_are_reported_and_left_out(
    colors: Classifier, photos: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    mixed = [tmp_path / "bad.jpg", *photos[:9], tmp_path / "none.jpg", *photos[9:]]
    errors: list[ImageError] = []
    predictions = list(colors.predict(mixed, on_error=errors.append))
    assert [prediction.path for prediction in predictions] == photos
    assert [error.path.name for error in errors] == ["bad.jpg", "none.jpg"]


def test_a_bad_file_raises_if_nobody_listens(colors: Classifier, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"none\.jpg"):
        list(colors.predict([tmp_path / "none.jpg"]))


def test_nothing_gives_nothing(colors: Classifier) -> None:
    assert list(colors.predict([])) == []


def test_only_the_next_batch_is_read_ahead(colors: Classifier, photos: list[Path]) -> None:
    read = []
    paths = (read.append(path) or path for path in photos)  # type: ignore[func-returns-value]
    predictions = colors.predict(paths, batch_size=4)
    assert isinstance(next(predictions), Prediction)
    assert 4 <= len(read) <= 8


@pytest.mark.parametrize("options", [{"batch_size": 0}, {"top_k": 0}, {"batch_size": -1}])
def test_sizes_below_one_are_refused(colors: Classifier, options: dict[str, int]) -> None:
    with pytest.raises(ModelError, match="at least 1"):
        list(colors.predict([], **options))


def test_names_must_be_as_many_as_logits(photos: list[Path]) -> None:
    with pytest.raises(ModelError, match="gives 3 logits for 2 names"):
        list(Classifier(Colors(), ("a", "b"), TINY).predict(photos))


def test_a_classifier_is_in_eval_mode() -> None:
    assert not Classifier(small_network().train(), ("a", "b")).model.training


def test_a_checkpoint_brings_its_preprocessing(small_weights: Path, photos: list[Path]) -> None:
    classifier = Classifier.from_checkpoint(small_weights)
    assert classifier.class_names == ("ants", "bees")
    assert classifier.transform(load_image(photos[0])).shape == (3, 32, 32)


def test_what_was_read_before_an_error_of_the_paths_is_predicted(
    colors: Classifier, photos: list[Path]
) -> None:
    def paths() -> Iterator[Path]:
        yield from photos[:10]
        raise OSError("the list ends here")

    seen: list[Path] = []
    with pytest.raises(OSError, match="the list ends here"):
        for prediction in colors.predict(paths(), batch_size=4):
            seen.append(prediction.path)
    assert seen == photos[:10]


def test_predicting_draws_no_random_number(colors: Classifier, photos: list[Path]) -> None:
    state = torch.get_rng_state()
    list(colors.predict(photos))
    assert torch.equal(torch.get_rng_state(), state)


def test_large_pictures_are_read_reduced_where_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    classifier = Classifier(resnet18(2, stem_width=4).eval(), ("a", "b"), Preprocessing(40, 32))
    path = save(tmp_path / "a.jpg", noise(0, (400, 300)).resize((800, 600)))
    sizes: list[tuple[int, int]] = []
    resize = Image.Image.resize
    monkeypatch.setattr(
        Image.Image,
        "resize",
        lambda image, *a, **k: sizes.append(image.size) or resize(image, *a, **k),
    )
    (whole,) = classifier.predict(path)
    (reduced,) = classifier.predict(path, reduced=True)
    assert sizes == [(800, 600), (100, 75)]
    assert reduced.probability == pytest.approx(whole.probability, abs=0.05)
