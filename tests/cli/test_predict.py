"""``course-utils predict`` on everything that users give it."""

import csv
import io
import json
import os
import pty
import shutil
import signal
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import torch
import torchvision
from PIL import Image

from commands import Outcome, run_command, start_process
from course_utils.data import loading
from course_utils.data.class_names import write_class_names
from full_disk import disk_space
from picture_files import bomb_png, deep_png, noise, save
from weight_files import Payload, small_network


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nineteen pictures, a name with a space among them."""
    folder = tmp_path_factory.mktemp("photos")
    names = [f"{number:02}.png" for number in range(18)] + ["a bee.png"]
    for seed, name in enumerate(names):
        save(folder / name, noise(seed, (60 + seed, 90 - seed)))
    return folder


def predict(weights: Path, *arguments: str | Path) -> Outcome:
    return run_command("predict", "--weights", weights, *arguments)


def objects(outcome: Outcome) -> list[dict[str, object]]:
    return [json.loads(line) for line in outcome.lines]


def test_a_line_for_each_picture_in_the_order_given(photos: Path, small_weights: Path) -> None:
    given = [photos / "05.png", photos / "a bee.png", photos / "01.png", photos / "05.png"]
    outcome = predict(small_weights, *given)
    assert (outcome.status, outcome.err) == (0, "")
    for line, path in zip(outcome.lines, given, strict=True):
        assert line.startswith(f"image: {path} class: ")
        assert line.split(" class: ")[1].split()[1] == "prob:"


def test_a_folder_is_searched_and_sorted(photos: Path, small_weights: Path) -> None:
    outcome = predict(small_weights, photos, "--format", "json")
    assert [o["path"] for o in objects(outcome)] == [str(p) for p in sorted(photos.iterdir())]


def test_the_batch_size_changes_nothing(photos: Path, small_weights: Path) -> None:
    runs = [
        objects(predict(small_weights, photos, "--format", "json", "--batch-size", size))
        for size in ("1", "8", "64")
    ]
    assert [len(run) for run in runs] == [19, 19, 19]
    assert {o["label"] for o in runs[0]} == {"ants", "bees"}
    for run in runs[1:]:
        for one, other in zip(runs[0], run, strict=True):
            assert (one["path"], one["label"]) == (other["path"], other["label"])
            assert one["probability"] == pytest.approx(other["probability"], abs=1e-5)


def test_json_holds_all_that_is_promised(photos: Path, small_weights: Path) -> None:
    outcome = predict(small_weights, photos, "--format", "json", "--top-k", "5")
    for found in objects(outcome):
        assert list(found) == ["path", "label", "index", "probability", "top"]
        top = found["top"]
        assert isinstance(top, list)
        assert sorted(score["label"] for score in top) == ["ants", "bees"]
        assert sum(score["probability"] for score in top) == pytest.approx(1, abs=1e-5)
        assert {key: found[key] for key in ("label", "index", "probability")} == top[0]
        assert top[0]["probability"] >= top[1]["probability"]


def test_csv_is_a_table(photos: Path, small_weights: Path) -> None:
    outcome = predict(small_weights, photos, "--format", "csv", "--top-k", "2")
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    assert len(rows) == 19
    columns = ["label", "index", "probability", "label_2", "index_2", "probability_2"]
    assert list(rows[0]) == ["path", *columns]
    plain = objects(predict(small_weights, photos, "--format", "json"))
    for row, found in zip(rows, plain, strict=True):
        assert (row["path"], row["label"], int(row["index"])) == tuple(list(found.values())[:3])
        assert float(row["probability"]) + float(row["probability_2"]) == pytest.approx(1, abs=2e-6)


def test_text_names_as_many_classes_as_asked(photos: Path, small_weights: Path) -> None:
    (line,) = predict(small_weights, photos / "01.png", "--top-k", "2").lines
    assert line.count(" class: ") == line.count(" prob: ") == 2


ODD_NAMES = ["a bee.png", "two\nlines.png", "蜜蜂.png", "déjà vu.png", 'quo"te,d.png', "🐝.png"]


@pytest.mark.parametrize("name", [*ODD_NAMES, "latin-\udce9.png", "tab\there\x1b[31m.png"])
def test_odd_file_names(name: str, small_weights: Path, tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", noise(1)).rename(tmp_path / name)
    text = predict(small_weights, path)
    assert (text.status, text.err, len(text.lines)) == (0, "", 1)
    shown = str(path).encode("utf-8", "backslashreplace").decode()
    if shown.isprintable():
        assert text.out.startswith(f"image: {shown} class: ")
    else:
        assert text.out.rstrip("\n").isprintable()
    (found,) = objects(predict(small_weights, path, "--format", "json"))
    assert found["path"] == str(path)
    table = csv.reader(io.StringIO(predict(small_weights, path, "--format", "csv").out, newline=""))
    assert list(table)[1][0] == shown


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_json_survives_other_encodings(
    encoding: str, small_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "é-蜜蜂-🐝.png", noise(1))
    stream = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr("commands.redirect_stdout", lambda _: _Redirected(stream))
    outcome = predict(small_weights, path, "--format", "json")
    assert outcome.status == 0
    stream.seek(0)
    assert json.loads(stream.read())["path"] == str(path)


class _Redirected:
    """Like ``redirect_stdout``, to a stream of the test's own choice."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self.stream, self.former = stream, sys.stdout

    def __enter__(self) -> None:
        sys.stdout = self.stream

    def __exit__(self, *details: object) -> None:
        self.stream.flush()
        sys.stdout = self.former


