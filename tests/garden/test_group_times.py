"""How long groups take is recorded with the routine that computed, by the library's own words."""

import json
from pathlib import Path

import pytest
import torch

from course_utils.teaching.measurements import read_measurement
from garden.experiments import group_script, group_times
from garden.experiments.group_convolution import generation
from garden.experiments.group_times import cases, parts, routines

SAID = """case 0
onednn_verbose,v1,primitive,exec,cpu,reorder,jit:blk,undef,src:f32::blocked:abcd::f0 dst:f32
onednn_verbose,v1,primitive,exec,cpu,convolution,jit:avx512_core,forward_training,\
src:f32:a:blocked:aBcd16b::f0 wei:f32:a:blocked:ABcd16b16a::f0 bia:undef::undef::: dst:f32:a,0.5
case 3
onednn_verbose,v1,primitive,exec,cpu,convolution,x64:gemm:jit,forward_training,\
src:f32:a:blocked:abcd::f0 wei:f32:ap:blocked:abcde::f0 bia:undef::undef::: dst:f32:a,0.4
"""


def test_the_routine_is_read_from_what_the_library_says() -> None:
    assert routines(SAID) == {0: ("jit:avx512_core", "ABcd16b16a"), 3: ("x64:gemm:jit", "abcde")}


def test_a_library_that_says_nothing_names_no_routine() -> None:
    assert routines("case 0\ncase 1\n") == {}


def test_the_parts_of_a_call_are_added_up() -> None:
    sort, first, last = (line for line in SAID.splitlines() if line.startswith("onednn"))
    lines = ["onednn_verbose,info", "case 1", f"{sort},0.25", first, f"{sort},0.5", "whole,1.5"]
    lines += ["case 8", last, "whole,0.5", "case 8", last, "whole,0.6"]
    assert parts("\n".join(lines)) == {
        1: {"whole": [1.5], "convolution": [0.5], "sorting": [0.75]},
        8: {"whole": [0.5, 0.6], "convolution": [0.4, 0.4], "sorting": [0, 0]},
    }


def test_each_layer_is_measured_once_and_its_groups_divide_the_channels() -> None:
    keys = [tuple(sorted(case.items())) for case in cases()]
    assert len(set(keys)) == len(keys)
    assert all(case["channels"] % case["groups"] == 0 for case in cases())


def test_a_separable_layer_goes_by_its_depthwise_routine() -> None:
    mixing = SAID.replace("case 3", "").replace("jit:avx512_core", "jit_dw:avx512_core")
    assert routines(mixing) == {0: ("jit_dw:avx512_core", "ABcd16b16a")}


def test_every_layer_gets_its_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    small = {"channels": 16, "groups": 2, "side": 4, "mixed": False}
    mixed = small | {"groups": 16, "mixed": True}
    monkeypatch.setattr(group_times, "cases", lambda: iter([small, mixed]))
    monkeypatch.setattr(group_times, "CHANNELS", (16,))
    monkeypatch.setattr(group_times, "ROUNDS", 3)
    threads = torch.get_num_threads()
    found = group_times.measure_here("channels-last", "kept")
    torch.set_num_threads(threads)
    assert [(row["groups"], row["mixed"]) for row in found] == [(2, False), (16, True)]
    assert all(len(row["ms"]) == 3 and min(row["ms"]) > 0 for row in found)


def test_the_record_has_every_layer_and_names_the_processor() -> None:
    record = read_measurement("group_convolution", "times")
    assert len(record.rows) == len(group_times.WAYS) * len(list(cases()))
    assert record.settings["processor"] and record.settings["generation"]
    for row in record.rows:
        low, middle, high = row["ms"]
        assert 0 < low <= middle <= high
        assert row["routine"]


def test_the_record_parts_the_layers_of_128_channels() -> None:
    record = read_measurement("group_convolution", "parts")
    assert record.settings == read_measurement("group_convolution", "times").settings
    names = ("instructions", "layout", "memory", "groups")
    keys = {tuple(row[name] for name in names) for row in record.rows}
    assert keys == {(*way, 2**power) for way in group_times.WAYS for power in range(8)}
    for row in record.rows:
        assert 0 < row["convolution"] < row["whole"]
        assert row["convolution"] + row["sorting"] < row["whole"] + 0.02


def test_the_record_has_layers_of_few_registers_and_short_scripts() -> None:
    splits = read_measurement("group_convolution", "registers").rows
    assert [row["groups"] for row in splits] == list(group_times.SPLITS)
    assert all(row["ms"] > 0 and row["weights"] for row in splits)
    scripts = read_measurement("group_convolution", "scripts").rows
    assert {row["before"] for row in scripts} == set(group_script.BEFORE)


def test_a_short_script_says_what_it_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(group_script, "ROUNDS", 2)
    threads = torch.get_num_threads()
    group_script.main("")
    torch.set_num_threads(threads)
    said = json.loads(capsys.readouterr().out)
    assert said["before"] == "" and len(said["ms"]) == 2 and said["pages"] >= 0


def test_the_processor_is_told_more_closely_than_by_its_name(tmp_path: Path) -> None:
    table = tmp_path / "cpuinfo"
    table.write_text("cpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\n")
    assert generation(table) == "family 26, model 2"
    assert generation(tmp_path / "none") == ""
