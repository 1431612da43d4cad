"""Every exercise of the book: its solution passes, its stub and named mistakes do not."""

from importlib import import_module

import pytest

from course_utils.teaching.exercises import check
from course_utils.teaching.exercises.checks import CHECKS, problem_with
from notebook_exercises import Answer, Changes, exercises

EXERCISES = exercises()
WRONG_ANSWERS = {
    name: import_module(f"wrong_answers.{exercise.chapter}").WRONG[name]
    for name, exercise in EXERCISES.items()
}
MISTAKES = [(name, mistake) for name, answers in WRONG_ANSWERS.items() for mistake in answers]


def empty(*arguments: object) -> None:
    """An answer that returns nothing."""


def test_every_check_belongs_to_one_exercise_of_its_chapter() -> None:
    chapters = {name: check.__module__.rpartition(".")[2] for name, check in CHECKS.items()}
    assert chapters == {name: exercise.chapter for name, exercise in EXERCISES.items()}


def test_no_wrong_answer_is_to_an_exercise_that_is_gone() -> None:
    chapters = {exercise.chapter for exercise in EXERCISES.values()}
    named = [name for one in chapters for name in import_module(f"wrong_answers.{one}").WRONG]
    assert sorted(named) == sorted(EXERCISES)
    assert all(WRONG_ANSWERS.values())


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_passes_and_the_stub_does_not(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exercise = EXERCISES[name]
    check(name, exercise.define(exercise.solution))
    assert capsys.readouterr().out == "correct\n"
    check(name, exercise.define(exercise.stub))
    assert capsys.readouterr().out.startswith("not yet: ")


@pytest.mark.parametrize("answer", [empty, None, lambda *arguments: arguments])
@pytest.mark.parametrize("name", EXERCISES)
def test_an_empty_answer_gets_a_hint(
    name: str, answer: object, capsys: pytest.CaptureFixture[str]
) -> None:
    check(name, answer)
    shown = capsys.readouterr().out
    assert shown.startswith("not yet: ")
    assert len(shown) > len("not yet: \n")


def wrong_answer(name: str, mistake: str) -> Answer:
    """A function of its own, or the solution with something replaced."""
    answer: Answer | Changes = WRONG_ANSWERS[name][mistake]
    return EXERCISES[name].changed(answer) if isinstance(answer, dict) else answer


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_a_wrong_answer_gets_a_hint_of_its_own(name: str, mistake: str) -> None:
    hint = problem_with(name, wrong_answer(name, mistake))
    assert hint
    assert hint != problem_with(name, empty)
    assert not hint.startswith(("it raises NameError", "it raises AttributeError")), "a slip"
