"""The times of the chapter on speed are recorded with all that they depend on."""

import json
from collections.abc import Mapping

import pytest
import torch

from course_utils.teaching.measurements import read_measurement
from garden.experiments import speed, speed_reasons, speed_times

SLOW = pytest.mark.slow


def test_every_layer_is_timed_in_both_layouts() -> None:
    found = speed_times.layers(side=32, rounds=2)
    names = [(row["layout"], row["layer"]) for row in found]
    assert len(names) == len(set(names)) == 2 * 52
    assert all(row["ms"] > 0 for row in found)


def test_a_row_compares_each_round_with_its_own() -> None:
    row = speed_times.compared("batch", 4, [1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
    assert row["times"] == [2.0, 2.0, 2.0]
    assert row["ms"] == [750.0, 1000.0, 1250.0]


def test_two_threads_are_timed_and_one_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = torch.get_num_threads()
    asked: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", asked.append)
    found = speed_times.threads(side=32, rounds=2)
    assert [row["threads"] for row in found] == [1, 2]
    assert all(row["wall_ms"] > 0 and row["load"] >= 0 for row in found)
    assert asked == [1, 2, 1, 2, 1]
    assert torch.get_num_threads() == threads


@SLOW
def test_both_kinds_take_every_number_of_classes() -> None:
    found = speed_times.classes((1, 3, 32, 64), rounds=2)
    pairs = [(row["kind"], row["classes"]) for row in found]
    assert len(pairs) == len(set(pairs)) == 2 * len(speed_times.CLASSES)


def test_all_runs_in_a_process_of_its_own_and_names_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, Mapping[str, str]]] = []

    def run(module: str, name: str, *, around: Mapping[str, str]) -> str:
        asked.append((name, around))
        return json.dumps([{"part": name}])

    monkeypatch.setattr(speed, "run_alone", run)
    monkeypatch.setattr(speed, "reasons", lambda processor: [])
    found = speed.speed("a processor")
    assert [one.name for one in found] == ["layers", "remedies", "threads", "classes"]
    assert all(one.settings["processor"] == "a processor" for one in found)
    assert [row["instructions"] for row in found[0].rows] == ["all", "AVX2"]
    assert [name for name, _ in asked] == ["layers", *(one.name for one in found)]
    assert all(around["TORCHINDUCTOR_FORCE_DISABLE_CACHES"] == "1" for _, around in asked)


SAID = """\
onednn_verbose,v1,info,oneDNN v3.9
onednn_verbose,v1,primitive,create:cache_miss,cpu,reorder,a,undef,x,,,512x512x3x3,50
onednn_verbose,v1,primitive,exec,cpu,reorder,a,undef,in,,,1x512x7x7,0.5
onednn_verbose,v1,primitive,exec,cpu,reorder,a,undef,weights,,,512x512x3x3,2
onednn_verbose,v1,primitive,exec,cpu,convolution,a,b,c,,,mb1_ic512,4
onednn_verbose,v1,primitive,exec,cpu,reorder,a,undef,out,,,1x512x7x7,1.5
onednn_verbose,v1,primitive,exec,cpu,reorder,a,undef,in,,,1x512x7x7,0.5
onednn_verbose,v1,primitive,exec,cpu,reorder,a,undef,weights,,,512x512x3x3,4
onednn_verbose,v1,primitive,exec,cpu,convolution,a,b,c,,,mb1_ic512,6
onednn_verbose,v1,primitive,exec,cpu,reorder,a,undef,out,,,1x512x7x7,1.5
"""


def test_the_steps_of_a_call_are_told_apart() -> None:
    found = speed_reasons.steps(SAID, "512x512x3x3", calls=2)
    assert found == {"compute_ms": 4.0, "weights_ms": 2.0, "pictures_ms": 2.0}


def test_onednn_tells_what_it_computes_and_sorts() -> None:
    late = speed_reasons.sorting({}, calls=2)[1]
    assert late["work"] == "last stage"
    assert min(late["compute_ms"], late["weights_ms"]) > 0


def test_each_kind_of_values_is_timed() -> None:
    found = [row["values"] for row in speed_reasons.values(side=8, rounds=2)]
    assert found == ["noise", "a constant", "ascending numbers", "noise, channels last"]


def test_the_record_holds_what_the_chapter_draws() -> None:
    used = {(r["instructions"], r["layout"]) for r in read_measurement("speed", "layers").rows}
    assert len(used) == 4
    names = {row["remedy"] for row in read_measurement("speed", "remedies").rows}
    assert {"none", "batch", "channels last", "folded", "bfloat16", "compiled"} < names
    classes = read_measurement("speed", "classes").rows
    assert [row["classes"] for row in classes[::2]] == list(speed_times.CLASSES)
    assert [row["threads"] for row in read_measurement("speed", "threads").rows] == [1, 2]
    works = {row["work"] for row in read_measurement("speed", "sorting").rows}
    assert works == set(speed_reasons.WORKS)
    assert len(read_measurement("speed", "values").rows) == 4
