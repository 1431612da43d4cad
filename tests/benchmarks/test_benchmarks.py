"""The benchmark measures what it says, and fails where a ratio falls below its floor."""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import nn

import benchmarks.__main__ as main_module
from benchmarks import (
    dense,
    engines,
    fcn_step,
    flat_memory,
    folder,
    growth,
    report,
    starting,
    training,
    voc_data,
)
from benchmarks.engines import ENGINES
from benchmarks.networks import remembering
from benchmarks.photographs import make_photographs
from benchmarks.pictures import photographs, spread
from benchmarks.processes import run
from benchmarks.processors import ANY
from benchmarks.published import one_at_a_time
from benchmarks.row import Row, compared, from_ratios, skipped
from benchmarks.targets import TARGETS, Target
from course_utils.inference import Classifier
from course_utils.models import resnet18, to_fully_convolutional
from picture_files import noise, save
from voc_files import add_pair, blocks, list_names, voc_set


def needs(engine: str) -> pytest.MarkDecorator:
    """Skips what an engine is needed for that is not installed."""
    missing = find_spec(engine) is None
    return pytest.mark.skipif(missing, reason=f"{engine} is not installed")


@pytest.fixture(scope="module")
def small() -> nn.Module:
    torch.manual_seed(0)
    return remembering(resnet18(1000, stem_width=4))


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return [save(tmp_path / f"{i}.png", noise(i, (60 + i, 50))) for i in range(3)]


def test_a_row_compares_round_by_round() -> None:
    row = compared("a", "b", int, int, seconds=lambda works, rounds: [[2, 6, 4], [1, 2, 4]])
    assert (row.ratio, row.low, row.high) == (2, 1.5, 2.5)
    assert row.figures == {"peer": 4, "course": 2}


@pytest.mark.parametrize(
    ("ratio", "failed", "missed"), [(1.0, True, True), (1.5, False, True), (2.5, False, False)]
)
def test_a_row_is_held_to_its_floor_and_its_aim(ratio: float, failed: bool, missed: bool) -> None:
    row = from_ratios("a", "b", [ratio] * 5, {}).held_to(aim=2, floor=1.2)
    assert (row.failed, row.missed) == (failed, missed)


def test_a_floor_that_is_too_high_fails(capsys: pytest.CaptureFixture[str]) -> None:
    good = from_ratios("good", "what", [1.3], {}).held_to(2, 1.2)
    bad = from_ratios("bad", "what", [1.3], {}).held_to(2, 1.4)
    left_out = skipped("bf16", "what", "no such processor").held_to(4, 3)
    assert main_module.status([good, left_out]) == 0
    assert main_module.status([good, bad]) == 1
    assert capsys.readouterr().err == "bad: 1.30 is below its floor of 1.4\n"
    text = report.table([good, bad, left_out])
    assert [text.count(word) for word in ("aim missed", "BELOW ITS FLOOR", "skipped")] == [1, 1, 2]


