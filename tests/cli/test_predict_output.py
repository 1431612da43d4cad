"""``course-utils predict --output``: a whole file or none, whatever interrupts it."""

import os
import pty
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from commands import Outcome, fork_command, run_command
from course_utils.data import loading
from full_disk import disk_space
from picture_files import noise, save
from predictions import predict


def test_output_holds_what_the_screen_would_show(
    photos: Path, small_weights: Path, tmp_path: Path
) -> None:
    path = save(tmp_path / "蜜蜂.png", noise(1)).rename(tmp_path / "latin-\udce9蜜蜂.png")
    for format_ in ("text", "json", "csv"):
        shown = predict(small_weights, photos, path, "--format", format_)
        target = tmp_path / "out" / format_
        target.parent.mkdir(exist_ok=True)
        written = predict(small_weights, photos, path, "--format", format_, "--output", target)
        assert (written.status, written.out, written.err) == (0, "", "")
        assert target.read_bytes() == shown.out.encode()


def test_output_is_written_when_some_pictures_are_bad(
    photos: Path, small_weights: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.txt"
    outcome = predict(small_weights, photos, tmp_path / "none.jpg", "--output", target)
    assert outcome.status == 1
    assert len(target.read_text().splitlines()) == 19


def test_a_full_disk_leaves_the_former_output(
    photos: Path, small_weights: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.txt"
    target.write_text("former")
    with disk_space(100):
        outcome = predict(small_weights, photos, "--output", target)
    assert outcome.status == 1
    assert f"{target}: cannot be written (File too large)" in outcome.err
    assert [path.read_text() for path in tmp_path.iterdir()] == ["former"]


def test_a_full_device_is_answered_with_a_sentence(photos: Path, small_weights: Path) -> None:
    outcome = predict(small_weights, photos, "--output", "/dev/full")
    assert outcome.status == 1
    assert outcome.err == "Error: /dev/full: cannot be written (No space left on device)\n"


@pytest.mark.parametrize("place", ["file/below.txt", "no/folder.txt", "."])
def test_an_output_that_may_not_be_written(
    place: str, photos: Path, small_weights: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("former")
    outcome = predict(small_weights, photos, "--output", tmp_path / place)
    assert (outcome.status, outcome.out) == (1, "")
    assert "cannot be written" in outcome.err
    assert [path.read_text() for path in tmp_path.iterdir()] == ["former"]


def test_ctrl_c_leaves_the_former_output(
    photos: Path, small_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.txt"
    target.write_text("former")
    read = loading.load_image

    def interrupted(path: Path, *_: None) -> Image.Image:
        if path.name == "12.png":
            assert len(list(tmp_path.glob("*.part"))) == 1, "a part should lie beside the target"
            raise KeyboardInterrupt
        return read(path)

    monkeypatch.setattr(loading, "load_image", interrupted)
    outcome = predict(small_weights, photos, "--output", target, "--batch-size", "2")
    assert (outcome.status, outcome.err.strip()) == (130, "interrupted")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["former"]


def test_ctrl_c_stops_a_real_process(
    small_weights: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One picture takes a minute, so that the signal comes while the output is being written."""
    read = loading.load_image
    monkeypatch.setattr(
        loading,
        "load_image",
        lambda path, *_: time.sleep(60) if path.name == "z.png" else read(path),
    )
    save(tmp_path / "z.png", noise(0))
    target = tmp_path / "out.txt"
    given = ("predict", photos, tmp_path / "z.png", "--weights", small_weights)
    command = fork_command(*given, "--output", target)
    for _ in range(600):
        if list(tmp_path.glob(".out.txt.*.part")):
            break
        time.sleep(0.05)
    time.sleep(0.3)
    command.interrupt()
    outcome = command.outcome()
    assert (outcome.status, outcome.err.strip()) == (130, "interrupted")
    assert [path.name for path in tmp_path.iterdir()] == ["z.png"]


def test_a_reader_that_has_seen_enough(small_weights: Path, photos: Path) -> None:
    command = fork_command("predict", *[photos] * 300, "--weights", small_weights)
    assert command.out.readline().startswith("image: ")
    command.out.close()
    assert command.outcome() == Outcome(1, "", "")


def test_a_progress_bar_on_a_terminal_and_none_in_a_pipe(small_weights: Path, photos: Path) -> None:
    """A process whose stderr is a terminal; the lines are those of the command in this process."""
    ours, terminals = pty.openpty()
    termios.tcsetwinsize(terminals, (24, 100))
    words = ("predict", photos, "--weights", small_weights)
    command = fork_command(*words, terminal=terminals)
    os.close(terminals)
    seen = "".join(_read_terminal(ours))
    assert command.outcome() == run_command(*words)
    assert "0/19 [" in seen
    assert "image/s]" in seen


def _read_terminal(terminal: int) -> Iterator[str]:
    with open(terminal, "rb", buffering=0) as stream, suppress(OSError):
        while text := stream.read(1000):
            yield text.decode("utf-8", "replace")
