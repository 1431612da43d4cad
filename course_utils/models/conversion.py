"""From a classifier for one size to a network that takes any size and answers with a map.

The weights stay; only what is done with them is written differently. A fully connected layer is
a convolution whose kernel covers the whole feature map, and sliding that kernel is what a
classifier does on all windows of a larger picture at once (Sermanet et al., "OverFeat" (2014),
section 3.5; Long, Shelhamer, Darrell, "Fully Convolutional Networks for Semantic Segmentation"
(2015), section 3.1).
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torchvision import models

from course_utils.copies import copy_of
from course_utils.data.transforms import IMAGENET_MEAN, IMAGENET_STD
from course_utils.errors import ModelError
from course_utils.models.dense_head import dense_head
from course_utils.models.feature_maps import feature_map
from course_utils.models.finite import all_finite
from course_utils.models.resnet import ResNet
from course_utils.models.transfer import AUXILIARY_CLASSIFIERS

NATIVE_SIZES: dict[type[nn.Module], int] = {
    ResNet: 224,
    models.ResNet: 224,
    models.AlexNet: 224,
    models.VGG: 224,
    models.GoogLeNet: 224,
    models.Inception3: 299,
    models.DenseNet: 224,
    models.SqueezeNet: 224,
    models.MobileNetV2: 224,
    models.MobileNetV3: 224,
    models.ShuffleNetV2: 224,
    models.MNASNet: 224,
}
"""Side of the pictures, in pixels, that the published weights of each family were made for."""

POOLINGS, HEADS = ("avgpool", "global_pool"), ("fc", "classifier")
"""What torchvision and timm call the pooling behind the body, and the layers behind that."""

TOLERANCE = 1e-5
"""Of the largest logit, when an unknown network is compared with its conversion."""


class FullyConvolutional(nn.Module):
    """A body, a pooling of the native size, and a head of 1×1 convolutions.

    Made by ``to_fully_convolutional``.

    Args:
        body: Everything up to the last feature map.
        head: Pooling and convolutions, in the order in which they are applied.
        native_size: Side of the smallest picture, in pixels.
        window: Cells of the body's map, a side, that one position of the answer is made of.
        pool_stride: Cells of the body's map from one position to the next.
        body_stride: Pixels of the picture from one of these cells to the next.

    Attributes:
        stride: Pixels from one position to the next. Position ``i`` stands for the window of the
            native size that begins at pixel ``i * stride``.

    Shape:
        ``(N, 3, H, W)`` → logits ``(N, classes, h, w)``.
    """

    def __init__(
        self,
        body: nn.Sequential,
        head: nn.Sequential,
        native_size: int,
        window: int,
        pool_stride: int,
        body_stride: int,
    ) -> None:
        super().__init__()
        self.body = body
        self.head = head
        self.native_size = native_size
        self.window = window
        self.pool_stride = pool_stride
        self.stride = body_stride * pool_stride

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits ``(N, classes, h, w)`` of pictures ``(N, 3, H, W)``.

        Raises:
            ModelError: If a side is smaller than the native size.
        """
        self.require_size(x)
        features = self.body(x)  # (N, C, H/s, W/s), s = stride of the body
        logits: Tensor = self.head(features)  # (N, classes, h, w)
        return logits

    def require_size(self, x: Tensor) -> None:
        """Refuse what is no batch of pictures at least as large as the native size.

        Raises:
            ModelError: If it is none.
        """
        if x.ndim != 4 or x.shape[1] != 3:
            raise ModelError(
                f"the input has the shape {tuple(x.shape)}; give pictures (N, 3, H, W)"
            )
        height, width = x.shape[2:]
        if min(height, width) < self.native_size:
            raise ModelError(
                f"the picture is {height} pixels high and {width} wide, and this network needs "
                f"{self.native_size} each way: enlarge the picture first"
            )


