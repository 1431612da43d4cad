"""Every command against every end of the world: a sentence, the right status, and nothing half."""

import errno
import io
import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from commands import Outcome, run_command
from course_utils.cli import main, segment
from course_utils.data.sources import SOURCES, Archive
from course_utils.errors import LONGEST_WORD, printable
from every_command import READING, WRITING, small_world
from full_disk import disk_space
from picture_files import noise, save


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What the commands are given."""
    return small_world(tmp_path_factory.mktemp("world"))


Words = Callable[[str], list[str]]


@pytest.fixture
def words(world: dict[str, Path], tmp_path: Path) -> Words:
    """The words of a command, which writes into ``out``."""

    def of(text: str, **others: object) -> list[str]:
        known = {**world, "out": tmp_path / "home" / "out", **others}
        return [word.format(**known) for word in text.split()]

    (tmp_path / "home").mkdir()
    return of


def sentence(outcome: Outcome, *parts: str, status: int = 1) -> None:
    """Hold the end of a command against what is right."""
    assert outcome.status == status, outcome
    assert "Traceback" not in outcome.err
    assert all(part in outcome.err for part in parts), outcome.err
    assert len(outcome.err.splitlines()) <= 2, outcome.err


def shown(name: str) -> str:
    """How a name is printed; of one that is very long, the beginning."""
    return printable(name) if len(name) < LONGEST_WORD else name[:20]


class Full(io.TextIOWrapper):
    """Standard output on a disk without room."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), "utf-8")

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def run_with_output(stream: io.TextIOBase | None, arguments: list[str]) -> Outcome:
    """Run a command whose standard output is this."""
    err = io.TextIOWrapper(io.BytesIO(), "utf-8")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    argv = patch.object(sys, "argv", ["course-utils", *arguments])
    with argv, redirect_stdout(stream), redirect_stderr(err):  # type: ignore[type-var]
        try:
            with pytest.raises(SystemExit) as stop:
                main()
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
    err.seek(0)
    return Outcome(stop.value.code, "", err.read())


@pytest.mark.parametrize("text", READING.values(), ids=READING)
def test_a_full_output(text: str, words: Words, embedded: Path) -> None:
    outcome = run_with_output(Full(), words(text))
    sentence(outcome, "Error: standard output: No space left on device")


@pytest.mark.parametrize("text", {**READING, **WRITING}.values(), ids={**READING, **WRITING})
def test_a_closed_output(text: str, words: Words, tmp_path: Path) -> None:
    outcome = run_with_output(None, words(text))
    sentence(outcome, "Error: standard output is closed; send it to a file, or to /dev/null")
    assert not list((tmp_path / "home").iterdir())


