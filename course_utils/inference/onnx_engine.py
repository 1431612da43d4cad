"""A network that answers through onnxruntime, and is all else that it was."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from torch import Tensor, nn

from course_utils.copies import copy_of
from course_utils.inference.onnx_files import Answer, export
from course_utils.models.conversion import FullyConvolutional
from course_utils.models.published_segmenters import OutputOnly, PublishedSegmenter

Network = TypeVar("Network", bound=nn.Module)


def answer_by_onnxruntime(
    network: Network, size: int, like: Tensor | None = None, *, any_size: bool = False
) -> Network:
    """Let onnxruntime compute the answers of a network; it is changed in place.

    Its layers stay, for they say what a cell of its answer sees: on the device ``meta``, where
    pictures have no numbers and tiles are planned, the network itself answers.

    Args:
        network: In ``eval`` mode, on a CPU, in float32.
        size: As for ``export``, like ``like`` and ``any_size``.
        like: Likewise.
        any_size: Likewise.

    Returns:
        The same network.

    Raises:
        CourseError: As ``export``.
    """
    computing = exportable(network)
    outline = copy_of(network).to("meta")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        answer = export(computing, Path(folder, "network.onnx"), size, like, any_size=any_size)
    if isinstance(network, PublishedSegmenter):
        network.at_its_size = answer  # type: ignore[assignment, method-assign]
    else:
        network.forward = _forward(outline, answer)
    return network


def exportable(network: nn.Module) -> nn.Module:
    """What of a network goes into an ONNX file: of torchvision's for pixels all but the resizing.

    That depends on the picture's size, and is done before and behind it.
    """
    if not isinstance(network, PublishedSegmenter):
        return network
    return OutputOnly(network.network).eval()  # or the exporter would leave all of it in training


def _forward(outline: nn.Module, answer: Answer) -> Answer:
    """What takes the place of a network's ``forward``."""

    def forward(x: Tensor) -> Tensor:
        if x.is_meta:
            shapes: Tensor = outline(x)
            return shapes
        if isinstance(outline, FullyConvolutional):
            outline.require_size(x)
        return answer(x)

    return forward
