"""Weights files: what is written is read again, and nothing bad gets through."""

import io
import json
import tempfile
from pathlib import Path

import pytest
import safetensors.torch
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.data.transforms import Preprocessing
from course_utils.errors import CourseError, WeightsError
from course_utils.models import resnet18, resnet34
from course_utils.models.weights import (
    METADATA_KEY,
    WeightsInfo,
    load_into,
    read_weights,
    save_weights,
)
from weight_files import INSECTS, Payload, small_network

numbers = st.floats(0.01, 1)
signs = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
class_names = st.lists(
    st.text(signs, min_size=1, max_size=9).filter(str.strip), min_size=1, max_size=4, unique=True
)
infos = st.builds(
    WeightsInfo,
    architecture=st.text(max_size=9),
    class_names=class_names.map(tuple),
    preprocessing=st.builds(
        Preprocessing,
        resize=st.integers(1, 999),
        crop=st.integers(1, 999),
        mean=st.tuples(numbers, numbers, numbers),
        std=st.tuples(numbers, numbers, numbers),
        interpolation=st.sampled_from(["bilinear", "bicubic"]),
    ),
    stem_width=st.none() | st.integers(1, 64),
    data=st.text(max_size=9),
    command=st.text(max_size=9),
    seed=st.none() | st.integers(0, 2**31),
    accuracy=st.none() | numbers,
    versions=st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)


@given(infos)
def test_a_description_is_read_as_it_was_written(info: WeightsInfo) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.safetensors")
        save_weights(path, {"a": torch.zeros(1)}, info)
        assert read_weights(path)[1] == info


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_tensors_come_back_as_precisely_as_they_are_stored(
    dtype: torch.dtype, tmp_path: Path
) -> None:
    state = small_network().state_dict()
    save_weights(tmp_path / "a.safetensors", state, INSECTS, dtype)
    loaded, _ = read_weights(tmp_path / "a.safetensors")
    assert loaded.keys() == state.keys()
    for name, tensor in loaded.items():
        assert tensor.dtype == state[name].dtype
        expected = state[name].to(dtype) if tensor.is_floating_point() else state[name]
        assert torch.equal(tensor, expected.to(tensor.dtype)), name
    with safetensors.safe_open(tmp_path / "a.safetensors", framework="pt") as file:
        assert file.get_tensor("fc.weight").dtype == dtype


def test_numbers_are_stored_whole_unless_it_is_said(tmp_path: Path) -> None:
    state = {"a": torch.tensor([0.1, 7e4])}
    save_weights(tmp_path / "a.safetensors", state, INSECTS)
    assert torch.equal(read_weights(tmp_path / "a.safetensors")[0]["a"], state["a"])


def test_a_number_that_would_become_infinite_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    state = {"a": torch.ones(2), "bn.running_var": torch.tensor([1.0, -7e4])}
    with pytest.raises(WeightsError) as caught:
        save_weights(path, state, INSECTS, torch.float16)
    assert str(caught.value) == (
        f"{path}: bn.running_var holds 70000, and float16 ends at 65504: store the weights in "
        "float32"
    )
    assert not path.exists()
    save_weights(path, {"a": torch.tensor([torch.inf, torch.nan, 65504])}, INSECTS, torch.float16)


def test_a_double_that_float32_cannot_hold_is_refused(tmp_path: Path) -> None:
    torch.save({"a": torch.tensor([1e40], dtype=torch.float64)}, tmp_path / "a.pth")
    with pytest.raises(WeightsError, match=r"a\.pth: a holds 1e\+40, and float32 ends at 3"):
        read_weights(tmp_path / "a.pth")


def test_the_file_is_small(tmp_path: Path) -> None:
    model = resnet18(2, stem_width=16)
    save_weights(tmp_path / "a.safetensors", model.state_dict(), INSECTS, torch.float16)
    assert (tmp_path / "a.safetensors").stat().st_size <= 1_600_000


def test_what_a_file_says_about_versions_is_kept(tmp_path: Path) -> None:
    """Torchvision's MNASNet does not load without it."""
    model = torchvision.models.mnasnet0_5(num_classes=2)
    torch.save({"net": model.state_dict()}, tmp_path / "a.pth")
    model.load_state_dict(read_weights(tmp_path / "a.pth")[0])


@pytest.mark.parametrize("ending", [".pth", ".pt"])
@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("key", [None, "state_dict", "model"])
def test_a_state_dict_is_read_bare_or_wrapped(
    ending: str, legacy: bool, key: str | None, tmp_path: Path
) -> None:
    state = {"a": torch.arange(3.0), "b": torch.tensor(1)}
    content = state if key is None else {key: state, "epoch": 3}
    path = tmp_path / f"a{ending}"
    torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    loaded, info = read_weights(path)
    assert info is None
    assert {name: tensor.tolist() for name, tensor in loaded.items()} == {"a": [0, 1, 2], "b": 1}


def saved(content: object, legacy: bool = False) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream, _use_new_zipfile_serialization=not legacy)
    return stream.getvalue()


STATE = {"fc.weight": torch.ones(4, 3), "fc.bias": torch.zeros(4)}
FILES = {
    "zip.pth": saved(STATE),
    "legacy.pth": saved(STATE, legacy=True),
    "a.safetensors": safetensors.torch.save(STATE, {"made": "here"}),
}