def make_bad(folder: Path) -> dict[str, str]:
    """Bad files, and what is said of each."""
    (folder / "text.jpg").write_text("I am no picture")
    (folder / "zero.jpg").write_bytes(b"")
    (folder / "bomb.png").write_bytes(bomb_png(20_000, 20_000))
    cut = save(folder / "cut.jpg", noise(1, (300, 300)))
    cut.write_bytes(cut.read_bytes()[:-2000])
    return {
        "text.jpg": "is not a picture in a known format",
        "zero.jpg": "is empty (0 bytes)",
        "bomb.png": "has too many pixels",
        "cut.jpg": "is damaged or cut off",
    }


def make_good(folder: Path) -> list[str]:
    """A picture of each kind that must work."""
    base = noise(5, (50, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    save(folder / "gray.png", base.convert("L"))
    save(folder / "palette.png", base.quantize(16), transparency=3)
    save(folder / "rgba.png", base.convert("RGBA"))
    save(folder / "la.png", base.convert("LA"))
    save(folder / "cmyk.jpg", base.convert("CMYK"))
    save(folder / "turned.jpg", base, exif=exif)
    save(folder / "animated.gif", base, save_all=True, append_images=[noise(6, (50, 40))])
    save(folder / "pixel.png", base.crop((0, 0, 1, 1)))
    save(folder / "thread.png", Image.new("RGB", (1, 3000)))
    save(folder / "large.jpg", Image.new("RGB", (4000, 3000), "gray"))
    (folder / "deep.png").write_bytes(deep_png(2, 1, 2, 3))
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("batch_size", ["1", "4", "64"])
def test_the_batch_goes_on_and_lists_the_bad_files(
    batch_size: str, small_weights: Path, tmp_path: Path
) -> None:
    good = make_good(tmp_path)
    bad = make_bad(tmp_path)
    outcome = predict(small_weights, tmp_path, "--batch-size", batch_size, "--format", "json")
    assert outcome.status == 1
    assert [Path(str(o["path"])).name for o in objects(outcome)] == good
    for name, reason in bad.items():
        assert f"{tmp_path / name}: {reason}" in outcome.err
    assert outcome.err.startswith("left out (4):\n  ")
    assert len(outcome.err.splitlines()) == 5


def test_a_missing_path_and_an_empty_folder_do_not_stop_the_others(
    photos: Path, small_weights: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    given = [tmp_path / "none.jpg", photos / "01.png", tmp_path / "empty", photos / "02.png"]
    outcome = predict(small_weights, *given, "x" * 300)
    assert outcome.status == 1
    assert [line.split()[1] for line in outcome.lines] == [str(given[1]), str(given[3])]
    assert "none.jpg: there is no such file or folder" in outcome.err
    assert "empty: the folder holds no picture (.bmp, .gif" in outcome.err
    assert "x: cannot be read (File name too long)" in outcome.err


def test_nothing_but_an_empty_folder(small_weights: Path, tmp_path: Path) -> None:
    outcome = predict(small_weights, tmp_path)
    assert (outcome.status, outcome.out) == (1, "")
    assert "holds no picture" in outcome.err


def bare_weights(folder: Path) -> dict[str, Path]:
    """Files that must be refused."""
    state = small_network(3).state_dict()
    torch.save(state, folder / "three.pth")
    torch.save(torchvision.models.squeezenet1_1().state_dict(), folder / "other.pth")
    torch.save({"a": Payload(folder / "executed")}, folder / "code.pth")
    (folder / "cut.pth").write_bytes((folder / "three.pth").read_bytes()[:-5000])
    torch.save(state, folder / "legacy.pth", _use_new_zipfile_serialization=False)
    (folder / "cut_legacy.pth").write_bytes((folder / "legacy.pth").read_bytes()[:-5000])
    return {path.stem: path for path in folder.glob("*.pth")}


@pytest.mark.parametrize(
    ("name", "model", "reason"),
    [
        ("three", "resnet18", "made for another network"),
        ("other", "squeezenet1_1", "made for another number of classes"),
        ("other", "resnet18", "made for another network"),
        ("code", "resnet18", "code could run on loading"),
        ("cut", "resnet18", "is damaged"),
        ("cut_legacy", "resnet18", "is damaged"),
    ],
)
def test_bad_weights_are_refused_with_a_sentence(
    name: str, model: str, reason: str, photos: Path, tmp_path: Path
) -> None:
    path = bare_weights(tmp_path)[name]
    write_class_names(tmp_path / "class_indices.json", ["ants", "bees"])
    options = ("--model", model, "--classes", tmp_path / "class_indices.json")
    outcome = predict(path, photos, *options)
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.startswith("Error: ")
    assert reason in outcome.err
    assert "Traceback" not in outcome.err
    assert not (tmp_path / "executed").exists()


def test_truncated_safetensors_are_refused(
    photos: Path, small_weights: Path, tmp_path: Path
) -> None:
    path = tmp_path / "cut.safetensors"
    path.write_bytes(small_weights.read_bytes()[:-1])
    outcome = predict(path, photos)
    assert (outcome.status, outcome.out) == (1, "")
    assert "is damaged" in outcome.err


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"0": "ants", "1": "bees", "2": "wasps"}', "has 2 classes, but 3 names were given"),
        ('{"0": "ants"}', "has 2 classes, but 1 names were given"),
        ('{"ants": 0, "bees": 0}', "does not number the classes"),
        ("{", "is not valid JSON"),
    ],
)
def test_class_names_that_do_not_match_the_head(
    content: str, reason: str, photos: Path, small_weights: Path, tmp_path: Path
) -> None:
    (tmp_path / "class_indices.json").write_text(content)
    outcome = predict(small_weights, photos, "--classes", tmp_path / "class_indices.json")
    assert (outcome.status, outcome.out) == (1, "")
    assert reason in outcome.err


