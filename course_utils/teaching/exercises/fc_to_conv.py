"""Checks of the exercises on the way from fully connected to fully convolutional."""

from collections.abc import Callable, Sequence
from math import prod

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from course_utils.teaching.exercises.checks import exercise, require_close, require_equal


@exercise("connected everywhere")
def connected_everywhere(answer: Callable[[Tensor, Tensor, Tensor], Tensor]) -> None:
    """Weight, bias and map of a fully connected layer → its answers in every cell."""
    generator = torch.Generator().manual_seed(0)
    for images, inputs, outputs, height, width in (
        (2, 3, 4, 5, 6),
        (1, 5, 5, 5, 5),
        (3, 2, 1, 1, 4),
    ):
        weight, bias, features = (
            torch.randn(shape, generator=generator)
            for shape in ((outputs, inputs), (outputs,), (images, inputs, height, width))
        )
        expected = linear(features.movedim(1, -1), weight, bias).movedim(-1, 1)
        call = f"connect_everywhere(a weight {tuple(weight.shape)}, a bias, a map "
        found = answer(weight.clone(), bias.clone(), features.clone())
        require_close(f"{call}{tuple(features.shape)})", found, expected)


@exercise("a weight for every cell")
def a_weight_for_every_cell(answer: Callable[[Tensor, int], Tensor]) -> None:
    """Weight of a layer that takes a flattened map → kernel of the convolution."""
    for outputs, channels, side in ((3, 2, 4), (2, 4, 2), (5, 3, 1), (2, 3, 3)):
        cells = torch.arange(outputs * channels * side * side).float()
        kernel = cells.view(outputs, channels, side, side)
        call = f"kernel_of(a weight {tuple(kernel.flatten(1).shape)}, {channels})"
        require_close(call, answer(kernel.flatten(1).clone(), channels), kernel)


@exercise("how many answers")
def how_many_answers(answer: Callable[[int, int, int], int]) -> None:
    """Pixels, window and stride → answers of a converted ResNet along one side."""
    for case in (
        *((224, 7, 1), (387, 7, 7), (1024, 7, 7), (387, 7, 1), (1024, 7, 1)),
        *((225, 7, 1), (320, 3, 3), (96, 7, 1), (96, 3, 2), (33, 3, 5)),
    ):
        pixels, window, stride = case
        cells = range(0, pixels, 32)  # one begins at every 32nd pixel
        starts = [i for i in range(0, len(cells), stride) if i + window <= len(cells)]
        require_equal(f"answers_along{case}", answer(*case), len(starts))


@exercise("memory estimate")
def memory_estimate(
    answer: Callable[[tuple[int, ...], Sequence[tuple[int, ...]], int], float],
) -> None:
    """Shapes of input and outputs, and parameters → MB, as the layer table estimates them."""
    megabyte = 2**20
    for what, shape, outputs, parameters, expected in (
        ("an input of 1 MB, and nothing else", (1, 512, 512), [], 0, 1.0),
        ("one output of 1 MB", (0,), [(4, 256, 256)], 0, 2.0),
        ("outputs of 1 MB and ½ MB", (0,), [(4, 256, 256), (megabyte // 8,)], 0, 3.0),
        ("1 MB of parameters", (0,), [], megabyte // 4, 1.0),
    ):
        require_equal(f"the estimate for {what}", answer(shape, outputs, parameters), expected)
    shapes = [(64, 194, 512), (1000, 1, 4)]
    exact = 4 * (3 * 387 * 1024 + 2 * sum(map(prod, shapes)) + 9408) / megabyte
    found = answer((3, 387, 1024), shapes, 9408)
    require_equal("the estimate for 3×387×1024, rounded", round(found, 2), round(exact, 2))


class _Sample(nn.Module):
    """Some layers are called and some are not, and their order is not that of the calls."""

    def __init__(self) -> None:
        super().__init__()
        self.last = nn.Conv2d(4, 2, 1)
        self.fc = nn.Linear(4, 2)
        self.first = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.ReLU())
        self.dropout = nn.Dropout()
        self.old = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
        self.again = self.last

    def forward(self, x: Tensor) -> Tensor:
        output: Tensor = self.last(self.first(x))
        return output


@exercise("what is left over")
def what_is_left_over(answer: Callable[[nn.Module, Tensor], list[str]]) -> None:
    """A network and a batch → names of the layers with parameters that are never called."""
    model = _Sample()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with torch.no_grad():
        found = answer(model.eval(), torch.zeros(2, 3, 4, 4))
    names = list(found) if isinstance(found, list | tuple) else found
    require_equal("left_over(a network)", names, ["fc", "old.0", "old.1"])
    require_equal(
        "left_over(a network without any)", list(answer(model.first, torch.zeros(1, 3, 2, 2))), []
    )
    hooks = any(layer._forward_hooks for layer in model.modules())
    assert not hooks, "left_over leaves hooks on the network: remove them"
    kept = all(torch.equal(before[name], now) for name, now in model.state_dict().items())
    assert kept and not model.training, "left_over changes the network"
