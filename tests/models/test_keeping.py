"""The lines that errors propose do what they say; tests/corpus obeys them for whole files."""

from pathlib import Path

import pytest
import safetensors.torch
import torch

from course_utils.models.keeping import first_of, keeping_behind, loading, place
from course_utils.models.weights import read_weights

STATE = {"a.weight": torch.ones(2), "b.weight": torch.ones(3)}


@pytest.mark.parametrize("name", ["m.pth", "m.safetensors", 'my "best" café.pt'])
@pytest.mark.parametrize("ours", [True, False])
def test_a_file_is_loaded_by_what_it_is(name: str, ours: bool, tmp_path: Path) -> None:
    path = tmp_path / name
    if ours:
        path.write_bytes(safetensors.torch.save(STATE))
    else:
        torch.save(STATE, path)
    assert eval(loading(path)).keys() == STATE.keys()


def test_a_file_that_is_away_or_damaged_is_named_by_its_name(tmp_path: Path) -> None:
    assert loading("m.safetensors") == 'safetensors.torch.load_file("m.safetensors")'
    assert loading("m.pth") == 'torch.load("m.pth", map_location="cpu", weights_only=True)'
    (tmp_path / "m.pth").write_bytes(b"x")
    assert loading(tmp_path / "m.pth").startswith("torch.load(")


@pytest.mark.parametrize(
    ("content", "prefix"),
    [
        ({f"module.q.{name}": tensor for name, tensor in STATE.items()}, "q."),
        ({f"q.{name.replace('a.', 'a.module.')}": t for name, t in STATE.items()}, "q."),
        ({"net": {f"_orig_mod.{name}": tensor for name, tensor in STATE.items()}}, ""),
        ({"x": [{"net": STATE}, {"mean": torch.ones(3)}]}, "x/0/net/"),
        ({**STATE, "norm": {"mean": torch.ones(3)}}, ""),
        ({"x": {**STATE, "norm": {"mean": torch.ones(3)}}}, "x/"),
        ({"x": {1: STATE, "steps": 3}}, ""),
    ],
)
def test_the_tensors_behind_a_prefix_become_a_file(
    content: object, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save(content, tmp_path / "m.pth")
    found = read_weights(tmp_path / "m.pth")[0]
    exec(keeping_behind(found, prefix, STATE, tmp_path / "m.pth"), {"torch": torch})
    kept = read_weights(tmp_path / "weights.pth")[0]
    assert [name.replace("module.", "") for name in kept] == list(STATE)


def test_places_and_names_read_well() -> None:
    assert place("model/net.") == "model.net"
    assert place("") == "its top level"
    assert first_of(["head/weight"]) == "head.weight"
    assert first_of(["a", "b", "c"]) == "a (and 2 more)"