def to_fully_convolutional(
    model: nn.Module, pool_stride: int = 1, native_size: int | None = None
) -> FullyConvolutional:
    """Convert a classifier; its weights are copied, and the given network stays as it is.

    Adaptive pooling becomes average pooling over as many cells as the map of a picture of the
    native size has: 7×7 in ResNet, 13×13 in SqueezeNet, 8×8 in Inception. A fully connected
    layer ``(out, in)`` becomes a 1×1 convolution ``(out, in, 1, 1)`` with the same numbers.
    Flattening, and auxiliary classifiers, are left out. At the native size the answer is one
    position that holds the classifier's logits.

    AlexNet and VGG have no such pooling: their first fully connected layer takes all 6×6 or 7×7
    cells with a weight for each, and becomes a convolution of that kernel.

    Layers of the body stay as they are. Those that look at a whole map, such as
    squeeze-and-excitation and ``nn.GroupNorm``, do so in a larger picture, too: there each answer
    depends on all of the picture, and the picture cannot be computed in tiles.

    Args:
        model: A classifier of this package or of torchvision.
        pool_stride: Step of the pooling, in cells of the feature map; where the head begins
            with a convolution instead of a pooling, the step of that convolution. 1 gives an
            answer for every cell. The side of the pooling gives windows that do not overlap,
            and so does ``nn.AvgPool2d(7)``, whose stride is its kernel unless another is given.
        native_size: Side of the pictures that the network was trained on, in pixels. It is
            known for the published weights of the ten families of the course; give it for
            others, and for networks trained at another size (96 for the garden's).

    Returns:
        A network for pictures of any size not below the native one, in the same mode, on the
        same device.

    Raises:
        ModelError: If the native size is not known or too small, ``pool_stride`` is below 1, or
            a layer cannot be converted (it is named).
    """
    if pool_stride < 1:
        raise ModelError(f"pool_stride={pool_stride}: must be at least 1")
    size = _native_size(model) if native_size is None else native_size
    copy = copy_of(model).eval()
    body, head = _split(copy)
    channels, window, stride = feature_map(body, size)
    picture, expected = _try(copy, size)  # hooks such as weight_norm's bring the weights up to date
    dense = dense_head(head, channels, window, pool_stride)
    converted = FullyConvolutional(body, dense, size, window, pool_stride, stride)
    _require_same_logits(type(model).__name__, converted.eval(), picture, expected)
    return converted.train(model.training)


def _native_size(model: nn.Module) -> int:
    if type(model) not in NATIVE_SIZES:
        raise ModelError(
            f"{type(model).__name__}: for which size of picture it was trained is not known; "
            "give native_size, such as 224"
        )
    return NATIVE_SIZES[type(model)]


def _split(model: nn.Module) -> tuple[nn.Sequential, "OrderedDict[str, nn.Module]"]:
    """The layers before the pooling, and those behind it, by their names."""
    children = OrderedDict(model.named_children())
    names = [name for name in children if name not in AUXILIARY_CLASSIFIERS]
    first = next((i for i, name in enumerate(names) if name in (*POOLINGS, *HEADS)), None)
    if not first or names[-1] not in HEADS:
        raise ModelError(
            f"{type(model).__name__}: its last layer, {names[-1] if names else 'none'}, is not "
            f"called {' or '.join(HEADS)}: only a body, then {POOLINGS[0]}, then such a head "
            "can be converted"
        )
    body = OrderedDict((name, children[name]) for name in names[:first])
    if getattr(model, "transform_input", False):
        body = OrderedDict(rescale=Rescale()) | body
    if isinstance(model, models.DenseNet):
        body["relu"] = nn.ReLU(inplace=True)  # its forward calls it as a function
    head = OrderedDict((n, children[n]) for n in names[first:] if n not in POOLINGS)
    return nn.Sequential(body), head


def _try(model: nn.Module, size: int) -> tuple[Tensor, Tensor | None]:
    """A picture of noise of the native size, and the logits; none where nothing is computed."""
    generator = torch.Generator().manual_seed(0)
    picture = torch.rand(1, 3, size, size, generator=generator).to(next(model.parameters()))
    with torch.inference_mode():
        return picture, None if picture.is_meta else model(picture)


def _require_same_logits(
    name: str, converted: FullyConvolutional, picture: Tensor, expected: Tensor | None
) -> None:
    """Compare the network's logits with those of its conversion.

    Raises:
        ModelError: If they differ: the network does more than its layers, in their order, say.
            If they are no numbers, its weights are at fault.
    """
    if expected is None:
        return
    if isinstance(expected, Tensor) and not all_finite(expected):
        raise ModelError(
            f"{name}: its logits are NaN or infinite: its training diverged, or its weights are "
            "damaged; give other weights"
        )
    with torch.inference_mode():
        found = converted(picture)
    if not (isinstance(expected, Tensor) and _agree(found.flatten(), expected.flatten())):
        raise ModelError(
            f"{name}: the converted network gives other logits; its forward does "
            "more than apply its layers one after the other"
        )


def _agree(found: Tensor, expected: Tensor) -> bool:
    """Whether they differ by no more than rounding; not if anything is no number."""
    if found.shape != expected.shape:
        return False
    return bool((found - expected).abs().max() <= TOLERANCE * expected.abs().max())


class Rescale(nn.Module):
    """ImageNet's normalization → numbers from -1 to 1, as Google's networks were trained.

    It is what torchvision's GoogLeNet and Inception do when ``transform_input`` is set.
    """

    def forward(self, x: Tensor) -> Tensor:
        """``(N, 3, H, W)`` → ``(N, 3, H, W)``."""
        factors = x.new_tensor([std / 0.5 for std in IMAGENET_STD]).view(3, 1, 1)
        shifts = x.new_tensor([(mean - 0.5) / 0.5 for mean in IMAGENET_MEAN]).view(3, 1, 1)
        return x * factors + shifts
