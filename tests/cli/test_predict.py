"""``course-utils predict`` on everything that users give it."""

import csv
import io
import shutil
from pathlib import Path

import pytest
import torch
import torchvision

from commands import run_command
from picture_files import noise, save
from predictions import objects, predict


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


def test_the_drawn_pictures_network_says_so_of_others(photos: Path, root: Path) -> None:
    drawn = root / "data" / "insects" / "val" / "ants" / "ants_val_000.jpg"
    own = run_command("predict", drawn)
    assert (own.status, own.err) == (0, "")
    for paths in ([photos / "05.png"], [drawn, photos / "05.png"]):
        others = run_command("predict", *paths)
        assert others.status == 0
        assert others.err.startswith("note: insects-resnet18 has seen nothing but the course's")
        assert len(others.lines) == len(paths)


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


@pytest.mark.slow
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
    for run in runs.values():
        assert run.status == 0
        assert run.err.startswith(f"note: {weights} has seen nothing but the course's drawings")
    assert [len(predictions) for predictions in found.values()] == [153, 153, 153]
    assert "ant photo.jpg" in {Path(str(o["path"])).name for o in found["8"]}
    for size in ("1", "64"):
        for one, other in zip(found["8"], found[size], strict=True):
            assert (one["path"], one["label"]) == (other["path"], other["label"])
            assert one["probability"] == pytest.approx(other["probability"], abs=1e-5)


@pytest.mark.slow
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
