"""What a network may answer with, and what each predictor says of the rest."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from course_utils.data import Preprocessing
from course_utils.errors import AnswerError, ModelError
from course_utils.inference import Classifier, Localizer, Segmenter
from course_utils.inference.logits import PICTURES, POSITIONS, require_logits, require_names
from dense_networks import slim_network
from picture_files import noise, save

TINY = Preprocessing(resize=32, crop=32)
NAMES = ("a", "b", "c")


class Answers(nn.Module):
    """Answers with what a function makes of a batch."""

    def __init__(self, answer: Callable[[Tensor], object]) -> None:
        super().__init__()
        self.answer = answer

    def forward(self, x: Tensor) -> object:
        return self.answer(x)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return save(tmp_path / "a.png", noise(0, (72, 53)))


def logits(x: Tensor, classes: int = 3) -> Tensor:
    return x.mean((2, 3)) @ torch.ones(3, classes)


def for_pixels(x: Tensor, classes: int = 3, every: int = 1) -> Tensor:
    return x.mean(1, keepdim=True).expand(-1, classes, -1, -1)[..., ::every, ::every]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda x: {"logits": logits(x)}, "answers with a dict, not with logits"),
        (lambda x: (logits(x), x), "answers with a tuple"),
        (lambda x: logits(x)[..., None, None], r"the shape \(1, 3, 1, 1\), not"),
        (lambda x: logits(x).squeeze(), r"the shape \(3,\), not"),
        (lambda x: logits(x, 4), "gives 4 logits for 3 names"),
        (lambda x: logits(x, 2), "gives 2 logits for 3 names"),
        (lambda x: logits(x, 1), "gives one logit"),
        (lambda x: logits(x) * float("nan"), "NaN or infinite"),
        (lambda x: logits(x) / 0, "NaN or infinite"),
    ],
)
def test_a_classifier_says_what_is_wrong(
    answer: Callable[[Tensor], object], sentence: str, picture: Path
) -> None:
    with pytest.raises(AnswerError, match=sentence):
        list(Classifier(Answers(answer), NAMES, TINY).predict([picture]))


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda x: [for_pixels(x)], "answers with a list"),
        (logits, r"the shape \(1, 3\), not"),
        (lambda x: for_pixels(x, 4), "gives 4 logits for 3 names"),
        (lambda x: for_pixels(x, 2), "gives 2 logits for 3 names"),
        (lambda x: for_pixels(x, 1), "gives one logit"),
        (lambda x: for_pixels(x) * float("nan"), "NaN or infinite"),
        (lambda x: for_pixels(x, every=4), "18×14 positions for 72×53 pixels"),
    ],
)
def test_a_segmenter_says_what_is_wrong(
    answer: Callable[[Tensor], object], sentence: str, picture: Path
) -> None:
    bad: list[object] = []
    with pytest.raises(AnswerError, match=sentence):
        list(Segmenter(Answers(answer), NAMES, TINY).predict([picture], on_error=bad.append))
    assert not bad  # it is not about the picture


@pytest.mark.parametrize(
    ("classes", "bias", "sentence"),
    [
        (4, 0.0, "gives 4 logits for 3 names"),
        (2, 0.0, "gives 2 logits for 3 names"),
        (1, 0.0, "gives one logit"),
        (3, float("inf"), "NaN or infinite"),
    ],
)
def test_a_localizer_says_what_is_wrong(classes: int, bias: float, sentence: str) -> None:
    model = slim_network(classes)
    localizer = Localizer(model, NAMES, TINY)
    with torch.no_grad():
        model.fc.bias += bias  # type: ignore[union-attr, operator]
    with pytest.raises(ModelError, match=sentence):
        localizer.locate(noise(0, (72, 53)))


def test_numbers_of_other_types_are_computed_in_float32(picture: Path) -> None:
    for kind in (torch.float64, torch.float16, torch.bfloat16):
        model = slim_network(3)
        (expected,) = Classifier(model, NAMES, TINY).predict([picture])
        (found,) = Classifier(slim_network(3).to(kind), NAMES, TINY).predict([picture])
        assert found.probability == pytest.approx(expected.probability, abs=0.02)


def test_what_is_right_passes() -> None:
    for shape, size in ((PICTURES, (2, 3)), (POSITIONS, (1, 3, 4, 5))):
        answer = torch.zeros(size)
        assert require_logits(answer, shape) is answer
    require_names(2, 2)