def test_other_class_names_are_used(photos: Path, small_weights: Path, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("蚂蚁\n蜜蜂\n")
    outcome = predict(small_weights, photos, "--classes", tmp_path / "names.txt")
    assert {line.split()[-3] for line in outcome.lines} == {"蚂蚁", "蜜蜂"}


def test_a_state_dict_of_torchvisions_predicts(photos: Path, tmp_path: Path) -> None:
    torch.save(torchvision.models.squeezenet1_1().state_dict(), tmp_path / "a.pth")
    options = ("--model", "squeezenet1_1", "--classes", "imagenet", "--top-k", "5")
    outcome = predict(tmp_path / "a.pth", photos / "01.png", "--format", "json", *options)
    (found,) = objects(outcome)
    assert outcome.status == 0
    assert len(found["top"]) == 5  # type: ignore[arg-type]


def test_the_default_weights_are_the_embedded_ones(photos: Path, embedded: Path) -> None:
    outcome = run_command("predict", photos / "01.png")
    assert outcome.status == 0
    assert outcome.lines[0].startswith(f"image: {photos / '01.png'} class: ")
    assert (embedded / "weights" / "insects-resnet18.safetensors").is_file()


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

    def interrupted(path: Path) -> Image.Image:
        if path.name == "12.png":
            assert len(list(tmp_path.iterdir())) == 2, "a part should lie beside the target"
            raise KeyboardInterrupt
        return read(path)

    monkeypatch.setattr(loading, "load_image", interrupted)
    outcome = predict(small_weights, photos, "--output", target, "--batch-size", "2")
    assert (outcome.status, outcome.err.strip()) == (130, "interrupted")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["former"]


def test_ctrl_c_stops_a_real_process(small_weights: Path, photos: Path, tmp_path: Path) -> None:
    """It waits at a pipe, so that the signal comes while the output is being written."""
    os.mkfifo(tmp_path / "z.png")
    target = tmp_path / "out.txt"
    given = ("predict", photos, tmp_path / "z.png", "--weights", small_weights)
    process = start_process(*given, "--output", target)
    for _ in range(600):
        if list(tmp_path.glob(".out.txt.*.part")):
            break
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.strip()) == (130, "interrupted")
    assert [path.name for path in tmp_path.iterdir()] == ["z.png"]


