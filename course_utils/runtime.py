"""Device, precision and seed."""

import random

import numpy as np
import torch
from torch import nn

from course_utils.errors import CourseError

DEVICES = ("auto", "cpu", "cuda")


def choose_device(name: str = "auto") -> torch.device:
    """Turn ``"auto"``, ``"cpu"`` or ``"cuda"`` into a device.

    ``"auto"`` takes the GPU where there is one.

    Raises:
        CourseError: If a GPU is asked for and PyTorch sees none, or the name is unknown.
    """
    has_gpu = torch.cuda.is_available()
    if name not in DEVICES:
        raise CourseError(f"device {name!r} {_about_device(name)}")
    if name == "cuda" and not has_gpu:
        raise CourseError("device cuda was asked for, but PyTorch sees no GPU: use auto or cpu")
    return torch.device("cuda" if has_gpu and name != "cpu" else "cpu")


def _about_device(name: str) -> str:
    """Why this is no device to compute on, and which there are on this machine."""
    here = "cpu and cuda" if torch.cuda.is_available() else "cpu"
    if name.casefold() == "mps":
        seen = "there is one here" if torch.backends.mps.is_available() else "there is none here"
        return f"is Apple's GPU ({seen}), which is not supported: use auto or cpu"
    if name.casefold().startswith(("cuda:", "gpu", "nvidia")):
        return (
            f"is unknown (here: {here}): give cuda, and choose one of several GPUs by the "
            "environment, such as CUDA_VISIBLE_DEVICES=1"
        )
    return f"is unknown: choose auto, cpu or cuda (here: {here})"


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


def computes_in_bfloat16(device: torch.device | str) -> bool:
    """Whether a GPU, or a CPU by AVX-512 or AMX, multiplies bfloat16 numbers itself."""
    if torch.device(device).type == "cuda":
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


def full_precision() -> None:
    """Let a GPU compute in true float32 and repeatably, so that it agrees with a CPU.

    TF32 keeps 10 bits of the mantissa and would show as differences in the third digit.
    """
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True
