"""The checks of the exercises: right answers pass, empty and wrong ones do not."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

import answers_aggregation
import answers_anatomy
import answers_dense
import answers_fine_tuning
import answers_flowers
import answers_localization
import answers_masks
import answers_pixels
import answers_residual
import answers_scaling
import answers_skips
import answers_speed
import answers_upsampling
import answers_zoo
import wrong_answers
from course_utils.models import BasicBlock
from course_utils.models.blocks import conv3x3
from course_utils.teaching import check, claim, show_source
from course_utils.teaching.exercises import checks
from course_utils.teaching.exercises.checks import CHECKS, exercise, problem_with, require_equal


def to_batch(image: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).unsqueeze(0) / 255


def softmax(logits: Tensor) -> Tensor:
    powers = (logits - logits.amax(dim=1, keepdim=True)).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def top_k(values: list[float], names: list[str], k: int) -> list[str]:
    return [names[i] for i in sorted(range(len(names)), key=lambda i: -values[i])[:k]]


def batches(paths: list[str], size: int) -> list[list[str]]:
    return [paths[i : i + size] for i in range(0, len(paths), size)]


def normalise(images: Tensor, mean: list[float], std: list[float]) -> Tensor:
    return (images - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]


def predict(model: nn.Module, images: Tensor) -> Tensor:
    modes = {part: part.training for part in model.modules()}
    model.eval()
    with torch.no_grad():
        logits = model(images)
    for part, mode in modes.items():
        part.training = mode
    return logits


def summarise(seconds: list[float]) -> tuple[float, float]:
    return float(np.mean(seconds[1:])), float(np.median(seconds[1:]))


RIGHT_ANSWERS: dict[str, Callable[..., Any]] = {
    "invert a mapping": lambda mapping: {index: name for name, index in mapping.items()},
    "picture to batch": to_batch,
    "softmax": softmax,
    "top k": top_k,
    "accuracy": lambda logits, labels: (logits.argmax(1) == labels).float().mean().item(),
    "batches": batches,
    "normalise": normalise,
    "swap red and blue": lambda picture: picture[..., ::-1],
    "careful prediction": predict,
    "mean and median": summarise,
    **answers_fine_tuning.RIGHT,
    **answers_flowers.RIGHT,
    **answers_residual.RIGHT,
    **answers_skips.RIGHT,
    **answers_zoo.RIGHT,
    **answers_anatomy.RIGHT,
    **answers_aggregation.RIGHT,
    **answers_dense.RIGHT,
    **answers_localization.RIGHT,
    **answers_upsampling.RIGHT,
    **answers_masks.RIGHT,
    **answers_pixels.RIGHT,
    **answers_scaling.RIGHT,
    **answers_speed.RIGHT,
}
WRONG_ANSWERS = (
    wrong_answers.WRONG_ANSWERS
    | answers_fine_tuning.WRONG
    | answers_flowers.WRONG
    | answers_residual.WRONG
    | answers_skips.WRONG
    | answers_zoo.WRONG
    | answers_anatomy.WRONG
    | answers_aggregation.WRONG
    | answers_dense.WRONG
    | answers_localization.WRONG
    | answers_upsampling.WRONG
    | answers_masks.WRONG
    | answers_pixels.WRONG
    | answers_scaling.WRONG
    | answers_speed.WRONG
)
WRONG = [(name, mistake) for name, answers in WRONG_ANSWERS.items() for mistake in answers]


def empty(*arguments: object) -> None:
    """What a reader starts from."""


def test_every_exercise_has_answers_of_both_kinds() -> None:
    assert problem_with("softmax", softmax) is None, "this registers the checks"
    assert set(CHECKS) == set(RIGHT_ANSWERS) == set(WRONG_ANSWERS)
    assert all(WRONG_ANSWERS.values())


@pytest.mark.parametrize("name", RIGHT_ANSWERS)
def test_a_right_answer_passes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    check(name, RIGHT_ANSWERS[name])
    assert capsys.readouterr().out == "correct\n"


@pytest.mark.parametrize("name", RIGHT_ANSWERS)
@pytest.mark.parametrize("answer", [empty, None, lambda *arguments: arguments])
def test_an_empty_answer_gets_a_hint(
    name: str, answer: object, capsys: pytest.CaptureFixture[str]
) -> None:
    check(name, answer)
    shown = capsys.readouterr().out
    assert shown.startswith("not yet: ")
    assert len(shown) > len("not yet: \n")


@pytest.mark.parametrize(("name", "mistake"), WRONG)
def test_a_wrong_answer_gets_a_hint_of_its_own(name: str, mistake: str) -> None:
    hint = problem_with(name, WRONG_ANSWERS[name][mistake])
    assert hint
    assert hint != problem_with(name, empty)


def test_an_answer_may_fail_in_any_way() -> None:
    problem = problem_with("softmax", lambda logits: 1 / 0)
    assert problem == "it raises ZeroDivisionError: division by zero"


def test_an_unknown_exercise_is_a_mistake_of_the_book() -> None:
    with pytest.raises(KeyError):
        check("none", softmax)


def test_an_exercise_is_registered_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "CHECKS", {})

    @exercise("double")
    def double(answer: Callable[[int], int]) -> None:
        require_equal("double(2)", answer(2), 4)

    assert list(checks.CHECKS.values()) == [double]
    assert problem_with("double", lambda x: 2 * x) is None
    assert problem_with("double", lambda x: 3 * x)


@pytest.mark.parametrize(
    ("found", "hint"), [(None, "does the function return something"), (5, "gives 5, not 4")]
)
def test_a_hint_shows_what_was_found(found: object, hint: str) -> None:
    with pytest.raises(AssertionError, match=hint):
        require_equal("double(2)", found, 4)


@pytest.mark.parametrize("thing", [BasicBlock, conv3x3, BasicBlock.forward])
def test_the_source_is_the_one_that_runs(thing: Callable[..., Any]) -> None:
    source = show_source(thing)
    assert source.code == inspect.cleandoc("\n" + inspect.getsource(thing))
    assert source.code.startswith(("class BasicBlock", "def "))
    assert repr(source) == f"# course_utils.models.blocks\n{source.code}"
    assert source._repr_markdown_() == f"```python\n{source!r}\n```"


def test_only_python_has_a_source() -> None:
    with pytest.raises(TypeError):
        show_source(len)


@pytest.mark.parametrize(("choice", "stops"), [("embedded", True), ("real", False)])
def test_a_claim_that_fails_stops_a_chapter_on_embedded_data(
    choice: str,
    stops: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COURSE_DATA", choice)
    claim("bees fly", True)
    if stops:
        with pytest.raises(AssertionError, match="ants fly"):
            claim("ants fly", False)
    else:
        claim("ants fly", False)
    assert capsys.readouterr().out == "bees fly: True\nants fly: False\n"