@pytest.mark.parametrize("name", ["predict-image", "segment", "train-classifier", "layers"])
def test_a_closed_standard_error(name: str, words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with patch("commands.redirect_stderr", nullcontext):
        outcome = run_command(*words((READING | WRITING)[name]))
    assert outcome.status == 0
    assert outcome.out


@pytest.mark.parametrize("room", [40, 1_000, 100_000])
@pytest.mark.parametrize("text", WRITING.values(), ids=WRITING)
def test_a_full_disk(text: str, room: int, words: Words, tmp_path: Path) -> None:
    with disk_space(room):
        outcome = run_command(*words(text))
    assert "Traceback" not in outcome.err
    if outcome.status == 0 and room > 40:  # it needs no more
        return
    assert outcome.status == 1
    assert "(File too large)" in outcome.err
    files = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert not files


@pytest.mark.parametrize("place", ["/sys/out", "/dev/null/out", "{folder}/bee.png/out"])
@pytest.mark.parametrize("text", WRITING.values(), ids=WRITING)
def test_a_place_where_nothing_can_be_written(
    text: str, place: str, words: Words, world: dict[str, Path]
) -> None:
    outcome = run_command(*words(text, out=place.format(**world)))
    sentence(outcome, place.format(**world).rpartition("/")[0], "cannot be ")


@pytest.mark.parametrize("text", WRITING.values(), ids=WRITING)
def test_an_output_of_300_characters(text: str, words: Words, tmp_path: Path) -> None:
    outcome = run_command(*words(text, out=tmp_path / "home" / ("x" * 300)))
    sentence(outcome, shown("x" * 300), "File name too long")
    assert not list((tmp_path / "home").iterdir())


@pytest.mark.parametrize("text", WRITING.values(), ids=WRITING)
def test_an_output_that_is_a_link_to_itself(text: str, words: Words, tmp_path: Path) -> None:
    link = tmp_path / "home" / "link"
    link.symlink_to(link)
    outcome = run_command(*words(text, out=link / "out"))
    sentence(outcome, str(link), "cannot be ")
    assert os.listdir(tmp_path / "home") == ["link"]  # noqa: PTH208


@pytest.mark.parametrize("text", WRITING.values(), ids=WRITING)
def test_an_output_whose_name_is_no_text(text: str, words: Words, tmp_path: Path) -> None:
    """Only what is shown of it is written in another way."""
    out = tmp_path / "home" / "latin-\udce9"
    outcome = run_command(*words(text, out=out))
    assert outcome.status == 0, outcome.err
    assert len(list((tmp_path / "home").iterdir())) == (
        2 if text.startswith(("export", "evaluate")) else 1
    )


PICTURES = {name: text for name, text in (WRITING | READING).items() if "{picture}" in text}
SETS = {name: text for name, text in WRITING.items() if "{set}" in text or "{masks}" in text}


@pytest.mark.parametrize("name", ["x" * 300, "link", "gone.png", "out\nError: forged", "\udce9"])
@pytest.mark.parametrize("text", PICTURES.values(), ids=PICTURES)
def test_a_picture_that_cannot_be_read(text: str, name: str, words: Words, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "link")
    outcome = run_command(*words(text, picture=tmp_path / name))
    sentence(outcome, shown(name))
    assert not list((tmp_path / "home").iterdir())


@pytest.mark.parametrize("name", ["x" * 300, "link", "gone", "\udce9", "file"])
@pytest.mark.parametrize("text", SETS.values(), ids=SETS)
def test_a_set_that_cannot_be_read(text: str, name: str, words: Words, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "link")
    (tmp_path / "file").touch()
    outcome = run_command(*words(text, set=tmp_path / name, masks=tmp_path / name))
    sentence(outcome, shown(name))
    assert not list((tmp_path / "home").iterdir())


@pytest.mark.parametrize("kind", ["set", "masks"])
def test_names_that_no_file_can_hold_are_refused_before_the_first_epoch(
    kind: str, words: Words, world: dict[str, Path], tmp_path: Path
) -> None:
    data = shutil.copytree(world[kind], tmp_path / "latin-\udce9")
    text = WRITING["train-classifier" if kind == "set" else "train-segmenter"]
    outcome = run_command(*words(text, **{kind: data}))
    sentence(outcome, r"latin-\udce9", "no UTF-8", "rename the folder")
    assert "epoch" not in outcome.out


def test_class_folders_whose_names_are_no_text(words: Words, world: dict[str, Path]) -> None:
    data = shutil.copytree(world["set"], world["set"].with_name("classes"))
    for split in ("train", "val"):
        (data / split / "ants").rename(data / split / "fourmi\udce9")
    outcome = run_command(*words(WRITING["train-classifier"], set=data))
    sentence(outcome, r"'fourmi\udce9'", "no UTF-8", "rename the folder")


def test_a_disk_too_small_for_a_training_is_refused_before_it(
    words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=200_000))
    for name in ("train-classifier", "train-segmenter"):
        outcome = run_command(*words(WRITING[name]))
        sentence(outcome, "the disk has room for 0.2 MB, and the training's checkpoints need about")
        assert "epoch" not in outcome.out