def test_the_whole_run_ends_with_the_status(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def part() -> list[Row]:
        return [from_ratios("network fp32", "what", [1.3] * 5, {"peer": 1.3, "course": 1.0})]

    monkeypatch.setattr(main_module, "PARTS", (part,))
    monkeypatch.setattr(growth, "growths", list)
    monkeypatch.setattr(report, "write", lambda found: tmp_path / "cpu.json")
    assert main_module.main() == 0
    monkeypatch.setitem(TARGETS, "network fp32", Target(None, {ANY: 1.4}))
    assert main_module.main() == 1


def test_the_published_loop_and_predict_agree(small: nn.Module, paths: list[Path]) -> None:
    row = folder.folder_row(small, paths, "fp32", "three pictures", rounds=2)
    assert row.note == "three pictures; the same class for 3 of 3"
    assert row.ratio is not None and row.ratio > 0
    found = [p.index for p in Classifier(small, folder.NAMES).predict(paths)]
    assert found == one_at_a_time(small, paths)


@pytest.mark.skipif(folder.computes_in_bfloat16("cpu"), reason="this processor has bfloat16")
@pytest.mark.parametrize(
    "measure",
    [
        lambda model: folder.folder_row(model, [], "bf16", "", 2),
        lambda model: dense.dense_row(model, "bf16", (224, 224), 2),
        lambda model: fcn_step.step_row("bf16", torch.empty(0), torch.empty(0), 2),
    ],
)
def test_without_bfloat16_its_rows_are_skipped(
    measure: Callable[[nn.Module], Row], small: nn.Module
) -> None:
    row = measure(small).held_to(4, 2)
    assert row.note.startswith("skipped: this processor has no instructions")
    assert not row.failed


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_that_is_missing_is_named(
    engine: str, small: nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None if name == engine else name)
    for row in (
        folder.engine_row(engine, small, [], "fp32", "", 2),
        folder.network_engine_row(engine, small, torch.rand(1, 3, 64, 64), 2),
        dense.dense_row(small, "fp32", (224, 224), 2, engine),
    ):
        assert (row.name in TARGETS, row.ratio) == (True, None)
        assert f"{engine} is not installed" in row.note


@pytest.mark.parametrize("engine", [pytest.param(e, marks=needs(e)) for e in ENGINES])
def test_engines_answer_as_the_network_does(
    engine: str, small: nn.Module, paths: list[Path]
) -> None:
    row = folder.engine_row(engine, small, paths, "fp32", "three pictures", 2)
    assert row.note == "three pictures; the same class for 3 of 3"
    images = torch.rand(2, 3, 224, 288)
    dense_network = to_fully_convolutional(small)
    with torch.inference_mode():
        found = engines.by_engine(engine, dense_network, any_size=True)(images)
        assert torch.allclose(found, dense_network(images), atol=1e-3)
    assert dense.dense_row(small, "fp32", (224, 288), 2, engine).ratio


def test_both_trainings_learn_from_the_photographs(tmp_path: Path) -> None:
    root = make_photographs(tmp_path / "train", 4)
    with Image.open(next(root.rglob("*.jpg"))) as image:
        assert image.size == (2048, 1536)
    first, second = training.rows(4, rounds=1)
    assert (first.name, second.name) == ("first epoch", "second epoch")
    assert first.ratio and second.ratio and second.ratio > first.ratio


@pytest.mark.parametrize(
    ("processor", "floor"), [("AVX2", 1.4), ("AVX512", None), ("unknown", None)]
)
def test_a_floor_belongs_to_a_class_of_processors(processor: str, floor: float | None) -> None:
    row = from_ratios("folder fp32", "what", [1.0], {})
    target = Target(2, {"AVX2": 1.4})
    held = row.held_to(target.aim, target.floor(processor))
    assert (held.floor, held.failed) == (floor, floor is not None)
    assert Target(2, {"AVX2": 1.4, ANY: 1.1}).floor("AMX") == 1.1
    assert Target(2, {"AVX2": 1.4, ANY: 1.1}).floor("AVX2") == 1.4


def test_the_network_alone_and_the_dense_map_are_measured(small: nn.Module) -> None:
    assert folder.network_row(small, torch.rand(2, 3, 64, 64), 2).ratio
    row = dense.dense_row(small, "fp32", (224, 288), 2)
    assert row.note.startswith("3 windows")


def test_both_steps_train(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    images, labels = torch.randn(2, 3, 64, 64), torch.randint(0, 21, (2, 64, 64))
    row = fcn_step.step_row("fp32", images, labels, 2)
    assert row.ratio is not None
    step = fcn_step.course_step(images, labels, "fp32")
    first, *_, last = [step() for _ in range(4)]
    assert isinstance(first, float) and isinstance(last, float) and last < first
    loss, right = fcn_step.published_step(images, labels)()  # type: ignore[misc]
    assert float(loss.detach()) > 0 and 0 <= float(right) <= labels.numel()


def test_both_sets_give_all_pictures_that_are_large_enough(tmp_path: Path) -> None:
    height, width = voc_data.CROP
    root = voc_set(tmp_path, train=4, size=(height, width + 8))
    add_pair(root, "small", blocks(0, (height, width - 1)))
    list_names(root, "train", [*(f"train_{number}" for number in range(4)), "small"])
    counts = {kind: voc_data.epochs_of(kind, root)() for kind in ("kept", "read", "d2l")}
    assert counts == dict.fromkeys(counts, 4 * voc_data.EPOCHS)


def test_a_process_of_its_own_is_measured() -> None:
    import sys

    code = "from benchmarks.processes import peak_bytes; x = b'x' * {}; print(peak_bytes())"
    small, large = (run([sys.executable, "-c", code.format(n)]) for n in (1, 10**8))
    assert int(large.out) - int(small.out) == pytest.approx(1e8, rel=0.2)
    assert small.seconds > 0
    with pytest.raises(RuntimeError, match="no such thing"):
        run([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_starting_is_measured() -> None:
    row = starting.help_row(1)
    assert row.figures is not None
    assert row.ratio == pytest.approx(starting.HELP_SECONDS / row.figures["course"])


@pytest.mark.slow
def test_memory_is_measured_over_all_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of its own for the many pictures; for the few the peak is made up."""
    measured = flat_memory._peak
    made_up = 5e8

    def peak(folder: Path, weights: Path, count: int) -> int:
        return int(made_up) if count == 3 else measured(folder, weights, count)

    monkeypatch.setattr(flat_memory, "_peak", peak)
    (row,) = flat_memory.rows(few=3, many=40)
    assert row.figures is not None and 1e8 < row.figures["many"] < 1e10
    assert row.ratio == pytest.approx(flat_memory.ALLOWED * made_up / row.figures["many"])


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_slope_is_the_power(power: float) -> None:
    amounts = [1, 3, 10, 40]
    assert growth.slope(amounts, [5 * a**power for a in amounts]) == pytest.approx(power)


def test_growth_is_measured() -> None:
    works = growth.pictures((2, 4))
    found = growth.measured("pictures", "what", works, rounds=2)
    assert found.amounts == [2, 4]
    assert all(seconds > 0 for seconds in found.seconds)
    assert "pictures: slope" in report.growth_table([found])
    for works in (growth.batches((1,)), growth.classes((2,)), growth.pixels((224,))):
        assert all(isinstance(work(), torch.Tensor) for work in works.values())


def test_the_file_says_where_it_comes_from_and_names_nobody(tmp_path: Path) -> None:
    row = from_ratios("a", "b", [2.0], {"peer": 2.0, "course": 1.0})
    path = report.write(report.content([row], []), tmp_path)
    kept = json.loads(path.read_text())
    assert set(kept) == {"date", "commit", "machine", "versions", "rows", "growth"}
    assert kept["rows"][0]["ratio"] == 2.0
    assert path.name == f"cpu-{kept['machine']['class'].lower()}.json"


def test_stored_results_name_nobody_and_hold_every_row(root: Path) -> None:
    stored = sorted((root / "benchmarks" / "results").glob("cpu-*.json"))
    assert stored
    for path in stored:
        text = path.read_text()
        assert not any(word in text for word in ("/home", "/tmp", "/work", "/root", "@"))
        names = {row["name"] for row in json.loads(text)["rows"]}
        assert names <= set(TARGETS)  # rows that came later were not measured there


def test_pictures_are_spread_and_said_to_be_what_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert spread([Path(str(i)) for i in range(10)], 3) == [Path("0"), Path("3"), Path("6")]
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    assert photographs(4)[1] == "4 embedded pictures"
    (tmp_path / "imagenet_samples").mkdir()
    (tmp_path / "imagenet_samples" / "a.JPEG").touch()
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    assert photographs(1) == ([tmp_path / "imagenet_samples" / "a.JPEG"], "1 real photographs")
