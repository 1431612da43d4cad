"""Absurd values for all options of all commands: never a traceback, and never shown whole."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from commands import run_command
from course_utils.cli.commands import cli
from course_utils.cli.numbers import Real, Whole
from every_command import small_world

LONGEST = 1500
"""Signs of all that is said: usage, and one sentence."""

ABSURD = {
    "empty": "",
    "huge": "1" + "0" * 39,
    "negative": "-7",
    "tiny": "1e-300",
    "nan": "nan",
    "infinite": "-inf",
    "digits": "9" * 5000,
    "zero byte": "a\0b",
    "surrogate": "\ud800",
    "long": "word " * 4000,
    "long path": "a/" * 3000,
    "steering": "\x1b]0;title\x07\n\u202e",
}
NO_FILES = ("empty", "zero byte", "surrogate", "long", "long path")
"""Values that name no file which could be written; the others do."""

TEXTS_OF_NUMBERS = {"--class-weights", "--scales", "--crop-size", "--input", "--device"}


def commands(group: click.Group, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*names, name))
        else:
            yield (*names, name)


def found(names: tuple[str, ...]) -> click.Command:
    command: click.Command = cli
    for name in names:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    return command


PARAMETERS = [
    (names, parameter)
    for names in commands(cli)
    for parameter in found(names).params
    if not getattr(parameter, "is_flag", False)
]
IDS = [f"{'-'.join(names)} {parameter.opts[-1]}" for names, parameter in PARAMETERS]


def is_number(parameter: click.Parameter) -> bool:
    return isinstance(parameter.type, Whole | Real) or parameter.opts[0] in TEXTS_OF_NUMBERS


def arguments(
    names: tuple[str, ...], parameter: click.Parameter, value: str, world: dict[str, Path]
) -> list[str]:
    """The command with this value, and with good ones for all else that it needs."""
    good = {
        "--data": world["masks" if "segmenter" in names else "set"],
        "--output": world["picture"].parent / "out",
        "paths": world["picture"],
        "models": world["weights"],
        "model": world["weights"],
        "weights": world["weights"],
        "source": world["masks"],
        "name": "insects",
    }
    words = list(names)
    if names == ("layers",):
        words.append("--fully-convolutional")
    for each in found(names).params:
        if each is not parameter and each.required:
            option = [each.opts[0]] if isinstance(each, click.Option) else []
            words += [*option, str(good[each.opts[0]])]
    if parameter.nargs == 2:
        return [*words, parameter.opts[0], value, value]
    if isinstance(parameter, click.Option):
        return [*words, f"{parameter.opts[0]}={value}"]
    return [*words, "--", value]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return small_world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize(("names", "parameter"), PARAMETERS, ids=IDS)
def test_absurd_values_end_in_a_sentence(
    names: tuple[str, ...],
    parameter: click.Parameter,
    world: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for kind, value in ABSURD.items():
        if parameter.opts[0] == "--output" and kind not in NO_FILES:
            continue
        if kind == "tiny" and isinstance(parameter.type, Real) and not parameter.type.min:
            continue
        outcome = run_command(*arguments(names, parameter, value, world))
        said = outcome.out + outcome.err
        assert outcome.status in (1, 2), (kind, said[-500:])
        assert re.search(r"^(Error: |left out)", outcome.err, re.MULTILINE), (kind, said[-500:])
        assert len(said) < LONGEST, kind
        assert not set(said) & set("\x1b\x07\0\u202e\ud800"), kind
        if is_number(parameter):
            assert outcome.status == 2, (kind, said)
    assert list(tmp_path.iterdir()) == []


def test_every_number_has_a_range() -> None:
    plain = [
        f"{name} {parameter.type!r}"
        for (_, parameter), name in zip(PARAMETERS, IDS, strict=True)
        if isinstance(parameter.type, click.types.IntParamType | click.types.FloatParamType)
        and not isinstance(parameter.type, Whole | Real)
    ]
    assert plain == []
