"""The three equal forms of a ResNeXt block.

Source: Xie et al., "Aggregated Residual Transformations for Deep Neural Networks" (2017), figure
3. Form (c) is a ``Bottleneck`` with groups; forms (a) and (b) are made from one here.

Figure 3 leaves batch norm out. It works on each channel by itself, so the batch norms of the
first two layers are split between the paths and nothing changes. The last one must see the sum
of the paths: it comes after the sum and before the shortcut is added (the paper, section 4).
"""

import copy

import torch
from torch import Tensor, nn

from course_utils.errors import ModelError
from course_utils.models.blocks import Bottleneck


class ParallelPaths(nn.Module):
    """Form (a): every path goes C → d → d → C by itself, and the paths are summed.

    ``as_parallel_paths`` makes it.

    Shape:
        As the Bottleneck's that it was made from.
    """

    def __init__(self, paths: list[nn.Sequential], block: Bottleneck) -> None:
        super().__init__()
        self.paths = nn.ModuleList(paths)
        self.bn3 = copy.deepcopy(block.bn3)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = copy.deepcopy(block.downsample)

    def forward(self, x: Tensor) -> Tensor:
        """Compute ``relu(bn(path_1(x) + … + path_g(x)) + x)``."""
        identity = x if self.downsample is None else self.downsample(x)
        out = self.bn3(sum(path(x) for path in self.paths))  # (N, C, H/stride, W/stride)
        result: Tensor = self.relu(out + identity)
        return result


class ConcatenatedPaths(nn.Module):
    """Form (b): every path goes C → d → d, and one 1×1 convolution takes all of them to C.

    ``as_concatenated_paths`` makes it.

    Shape:
        As the Bottleneck's that it was made from.
    """

    def __init__(self, paths: list[nn.Sequential], block: Bottleneck) -> None:
        super().__init__()
        self.paths = nn.ModuleList(paths)
        self.conv3 = copy.deepcopy(block.conv3)
        self.bn3 = copy.deepcopy(block.bn3)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = copy.deepcopy(block.downsample)

    def forward(self, x: Tensor) -> Tensor:
        """Compute ``relu(bn(conv([path_1(x), …, path_g(x)])) + x)``."""
        identity = x if self.downsample is None else self.downsample(x)
        out = torch.cat([path(x) for path in self.paths], dim=1)  # (N, g·d, H/stride, W/stride)
        out = self.bn3(self.conv3(out))  # (N, C, H/stride, W/stride)
        result: Tensor = self.relu(out + identity)
        return result


def as_parallel_paths(block: Bottleneck) -> ParallelPaths:
    """Form (a) of a block: the same function, computed by ``groups`` paths that are summed.

    Args:
        block: With any number of groups; with one there is one path. It stays as it is.

    Returns:
        A block in the same mode, with a copy of all weights and running statistics. Path ``i``
        has the rows of ``conv1`` and ``conv2`` and the columns of ``conv3`` that belong to the
        channels of group ``i``.

    Raises:
        ModelError: If it is no Bottleneck, or normalizes otherwise than by batch norm.
    """
    paths = _first_two_layers(block)
    for path, channels in zip(paths, _channels_of_paths(block), strict=True):
        path.append(_with_weight(block.conv3, block.conv3.weight[:, channels]))
    return ParallelPaths(paths, block).train(block.training)


def as_concatenated_paths(block: Bottleneck) -> ConcatenatedPaths:
    """Form (b) of a block: the paths are concatenated before one 1×1 convolution.

    Arguments, result and errors are those of ``as_parallel_paths``, but ``conv3`` stays whole.
    """
    return ConcatenatedPaths(_first_two_layers(block), block).train(block.training)


def _first_two_layers(block: Bottleneck) -> list[nn.Sequential]:
    """For each path C → d → d, each layer with its batch norm and its ReLU."""
    return [
        nn.Sequential(
            _with_weight(block.conv1, block.conv1.weight[channels]),
            _part_of_norm(block.bn1, channels),
            nn.ReLU(inplace=True),
            _with_weight(block.conv2, block.conv2.weight[channels]),
            _part_of_norm(block.bn2, channels),
            nn.ReLU(inplace=True),
        )
        for channels in _channels_of_paths(block)
    ]


def _channels_of_paths(block: Bottleneck) -> list[slice]:
    """Which of the g·d channels in the middle belong to each path."""
    if not isinstance(block, Bottleneck):
        raise ModelError(f"{type(block).__name__} has no such form: give a Bottleneck")
    width = block.conv2.out_channels // block.conv2.groups
    return [slice(start, start + width) for start in range(0, block.conv2.out_channels, width)]


def _with_weight(layer: nn.Conv2d, weight: Tensor) -> nn.Conv2d:
    """An ordinary convolution like the layer, with a copy of this weight ``(out, in, k, k)``."""
    made = copy.deepcopy(layer)
    made.out_channels, made.in_channels, made.groups = weight.shape[0], weight.shape[1], 1
    made.weight = nn.Parameter(weight.detach().clone(), layer.weight.requires_grad)
    return made


def _part_of_norm(norm: nn.Module, channels: slice) -> nn.Module:
    """A copy of a batch norm for some of its channels."""
    part = copy.deepcopy(norm)
    if isinstance(part, nn.Identity):
        return part
    if not isinstance(part, nn.BatchNorm2d):
        raise ModelError(f"{type(norm).__name__} cannot be cut: give a block with nn.BatchNorm2d")
    part.num_features = channels.stop - channels.start
    for tensor in part.state_dict(keep_vars=True).values():
        if tensor.ndim:  # the counter of batches has none
            tensor.data = tensor.data[channels].clone()
    return part