OVER_INPUT = [
    ("predict {own} --weights {weights} --output {own}", "own"),
    ("predict {picture} --weights {copy} --output {copy}", "copy"),
    ("predict {picture} --weights {weights} --classes {names} --output {names}", "names"),
    ("locate {own} --weights {weights} --upscale --output {own}", "own"),
    ("locate {own} --weights {weights} --upscale --output {home}", "own"),
    ("locate {own} --weights {weights} --upscale --save {linked}", "own"),
    ("segment {mask} --weights {segmenter} --output {home}", "mask"),
    ("evaluate --data {set} --weights {weights} --output {member}", "member"),
    ("evaluate --data {masks} --weights {segmenter} --output {masks}/classes.txt", "list"),
    ("evaluate --data {masks} --weights {segmenter} --output {label}", "label"),
]


@pytest.mark.parametrize(("text", "kept"), OVER_INPUT)
def test_an_output_never_replaces_an_input(
    text: str, kept: str, words: Words, world: dict[str, Path], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    (home / "names.txt").write_text("ants\nbees\n")
    (tmp_path / "linked").symlink_to(home)
    own = {
        "home": home,
        "linked": tmp_path / "linked",
        "own": save(home / "own.png", noise(1, (50, 50))),
        "mask": save(home / "masks" / "x.png", noise(1, (50, 50))),
        "copy": Path(shutil.copy(world["weights"], home / "w.safetensors")),
        "names": home / "names.txt",
        "member": next((world["set"] / "val").rglob("*.png")),
        "list": world["masks"] / "classes.txt",
        "label": world["masks"] / "SegmentationClass" / "val_0.png",
    }
    before = own[kept].read_bytes()
    outcome = run_command(*words(text, **own))
    sentence(outcome, "is one of the files to be read; choose another --output")
    assert outcome.out == ""
    assert own[kept].read_bytes() == before


@pytest.mark.parametrize("text", WRITING.values(), ids=WRITING)
def test_two_runs_into_one_place(text: str, words: Words, tmp_path: Path) -> None:
    from course_utils.files import locked

    (ending,) = [e for e in (".png", ".onnx", ".json", "") if "{out}" + e in text][:1]
    out = tmp_path / "home" / f"out{ending}"
    if "train" in text or (out.suffix == "" and "locate" in text):
        out.mkdir()
    with locked(out):
        sentence(run_command(*words(text)), "out", "another run is writing there; wait for its end")


@pytest.mark.parametrize("name", ["@", "a", "deep/er"])
def test_a_folder_that_cannot_be_read_is_named(
    name: str, words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = tmp_path / "pictures"
    save(pictures / "bee.png", noise(0, (50, 50)))
    save(pictures / name / "b.png", noise(0, (50, 50)))
    scan = os.scandir

    def scandir(path: Path) -> object:
        if Path(path) == pictures / name:
            raise PermissionError(errno.EACCES, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    for text in ("predict-image", "locate-image", "segment"):
        outcome = run_command(*words((READING | WRITING)[text], picture=pictures))
        assert outcome.status == 1
        assert f"{name}: the folder cannot be read (Permission denied)" in outcome.err
        assert "bee.png" in outcome.out


def test_a_read_only_cache(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive("http://127.0.0.1:9/a.zip", "sha256:00", "bugs", "free")
    monkeypatch.setitem(SOURCES, "insects", replace(SOURCES["insects"], real=archive))
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    monkeypatch.setenv("COURSE_DATA", "real")
    for place in ("/sys", "/dev/null", "/sys/" + "x" * 300):
        monkeypatch.setenv("XDG_CACHE_HOME", place)
        sentence(run_command("data", "fetch", "insects"), shown(place), "(")
        sentence(run_command(*words("evaluate --data insects --weights {weights}")), shown(place))
        monkeypatch.setenv("TORCH_HOME", f"{place}/torch")
        weights = ("--weights", "SqueezeNet1_1_Weights.IMAGENET1K_V1")
        sentence(run_command(*words("predict {picture}"), *weights), shown(place))


def test_a_bug_within_a_real_command(
    words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing stays of what the command had begun."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(segment, "_line", broken)
    with pytest.raises(ZeroDivisionError):
        run_command(*words(WRITING["segment"]))
    assert not list((tmp_path / "home").iterdir())