def test_a_reader_that_has_seen_enough(small_weights: Path, photos: Path) -> None:
    process = start_process("predict", *[photos] * 300, "--weights", small_weights)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("image: ")
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 1


def test_a_progress_bar_on_a_terminal_and_none_in_a_pipe(small_weights: Path, photos: Path) -> None:
    """A process whose stderr is a terminal; the lines are those of the command in this process."""
    ours, terminals = pty.openpty()
    termios.tcsetwinsize(terminals, (24, 100))
    command = ("predict", photos, "--weights", small_weights)
    process = start_process(*command, stderr=terminals)
    os.close(terminals)
    seen = "".join(_read_terminal(ours))
    out, _ = process.communicate(timeout=60)
    assert Outcome(process.returncode, out, "") == run_command(*command)
    assert "0/19 [" in seen
    assert "image/s]" in seen


def _read_terminal(terminal: int) -> Iterator[str]:
    with open(terminal, "rb", buffering=0) as stream, suppress(OSError):
        while text := stream.read(1000):
            yield text.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "Missing argument 'PATH...'"),
        (("a", "--batch-size", "0"), "--batch-size"),
        (("a", "--top-k", "x"), "--top-k"),
        (("a", "--format", "xml"), "--format"),
        (("a", "--device", "tpu"), "--device"),
        (("a", "--nonsense"), "--nonsense"),
    ],
)
def test_wrong_arguments_are_explained(arguments: tuple[str, ...], reason: str) -> None:
    outcome = run_command("predict", *arguments)
    assert outcome.status == 2
    assert reason in outcome.err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--weights", "nonsense"), "weights 'nonsense' are unknown"),
        (("--weights", "none.pth"), "none.pth: there is no such weights file"),
        (("--classes", "none.json"), "none.json: class names cannot be read"),
    ],
)
@pytest.mark.usefixtures("embedded")
def test_wrong_names_are_explained(arguments: tuple[str, str], reason: str, photos: Path) -> None:
    outcome = run_command("predict", photos, *arguments)
    assert (outcome.status, outcome.out) == (1, "")
    assert reason in outcome.err


@pytest.mark.realdata
def test_real_photographs(realdata: Path, tmp_path: Path) -> None:
    """153 photographs, of which one is renamed so that its name has a space."""
    folder = tmp_path / "val"
    shutil.copytree(realdata / "hymenoptera_data" / "val", folder)
    first = min((folder / "ants").iterdir())
    first.rename(first.with_name("ant photo.jpg"))
    weights = "insects-resnet18"
    runs = {
        size: run_command(
            "predict", folder, "--weights", weights, "--batch-size", size, "--format", "json"
        )
        for size in ("1", "8", "64")
    }
    found = {size: objects(run) for size, run in runs.items()}
    assert {(run.status, run.err) for run in runs.values()} == {(0, "")}
    assert [len(predictions) for predictions in found.values()] == [153, 153, 153]
    assert "ant photo.jpg" in {Path(str(o["path"])).name for o in found["8"]}
    for size in ("1", "64"):
        for one, other in zip(found["8"], found[size], strict=True):
            assert (one["path"], one["label"]) == (other["path"], other["label"])
            assert one["probability"] == pytest.approx(other["probability"], abs=1e-5)


@pytest.mark.realdata
def test_real_imagenet_weights(realdata: Path) -> None:
    weights = realdata / "squeezenet1_0" / "squeezenet1_0.pth"
    options = ("--model", "squeezenet1_0", "--weights", weights, "--classes", "imagenet")
    folder = realdata / "imagenet_samples"
    found = objects(run_command("predict", folder, *options, "--format", "json", "--top-k", "5"))
    truth = [int(Path(str(o["path"])).name.split("_")[0]) for o in found]
    assert len(found) == 100
    assert sum(o["index"] == label for o, label in zip(found, truth, strict=True)) >= 67
    top5 = [{score["index"] for score in o["top"]} for o in found]  # type: ignore[attr-defined]
    assert sum(label in best for best, label in zip(top5, truth, strict=True)) >= 83


def test_a_precision_that_the_processor_lacks_is_refused(
    photos: Path, small_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from course_utils import runtime

    monkeypatch.setattr(runtime, "computes_in_bfloat16", lambda device: False)
    options = ("predict", photos, "--weights", small_weights, "--device", "cpu", "--precision")
    refused = run_command(*options, "bf16")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.startswith("Error: precision bf16 was asked for")
    assert run_command(*options, "auto").out == run_command(*options, "fp32").out
