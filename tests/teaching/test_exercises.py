"""Every exercise of the book: its solution passes, its stub and named mistakes do not."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.teaching.exercises import check
from course_utils.teaching.exercises.checks import CHECKS, problem_with
from notebook_exercises import Exercise, exercises, exercises_of

LEAST_MISTAKES = 5
"""So many wrong answers to a function are named."""

LEAST_WAYS = 2
"""In so many ways besides the solution's a function is written there."""


def answers_of(exercise: Exercise) -> ModuleType:
    """The module that names wrong answers, and right ones."""
    return import_module(f"wrong_answers.{exercise.chapter}")


EXERCISES = exercises()
WRONG_ANSWERS = {name: answers_of(one).WRONG[name] for name, one in EXERCISES.items()}
RIGHT_ANSWERS = {
    name: getattr(answers_of(one), "RIGHT", {}).get(name, {}) for name, one in EXERCISES.items()
}
MISTAKES = [(name, mistake) for name, answers in WRONG_ANSWERS.items() for mistake in answers]
WAYS = [(name, way) for name, answers in RIGHT_ANSWERS.items() for way in answers]


def empty(*arguments: object) -> None:
    """An answer that returns nothing."""


@cache
def hint_for(name: str, mistake: str) -> str | None:
    """What the check says of a wrong answer: computed once for the tests that ask."""
    return problem_with(name, EXERCISES[name].given(WRONG_ANSWERS[name][mistake]))


@cache
def hint_for_nothing(name: str) -> str | None:
    """What it says of an answer that returns nothing."""
    return problem_with(name, empty)


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
    if not exercise.uses_chapter:  # else solutions_in_place tries it in its chapter
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


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_a_wrong_answer_gets_a_hint_of_its_own(name: str, mistake: str) -> None:
    hint = hint_for(name, mistake)
    assert hint
    assert hint != hint_for_nothing(name)
    assert not hint.startswith(("it raises NameError", "it raises AttributeError")), "a slip"


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_a_right_answer_may_be_written_differently(name: str, way: str) -> None:
    assert problem_with(name, EXERCISES[name].given(RIGHT_ANSWERS[name][way])) is None


@pytest.mark.parametrize("name", EXERCISES)
def test_enough_answers_are_named(name: str) -> None:
    wrong, right = len(WRONG_ANSWERS[name]), len(RIGHT_ANSWERS[name])
    if EXERCISES[name].is_function:
        assert wrong >= LEAST_MISTAKES, f"name {LEAST_MISTAKES} plausible wrong answers"
        assert right >= LEAST_WAYS, f"name {LEAST_WAYS} right answers in RIGHT"
    else:
        assert wrong, "name the slips that lead to another number"


@pytest.mark.parametrize("name", EXERCISES)
def test_hints_speak_of_the_readers_own_names(name: str) -> None:
    exercise = EXERCISES[name]
    known = re.compile(rf"\b(?:{'|'.join(map(re.escape, exercise.names))}|your)\b|^it raises ")
    for mistake in WRONG_ANSWERS[name]:
        hint = hint_for(name, mistake) or ""
        assert known.search(hint), f"none of {sorted(exercise.names)} in {hint!r}"


# How exercises are read


def read_exercise(folder: Path, stub: str, solution: str) -> Exercise:
    """Read an exercise out of a notebook of its own."""
    folded = f"<details>\n<summary>Solution</summary>\n\n```python\n{solution}\n```\n\n</details>"
    cells = [new_code_cell(stub), new_markdown_cell(folded)]
    nbformat.write(new_notebook(cells=cells), folder / "one.ipynb")
    (found,) = exercises_of(folder / "one.ipynb")
    return found


@pytest.mark.parametrize("solution", ["answer = 7 / 8", 'check("odds", 0.875)'])
def test_an_answer_may_be_a_number(tmp_path: Path, solution: str) -> None:
    stub = '# @title Exercise 1: your answer\nanswer = None\n\ncheck("odds", answer)'
    exercise = read_exercise(tmp_path, stub, solution)
    assert not exercise.is_function
    assert exercise.define(exercise.stub) is None
    assert exercise.define(exercise.solution) == 0.875


def test_an_answer_may_be_a_function(tmp_path: Path) -> None:
    stub = 'def twice(number, times=2):\n    return None\n\n\ncheck("twice", twice)'
    exercise = read_exercise(tmp_path, stub, "def twice(number):\n    return 2 * number")
    assert exercise.is_function
    assert exercise.names == {"twice", "number", "times"}
    assert exercise.given({"2 *": "3 *"})(1) == 3
    assert exercise.given(abs) is abs
