"""Device, precision, engine and seed."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import numpy as np
import torch
from torch import nn

from course_utils.errors import CourseError

DEVICES = ("auto", "cpu", "cuda", "mps")
"""Names of devices; ``cuda:1`` is one of several GPUs."""


def choose_device(name: str = "auto") -> torch.device:
    """Turn ``"auto"``, ``"cpu"``, ``"cuda"``, ``"cuda:1"`` or ``"mps"`` into a device.

    ``"auto"`` takes NVIDIA's or AMD's GPU where there is one; Apple's (``"mps"``) only if asked.

    Raises:
        CourseError: If a GPU is asked for and PyTorch sees none, or the name is unknown.
    """
    has_gpu = torch.cuda.is_available()
    numbered = re.fullmatch(r"cuda:([0-9]{1,3})", name)
    if name not in DEVICES and not numbered:
        raise CourseError(f"device {name!r} {_about_device(name)}")
    if name == "mps":
        if not torch.backends.mps.is_available():
            raise CourseError(
                "device mps was asked for, but PyTorch sees no GPU of Apple's: use auto or cpu"
            )
        return torch.device("mps")
    if name.startswith("cuda") and not has_gpu:
        raise CourseError(f"device {name} was asked for, but PyTorch sees no GPU: use auto or cpu")
    if numbered:
        count, number = torch.cuda.device_count(), int(numbered[1])
        if number >= count:
            there = "cuda:0" if count == 1 else f"cuda:0 to cuda:{count - 1}"
            raise CourseError(
                f"device {name} was asked for, but here is {there}: choose one of these"
            )
        return torch.device("cuda", number)
    return torch.device("cuda" if has_gpu and name != "cpu" else "cpu")


def _about_device(name: str) -> str:
    """Why this is no device to compute on, and which there are on this machine."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    here = " and ".join(["cpu", *(kind for kind, is_there in there.items() if is_there)])
    return f"is unknown: choose auto, cpu, cuda, cuda:N or mps (here: {here})"


def choose_precision(name: str = "auto", device: torch.device | str = "cpu") -> str:
    """Turn ``"auto"``, ``"fp32"`` or ``"bf16"`` into one of the last two.

    ``"auto"`` takes bfloat16 where the device has instructions for it.

    Raises:
        CourseError: If bfloat16 is asked for and the device has none, or the name is unknown.
    """
    if name not in ("auto", "fp32", "bf16"):
        raise CourseError(f"precision {name!r} is unknown: choose auto, fp32 or bf16")
    if name == "fp32" or (name == "auto" and not computes_in_bfloat16(device)):
        return "fp32"
    if not computes_in_bfloat16(device):
        raise CourseError(
            f"precision bf16 was asked for, but this {torch.device(device).type} has no "
            "instructions for bfloat16 and would be slower: use auto or fp32"
        )
    return "bf16"


ENGINES = ("torch", "onnxruntime")
"""What a network is computed by."""

ENGINE_PACKAGES = ("onnx", "onnxruntime")
"""What the package offers as ``course-utils[onnx]``."""


def choose_engine(
    name: str, device: torch.device | str = "cpu", precision: str = "fp32"
) -> tuple[str, str]:
    """Whether this engine can be had, and the precision in which it will compute.

    Args:
        name: ``"torch"`` or ``"onnxruntime"``, which computes in float32, on a CPU.
        device: Where to compute.
        precision: As for ``choose_precision``.

    Returns:
        The engine, and ``"fp32"`` or ``"bf16"``.

    Raises:
        CourseError: If the engine is unknown, is not installed, or does not compute there or so.
    """
    if name not in ENGINES:
        raise CourseError(f"engine {name!r} is unknown: choose {' or '.join(ENGINES)}")
    if name == "torch":
        return name, choose_precision(precision, device)
    require_onnx("engine onnxruntime was asked for")
    if torch.device(device).type != "cpu":
        raise CourseError(
            f"engine onnxruntime computes on the CPU, not on {device}: use device cpu, or "
            "--engine torch"
        )
    if precision == "bf16":
        raise CourseError(
            "engine onnxruntime computes in fp32, not in bf16: use auto or fp32, or --engine torch"
        )
    return name, "fp32"


def require_onnx(what: str) -> None:
    """Refuse what needs onnx and onnxruntime where they are not installed.

    Args:
        what: The beginning of the sentence.

    Raises:
        CourseError: If one of them is missing; it says how to install both.
    """
    missing = [package for package in ENGINE_PACKAGES if find_spec(package) is None]
    if missing:
        raise CourseError(
            f"{what}, but {' and '.join(missing)} cannot be found: "
            f"pip install {' '.join(ENGINE_PACKAGES)}"
        )


def training_precision(name: str, device: torch.device | str) -> str:
    """What a training computes in: ``"auto"`` is ``"bf16"`` on a GPU that has it, else ``"fp32"``.

    A CPU takes bfloat16 only if asked, so that its results stay as they are; asked for, it is
    taken everywhere, if only slowly.
    """
    if name != "auto":
        return name
    return choose_precision("auto", device) if torch.device(device).type == "cuda" else "fp32"


def computes_in_bfloat16(device: torch.device | str) -> bool:
    """Whether a GPU, or a CPU by AVX-512 or AMX, multiplies bfloat16 numbers itself.

    Apple's GPUs are not asked: the older ones do not.
    """
    kind = torch.device(device).type
    if kind == "mps":
        return False
    if kind == "cuda":
        with torch.cuda.device(device):
            return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    names = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, name, lambda: False)() for name in names)


def seed_everything(seed: int) -> None:
    """Set the random generators of Python, NumPy and PyTorch (all devices) to one seed."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002  libraries such as d2l use the global generator
    torch.manual_seed(seed)


def device_of(model: nn.Module) -> torch.device:
    """Where a network's weights are; the CPU if it has none."""
    return next(model.parameters(), torch.empty(0)).device


LACK_OF_MEMORY = ("out of memory", "allocate memory", "not enough memory", "bad_alloc")
"""What PyTorch says where an allocation fails: on a GPU, on Linux, on Windows, in a library."""


def is_lack_of_memory(error: BaseException) -> bool:
    """Whether an error means that there is too little memory."""
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and any(text in str(error) for text in LACK_OF_MEMORY)
    )


@contextmanager
def tensor_cores(use: bool) -> Iterator[None]:
    """Let a GPU multiply float32 numbers in TF32 inside, if ``use``; after it all is as before.

    It rounds them to 10 bits of the mantissa, which is more than bfloat16 keeps. What is computed
    stays repeatable.
    """
    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    if use:
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.allow_tf32 = True
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before[0])
        torch.backends.cudnn.allow_tf32 = before[1]


def full_precision() -> None:
    """Let a GPU compute in true float32 and repeatably, so that it agrees with a CPU.

    TF32 keeps 10 bits of the mantissa and would show as differences in the third digit.
    """
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True
