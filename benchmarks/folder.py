"""A folder of pictures → labels, against the published loop; and the ceiling."""

import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from benchmarks.networks import torchvision_resnet18
from benchmarks.pictures import photographs
from benchmarks.published import one_at_a_time, prepared_batches
from benchmarks.row import ROUNDS, Row, compared, skipped
from course_utils.inference import Classifier, prepare_for_inference
from course_utils.runtime import computes_in_bfloat16

BATCH = 8
NAMES = tuple(map(str, range(1000)))
NO_BFLOAT16 = "this processor has no instructions for bfloat16"


def rows(count: int = 12, rounds: int = ROUNDS) -> list[Row]:
    """All rows about predicting the pictures of a folder."""
    paths, which = photographs(count)
    model = torchvision_resnet18()
    return [
        folder_row(model, paths, "fp32", which, rounds),
        folder_row(model, paths, "bf16", which, rounds),
        ceiling_row(model, paths, which, rounds),
        network_row(model, torch.rand(BATCH, 3, 224, 224), rounds),
    ]


def folder_row(
    model: nn.Module, paths: Sequence[Path], precision: str, which: str, rounds: int
) -> Row:
    """``predict`` against the published loop."""
    name, what = f"folder {precision}", f"predict a folder, ResNet-18, {precision}: published loop"
    if precision == "bf16" and not computes_in_bfloat16("cpu"):
        return skipped(name, what, NO_BFLOAT16)
    classifier = Classifier(model, NAMES, precision=precision)

    def ours() -> list[int]:
        return [found.index for found in classifier.predict(paths, BATCH)]

    expected, found = one_at_a_time(model, paths), ours()
    same = sum(a == b for a, b in zip(expected, found, strict=True))
    note = f"{which}; the same class for {same} of {len(paths)}"
    return compared(name, what, lambda: one_at_a_time(model, paths), ours, rounds, note)


def ceiling_row(model: nn.Module, paths: Sequence[Path], which: str, rounds: int) -> Row:
    """Onnxruntime in batches against the published loop: what more could be reached."""
    name, what = "folder onnxruntime", "the same by onnxruntime (the ceiling): published loop"
    try:
        network = exported(model)
    except ImportError as error:
        return skipped(name, what, f"{error.name} is not installed (make bench installs it)")

    def ceiling() -> list[int]:
        batches = prepared_batches(paths, BATCH)
        return [index for batch in batches for index in network(batch).argmax(dim=1).tolist()]

    return compared(name, what, lambda: one_at_a_time(model, paths), ceiling, rounds, which)


def network_row(model: nn.Module, images: Tensor, rounds: int) -> Row:
    """The network alone: prepared against as it is, both in batches."""
    prepared = prepare_for_inference(model)

    def run(network: nn.Module) -> Callable[[], object]:
        return torch.inference_mode()(lambda: network(images))

    what = f"ResNet-18 alone, batch of {len(images)}, fp32: torchvision eager"
    return compared("network fp32", what, run(model), run(prepared), rounds)


def exported(model: nn.Module) -> Callable[[Tensor], Tensor]:
    """The network as onnxruntime runs it, on one thread.

    Raises:
        ImportError: If onnx or onnxruntime is missing.
    """
    import onnx  # noqa: F401  the exporter needs it
    import onnxruntime

    example = (torch.zeros(1, 3, 224, 224),)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder, "network.onnx")
        torch.onnx.export(
            model,
            example,
            path,
            dynamo=False,
            input_names=["images"],
            dynamic_axes={"images": {0: "n"}},
        )
        session = onnxruntime.InferenceSession(path.read_bytes(), options)
    return lambda images: torch.from_numpy(session.run(None, {"images": images.numpy()})[0])
