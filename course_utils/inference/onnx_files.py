"""A network as an ONNX file, and onnxruntime, which answers with it as the network does.

PyTorch has two exporters. The older one (``dynamo=False``) follows the network once and writes down
what is done. It takes half a second where the newer one takes three, needs no package but ``onnx``,
and is in every PyTorch from 2.6 on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn

from course_utils.data.images import no_warnings
from course_utils.errors import AnswerError, CourseError, first_line, is_of_network

OPSET = 17
"""Version of ONNX's operators: of 2022, and known to all that runs ONNX files."""

INPUT, OUTPUT = "images", "logits"

TOLERANCE = 1e-4
"""Largest difference from the network's answer, as a share of its largest number."""

OTHER_SIZES = (32, 64), (1, 33)
"""Pixels by which pictures are higher and wider than the usual one: that which the exporter looks
at, and one that is compared. A size that was written down as a number shows itself there."""

COMPARED = 8
"""Pictures of a batch that the network and its file both answer, when the file is new."""

Answer = Callable[[Tensor], Tensor]


def export(
    network: nn.Module, path: Path, size: int, like: Tensor | None = None, *, any_size: bool = False
) -> Answer:
    """Write a network into an ONNX file, and compare the answers of both.

    Args:
        network: In ``eval`` mode, on a CPU, in float32: from ``(N, 3, H, W)`` to logits.
        path: Of the file. Weights of more than 2 GB, which is all that such a file can hold, are
            written into files of their own beside it.
        size: Side of a picture that the network takes, in pixels.
        like: A batch of which some pictures are used to compare the answers, besides noise.
        any_size: Whether the file takes pictures of other sizes, too. The number of pictures is
            always free.

    Returns:
        What onnxruntime answers with the file.

    Raises:
        CourseError: If the network cannot be exported, onnxruntime answers differently, or the file
            cannot be written.
    """
    traced, compared = OTHER_SIZES if any_size else ((0, 0), None)
    try:
        _write(network, path, _noise(2, size + traced[0], size + traced[1]), any_size=any_size)
        answer = open_session(path)
    except OSError as error:
        raise CourseError(f"{path}: cannot be written ({error.strerror or error})") from error
    except Exception as error:
        if not (is_of_network(error) or type(error).__module__.startswith("onnx")):
            raise
        reason = f"cannot be exported to ONNX ({first_line(error)})"
        raise CourseError(f"{type(network).__name__}: {reason}; use --engine torch") from error
    loud = torch.tensor([0.1, 1.0, 4.0]).view(3, 1, 1, 1)  # what is decided by brightness shows
    _require_same(network, answer, _noise(3, size, size) * loud)
    if like is not None:
        _require_same(network, answer, like[:COMPARED])
    if compared:
        _require_same(network, answer, _noise(1, size + compared[0], size + compared[1]))
    return answer


def open_session(path: Path) -> Answer:
    """What onnxruntime answers with a file: a function of ``(N, 3, H, W)``, in float32.

    It computes on as many threads as PyTorch, and raises RuntimeError where it cannot take the
    pictures.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # of which it would keep one for each size of pictures
    options.log_severity_level = 3  # errors
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def answer(images: Tensor) -> Tensor:
        try:
            logits, *_ = session.run([OUTPUT], {INPUT: images.contiguous().numpy()})
        except Exception as error:  # onnxruntime's have no base class of their own
            raise RuntimeError(first_line(error)) from error
        if len(logits) != len(images):
            raise AnswerError(
                f"the ONNX file answers {len(logits)} times for {len(images)} pictures: use "
                "--engine torch"
            )
        return torch.from_numpy(logits)

    return answer


def _write(network: nn.Module, path: Path, images: Tensor, *, any_size: bool) -> None:
    sides = {2: "height", 3: "width"} if any_size else {}
    places = {2: "rows", 3: "columns"} if any_size else {}
    with _followed_as_written():
        torch.onnx.export(
            network,
            (images,),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: {0: "n", **sides}, OUTPUT: {0: "n", **places}},
        )


@contextmanager
def _followed_as_written() -> Iterator[None]:
    """Without warnings, and without PyTorch's short cut through attention, which ONNX lacks."""
    short_cut = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with no_warnings(), torch.inference_mode(False), torch.no_grad():
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(short_cut)


@torch.inference_mode()
def _require_same(network: nn.Module, answer: Answer, picture: Tensor) -> None:
    """Refuse a file that gives other numbers for this picture, if the network takes it at all."""
    try:
        expected = network(picture)
    except RuntimeError:
        return
    if not (isinstance(expected, Tensor) and _answers(answer, picture, expected)):
        height, width = picture.shape[2:]
        raise CourseError(
            f"{type(network).__name__}: its ONNX file answers differently to a picture of "
            f"{width}×{height} pixels; use --engine torch"
        )


def _answers(answer: Answer, picture: Tensor, expected: Tensor) -> bool:
    """Whether the file takes the pictures and gives these numbers."""
    try:
        return _agree(answer(picture), expected)
    except (RuntimeError, AnswerError):
        return False


def _agree(found: Tensor, expected: Tensor) -> bool:
    largest = float(expected.nan_to_num(0, 0, 0).abs().amax()) if expected.numel() else 0
    same = found.shape == expected.shape
    return same and torch.allclose(found, expected, 0, TOLERANCE * largest, equal_nan=True)


def _noise(count: int, height: int, width: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(count, 3, height, width, generator=generator)
