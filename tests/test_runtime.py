"""Device, precision and seed, which notebooks and commands choose."""

import random

import numpy as np
import pytest
import torch

from course_utils import runtime as runtime_module
from course_utils.errors import CourseError
from course_utils.runtime import (
    choose_device,
    choose_engine,
    choose_precision,
    device_of,
    full_precision,
    seed_everything,
    tensor_cores,
    training_precision,
)


def draws() -> tuple[object, ...]:
    return random.random(), np.random.rand(), torch.rand(1).item()  # noqa: NPY002


def test_one_seed_sets_every_generator() -> None:
    seed_everything(3)
    first = draws()
    seed_everything(3)
    assert draws() == first
    seed_everything(4)
    assert all(a != b for a, b in zip(draws(), first, strict=True))


def test_a_gpu_computes_in_full_precision() -> None:
    torch.set_float32_matmul_precision("medium")
    torch.backends.cudnn.allow_tf32 = True
    full_precision()
    assert torch.get_float32_matmul_precision() == "highest"
    assert not torch.backends.cudnn.allow_tf32
    assert torch.backends.cudnn.deterministic


@pytest.mark.parametrize(
    ("name", "gpu", "chosen"),
    [("auto", True, "cuda"), ("auto", False, "cpu"), ("cpu", True, "cpu"), ("cuda", True, "cuda")],
)
def test_the_device_is_chosen(
    name: str, gpu: bool, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    assert choose_device(name).type == chosen


@pytest.mark.parametrize("name", ["cuda:0", "cuda:1", "mps"])
def test_one_of_several_gpus_and_apples_are_chosen(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device(name) == torch.device(name)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: True, raising=False)
    assert choose_precision("auto", "mps") == "fp32"  # whatever the processor can


@pytest.mark.parametrize(("name", "reason"), [("cuda", "sees no GPU"), ("tpu", "is unknown")])
def test_a_device_that_is_not_there_is_refused(
    name: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(CourseError, match=reason):
        choose_device(name)


@pytest.mark.parametrize(
    ("asked", "has_bfloat16", "chosen"),
    [
        ("auto", True, "bf16"),
        ("auto", False, "fp32"),
        ("fp32", True, "fp32"),
        ("bf16", True, "bf16"),
    ],
)
def test_a_precision_is_chosen(
    asked: str, has_bfloat16: bool, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime_module, "computes_in_bfloat16", lambda device: has_bfloat16)
    assert choose_precision(asked) == chosen


def test_bfloat16_that_is_missing_and_an_unknown_name_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runtime_module, "computes_in_bfloat16", lambda device: False)
    with pytest.raises(CourseError, match=r"no instructions for bfloat16.*use auto or fp32"):
        choose_precision("bf16")
    with pytest.raises(CourseError, match=r"fp16.*choose auto, fp32 or bf16"):
        choose_precision("fp16")


@pytest.mark.parametrize(
    ("asked", "device", "has_bfloat16", "chosen"),
    [
        ("auto", "cuda", True, "bf16"),
        ("auto", "cuda:1", True, "bf16"),
        ("auto", "cuda", False, "fp32"),
        ("auto", "cpu", True, "fp32"),
        ("auto", "mps", True, "fp32"),
        ("fp32", "cuda", True, "fp32"),
        ("bf16", "cuda", False, "bf16"),
        ("bf16", "cpu", False, "bf16"),
    ],
)
def test_a_training_takes_bfloat16_by_itself_only_on_a_gpu_that_has_it(
    asked: str, device: str, has_bfloat16: bool, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime_module, "computes_in_bfloat16", lambda device: has_bfloat16)
    assert training_precision(asked, device) == chosen


def flags() -> tuple[object, ...]:
    cudnn = torch.backends.cudnn
    precision = torch.get_float32_matmul_precision()
    return precision, cudnn.allow_tf32, cudnn.deterministic, cudnn.benchmark


def test_tf32_is_taken_inside_only_and_what_is_computed_stays_repeatable() -> None:
    full_precision()
    assert flags() == ("highest", False, True, False)
    with tensor_cores(False):
        assert flags() == ("highest", False, True, False)
    with pytest.raises(KeyboardInterrupt), tensor_cores(True):
        assert flags() == ("high", True, True, False)
        raise KeyboardInterrupt
    assert flags() == ("highest", False, True, False)


@pytest.mark.parametrize(
    ("name", "gpu", "apple", "sentence"),
    [
        ("mps", True, False, "mps was asked for, but PyTorch sees no GPU of Apple's: use auto"),
        ("cuda:0", False, True, "cuda:0 was asked for, but PyTorch sees no GPU: use auto or cpu"),
        ("cuda:2", True, False, "cuda:2 was asked for, but here is cuda:0 to cuda:1: choose one"),
        (
            "cuda:-1",
            True,
            False,
            "'cuda:-1' is unknown: choose auto, cpu, cuda, cuda:N or mps (here: cpu and cuda)",
        ),
        ("cuda:", True, True, "'cuda:' is unknown"),
        (
            "MPS",
            False,
            True,
            "'MPS' is unknown: choose auto, cpu, cuda, cuda:N or mps (here: cpu and mps)",
        ),
        (
            "xpu",
            False,
            False,
            "'xpu' is unknown: choose auto, cpu, cuda, cuda:N or mps (here: cpu)",
        ),
    ],
)
def test_a_device_that_is_none_is_refused_with_those_that_are(
    name: str, gpu: bool, apple: bool, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: apple)
    with pytest.raises(CourseError) as caught:
        choose_device(name)
    assert str(caught.value).startswith(f"device {sentence}")


def test_a_network_is_where_its_weights_are() -> None:
    assert device_of(torch.nn.Linear(2, 2, device="meta")).type == "meta"
    assert device_of(torch.nn.ReLU()).type == "cpu"


def test_an_engine_is_chosen() -> None:
    assert choose_engine("torch") == ("torch", "fp32")
    assert choose_engine("onnxruntime") == ("onnxruntime", "fp32")
    assert choose_engine("onnxruntime", precision="auto") == ("onnxruntime", "fp32")


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (("tensorrt",), "engine 'tensorrt' is unknown: choose torch or onnxruntime"),
        (("onnxruntime", "cuda:1"), "computes on the CPU, not on cuda:1: use device cpu"),
        (("onnxruntime", "cpu", "bf16"), "computes in fp32, not in bf16"),
    ],
)
def test_an_engine_that_does_not_compute_so_is_refused(
    choice: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CourseError, match=sentence):
        choose_engine(*choice)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        (("onnxruntime",), "but onnxruntime cannot be found"),
        (("onnx", "onnxruntime"), "but onnx and onnxruntime cannot be found"),
    ],
)
def test_an_engine_that_is_not_installed_names_the_command(
    missing: tuple[str, ...], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = runtime_module.find_spec
    monkeypatch.setattr(
        runtime_module, "find_spec", lambda name: None if name in missing else there(name)
    )
    with pytest.raises(CourseError, match=f"{sentence}: pip install onnx onnxruntime"):
        choose_engine("onnxruntime")
    assert choose_engine("torch") == ("torch", "fp32")
