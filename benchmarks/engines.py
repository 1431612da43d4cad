"""Other engines than PyTorch, on one thread: what they compute of the same network."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import torch
from torch import Tensor, nn

from benchmarks.networks import Network
from course_utils.copies import copy_of
from course_utils.inference.onnx_files import export
from course_utils.inference.preparation import PreparedNetwork
from course_utils.runtime import computes_in_bfloat16

ENGINES = ("onnxruntime", "openvino")

PRECISIONS = {"fp32": "f32", "bf16": "bf16"}
"""What OpenVINO calls them."""


def why_not(engine: str, precision: str = "fp32") -> str:
    """Why an engine cannot be measured here; empty where it can be."""
    missing = [name for name in ("onnx", engine) if find_spec(name) is None]
    if missing:
        return f"{missing[0]} is not installed (make bench installs it)"
    if precision == "bf16" and engine == "onnxruntime":
        return "onnxruntime has no bfloat16 on a CPU"
    if precision == "bf16" and not computes_in_bfloat16("cpu"):
        return "this processor has no instructions for bfloat16"
    return ""


def by_engine(
    engine: str, network: Network, precision: str = "fp32", *, size: int = 224, any_size: bool
) -> Network:
    """A network that answers through an engine.

    Args:
        engine: One of ``ENGINES``.
        network: In ``eval`` mode; it stays as it is.
        precision: ``"fp32"`` or ``"bf16"``.
        size: Side of a picture, in pixels.
        any_size: Whether it has to take pictures of other sizes, too.
    """
    if engine == "onnxruntime":
        prepared = PreparedNetwork(network, size=size, engine=engine, any_size=any_size)
        return cast(Network, prepared.current())
    answering = copy_of(network).eval()
    shapes, answer = copy_of(network).to("meta"), _openvino(network, precision, size, any_size)
    answering.forward = lambda images: shapes(images) if images.is_meta else answer(images)
    return answering


def _openvino(
    network: nn.Module, precision: str, size: int, any_size: bool
) -> Callable[[Tensor], Tensor]:
    import openvino

    settings = {
        "INFERENCE_NUM_THREADS": str(torch.get_num_threads()),
        "INFERENCE_PRECISION_HINT": PRECISIONS[precision],
        "NUM_STREAMS": "1",
    }
    with TemporaryDirectory() as folder:
        path = Path(folder, "network.onnx")
        export(network, path, size, any_size=any_size)
        core = openvino.Core()
        compiled = core.compile_model(core.read_model(path), "CPU", settings)
    return lambda images: torch.from_numpy(compiled(images.contiguous().numpy())[0].copy())
