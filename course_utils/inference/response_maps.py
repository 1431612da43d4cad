"""Where in a picture a network sees what: class probabilities at every position of its map.

A position stands for a *window*: the square of the native size that the classifier would get as a
picture of its own. Its answer is drawn in the window's middle. That is not the middle of the
receptive field: a convolution with stride 2 begins at pixel 0, so the field lies towards the upper
left of the window. But training flips its crops, and a thing means the same left and right of
a window's middle. (Measured in *Where is it?*: boxes at the field's middle lie half a stride off.)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor

from course_utils.analysis import Span
from course_utils.inference.axes import WHOLE
from course_utils.inference.tiling import TILE, dense_answer
from course_utils.models import FullyConvolutional


@dataclass(frozen=True)
class ResponseMap:
    """The answer of a fully convolutional network to one picture.

    Attributes:
        probabilities: Softmax over the classes at each position: ``(classes, h, w)``, on the CPU.
        window: What the positions stand for along rows and columns alike, in pixels; the middle of
            that of position ``i`` is ``window.center(i)``.
        height: Of the picture, in pixels.
        width: Likewise.
    """

    probabilities: Tensor
    window: Span
    height: int
    width: int

    def best_class(self, among: Sequence[int] | None = None) -> int:
        """The class with the highest probability at any position.

        Args:
            among: Indices to choose from; all by default.
        """
        peaks = self.probabilities.flatten(1).amax(dim=1)  # (classes,)
        indices = range(len(peaks)) if among is None else among
        return max(indices, key=lambda index: float(peaks[index]))

    def peak(self, index: int) -> tuple[float, float, float]:
        """Highest probability of a class, and its place: the middle ``(x, y)`` of a window."""
        scores = self.probabilities[index]
        row, column = divmod(int(scores.argmax()), scores.shape[1])
        return float(scores.max()), self.window.center(column), self.window.center(row)


def response_map(
    model: FullyConvolutional,
    image: Tensor,
    prepare: Callable[[Tensor], Tensor] = lambda pixels: pixels,
    whole: int = WHOLE,
    tile: int = TILE,
) -> ResponseMap:
    """Send a picture of any size through the network; keep the probabilities of every position.

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
    window = Span(model.native_size, model.stride)
    return ResponseMap(probabilities, window, height, width)


def _softmax(logits: Tensor) -> Tensor:
    return logits.float().softmax(dim=0)
