"""How long groups take is recorded with the routine that computed, by the library's own words."""

import pytest
import torch

from course_utils.teaching.measurements import read_measurement
from garden.experiments import group_times
from garden.experiments.group_times import cases, routines

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


def test_each_layer_is_measured_once_and_its_groups_divide_the_channels() -> None:
    keys = [tuple(sorted(case.items())) for case in cases()]
    assert len(set(keys)) == len(keys)
    assert all(case["channels"] % case["groups"] == 0 for case in cases())


def test_every_layer_gets_its_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    small = {"channels": 16, "groups": 2, "side": 4, "pictures": 1, "kernel": 3}
    copied = small | {"channels": 128, "groups": 1}
    monkeypatch.setattr(group_times, "cases", lambda: iter([small, copied]))
    monkeypatch.setattr(group_times, "ROUNDS", 3)
    threads = torch.get_num_threads()
    found = group_times.measure_here("channels-last")
    torch.set_num_threads(threads)
    assert [(row["channels"], row["groups"]) for row in found] == [(16, 2), (128, 1), (128, 0)]
    assert all(len(row["ms"]) == 3 and min(row["ms"]) > 0 for row in found)


def test_the_record_has_every_layer_and_names_the_processor() -> None:
    record = read_measurement("group_convolution", "times")
    each = len(list(cases())) + 1  # and a copy of the map
    sets = len(group_times.INSTRUCTIONS) * len(group_times.LAYOUTS)
    assert len(record.rows) == sets * each
    assert record.settings["processor"]
    for row in record.rows:
        low, middle, high = row["ms"]
        assert 0 < low <= middle <= high
        assert bool(row["routine"]) == (row["groups"] > 0)
