"""Where in a picture a network sees what: class probabilities at every cell of its map."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor

from course_utils.analysis import Span
from course_utils.inference.axes import WHOLE
from course_utils.inference.tiling import TILE, cell_field, dense_answer
from course_utils.models import FullyConvolutional


@dataclass(frozen=True)
class ResponseMap:
    """The answer of a fully convolutional network to one picture.

    Attributes:
        probabilities: Softmax over the classes at each cell: ``(classes, h, w)``, on the CPU.
        field: What the cells see along rows and columns alike, in pixels; cell ``i`` is centered
            on ``field.center(i)``.
        height: Of the picture, in pixels.
        width: Likewise.
    """

    probabilities: Tensor
    field: Span
    height: int
    width: int

    def best_class(self, among: Sequence[int] | None = None) -> int:
        """The class with the highest probability at any cell.

        Args:
            among: Indices to choose from; all by default.
        """
        peaks = self.probabilities.flatten(1).amax(dim=1)  # (classes,)
        indices = range(len(peaks)) if among is None else among
        return max(indices, key=lambda index: float(peaks[index]))

    def peak(self, index: int) -> tuple[float, float, float]:
        """Highest probability of a class, and the center ``(x, y)`` of its cell, in pixels."""
        scores = self.probabilities[index]
        row, column = divmod(int(scores.argmax()), scores.shape[1])
        return float(scores.max()), self.field.center(column), self.field.center(row)


def response_map(
    model: FullyConvolutional,
    image: Tensor,
    prepare: Callable[[Tensor], Tensor] = lambda pixels: pixels,
    whole: int = WHOLE,
    tile: int = TILE,
) -> ResponseMap:
    """Send a picture of any size through the network; keep the probabilities of every cell.

    Args:
        model: From ``to_fully_convolutional``, in ``eval`` mode.
        image: ``(3, H, W)``.
        prepare: Turns a part of the picture, ``(1, 3, h, w)``, into what the network takes, such
            as ``batch_transform(...)`` for numbers from 0 to 255. By default the picture is
            taken as prepared.
        whole: A picture with more pixels goes through the network in tiles. The result is the
            same; the memory is not.
        tile: Pixels of a tile, without the context around it.

    Raises:
        ModelError: If the picture is smaller than the native size, or has to be tiled and the
            network has to see it whole.
    """
    height, width = image.shape[1:]
    probabilities = dense_answer(model, image, prepare, _softmax, whole, tile)
    return ResponseMap(probabilities, cell_field(model) or window(model), height, width)


def window(model: FullyConvolutional) -> Span:
    """The square of the native size that a cell would get as a picture of its own."""
    stride = model.native_size // model.window * model.pool_stride
    return Span(model.native_size, stride)


def _softmax(logits: Tensor) -> Tensor:
    return logits.float().softmax(dim=0)