@settings(max_examples=150)
@given(st.sampled_from(sorted(FILES)), st.floats(0, 1, exclude_max=True))
def test_a_file_that_is_cut_off_is_refused(name: str, share: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(FILES[name][: int(share * len(FILES[name]))])
        with pytest.raises(WeightsError, match=r"is (?:damaged|empty|a text|no kind|a pickle)"):
            read_weights(path)


@settings(max_examples=150)
@given(st.sampled_from(sorted(FILES)), st.floats(0, 1, exclude_max=True), st.integers(0, 255))
@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
def test_damage_gives_tensors_or_a_weights_error(name: str, where: float, value: int) -> None:
    content = bytearray(FILES[name])
    content[int(where * len(content))] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        try:
            tensors, _ = read_weights(path)
        except WeightsError as error:
            assert str(path) in str(error)
        else:
            assert all(isinstance(tensor, torch.Tensor) for tensor in tensors.values())


@pytest.mark.parametrize("legacy", [True, False])
def test_code_in_a_pickle_is_not_executed(legacy: bool, tmp_path: Path) -> None:
    witness = tmp_path / "executed"
    content = saved({"fc.weight": torch.ones(1), "x": Payload(witness)}, legacy)
    (tmp_path / "a.pth").write_bytes(content)
    with pytest.raises(WeightsError, match="code could run"):
        read_weights(tmp_path / "a.pth")
    assert not witness.exists()
    torch.load(io.BytesIO(content), weights_only=False)
    assert witness.exists(), "the payload would do nothing: this test could not fail"


def test_the_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"none\.pth: there is no such weights file"):
        read_weights(tmp_path / "none.pth")


@pytest.mark.parametrize("content", [{}, [], {"a": 1}, torch.zeros(2), {"state_dict": {}}])
def test_a_file_without_tensors_by_name_is_refused(content: object, tmp_path: Path) -> None:
    torch.save(content, tmp_path / "a.pth")
    with pytest.raises(WeightsError, match="holds no state_dict"):
        read_weights(tmp_path / "a.pth")


@pytest.mark.parametrize(
    "description",
    ["not json", "[]", "{}", '{"class_names": 3}', '{"class_names": [], "preprocessing": {}}'],
)
def test_a_description_that_makes_no_sense_is_refused(description: str, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(safetensors.torch.save(STATE, {METADATA_KEY: description}))
    with pytest.raises(WeightsError, match="description cannot be read"):
        read_weights(path)


def test_a_description_with_an_unknown_field_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_weights(path, STATE, INSECTS)
    with safetensors.safe_open(path, framework="pt") as file:
        content = json.loads(file.metadata()[METADATA_KEY]) | {"surprise": 1}
    path.write_bytes(safetensors.torch.save(STATE, {METADATA_KEY: json.dumps(content)}))
    with pytest.raises(WeightsError, match="surprise"):
        read_weights(path)


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(WeightsError, match=r"x.pth: made for another network: .*and \d+ more"):
        load_into(resnet34(2, stem_width=4), small_network().state_dict(), "x.pth")


def test_weights_of_another_number_of_classes_are_refused() -> None:
    with pytest.raises(WeightsError, match="another number of classes") as caught:
        load_into(small_network(3), small_network(2).state_dict(), "x.pth")
    assert "fc.weight is (2, 32), the network's is (3, 32)" in str(caught.value)


def test_a_network_without_its_head_is_not_said_to_have_other_classes() -> None:
    state = {k: v for k, v in small_network().state_dict().items() if not k.startswith("fc.")}
    with pytest.raises(WeightsError, match=r"has no head \(fc\.weight is missing"):
        load_into(small_network(), state, "x.pth")


def test_a_refused_file_changes_nothing() -> None:
    model = small_network(2)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    state = {name: tensor + 1 for name, tensor in before.items()} | {"more": torch.zeros(1)}
    with pytest.raises(WeightsError, match="more is not in the network"):
        load_into(model, state, "x.pth")
    assert all(torch.equal(model.state_dict()[name], tensor) for name, tensor in before.items())


@torch.inference_mode()
def test_old_files_without_the_counters_of_batch_norm_load() -> None:
    ours, images = small_network(), torch.rand(1, 3, 32, 32)
    state = {k: v for k, v in ours.state_dict().items() if not k.endswith("num_batches_tracked")}
    other = resnet18(2, stem_width=4).eval()
    load_into(other, state, "old.pth")
    assert torch.equal(ours(images), other(images))


def test_old_densenet_files_load() -> None:
    """Torchvision's own still say ``norm.1.weight`` for ``norm1.weight``."""
    model = torchvision.models.DenseNet(4, (1, 1, 1, 1), 4, num_classes=2)
    state = {name: tensor + 1 for name, tensor in model.state_dict().items()}
    old = {
        name.replace("norm1", "norm.1").replace("norm2", "norm.2").replace("conv2", "conv.2"): t
        for name, t in state.items()
    }
    assert old.keys() != state.keys()
    load_into(model, old, "densenet.pth")
    assert all(torch.equal(model.state_dict()[name], tensor) for name, tensor in state.items())


def test_a_file_that_cannot_be_written_is_a_course_error(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot be written"):
        save_weights(tmp_path / "no" / "a.safetensors", STATE, INSECTS)


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor", "ignore:TypedStorage")
def test_odd_tensors_are_read_or_named(tmp_path: Path) -> None:
    path = tmp_path / "a.pth"
    torch.save({"a": torch.eye(2).to_sparse(), "b": torch.ones(1)}, path)
    assert read_weights(path)[0]["a"].tolist() == [[1, 0], [0, 1]]
    torch.save({"a": torch.empty(2, device="meta"), "b": torch.ones(1)}, path)
    with pytest.raises(WeightsError, match=r"a\.pth: a has no numbers"):
        read_weights(path)
    torch.save({"a": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)}, path)
    with pytest.raises(WeightsError, match=r"a\.pth: (?:a is quantized|holds)"):
        read_weights(path)
