"""Checks of the exercises on the residual block."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn
from torchvision.models import resnet as torchvisions

from course_utils.models.blocks import conv1x1, conv3x3
from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_close,
    require_equal,
    require_number,
)

Block = TypeVar("Block", bound=nn.Module)

PICTURES = 150
WITHOUT_LAYERS = {"layer1.1": 112, "layer2.1": 110, "layer3.1": 141, "layer4.1": 139}
"""Of so many pictures of insects: right answers without the layers of one block."""


@exercise("three slopes")
def three_slopes(arriving: float) -> None:
    """What is left of a gradient of 1 before three blocks whose layers have known slopes."""
    slips: dict[float, str] = {
        1.45: "each block sees what the one before has made of its number: slopes are multiplied",
        0.45: "those are the layers alone, and added: where are the shortcuts?",
        -0.025: "that is what passes without the shortcuts",
        0.975: "each block has a shortcut of its own, not only all three together",
        2.25: "one of the slopes is negative",
        3.45: "slopes of blocks in a row are multiplied, not added",
        1.0: "that is the clean path alone; the layers let something through, too",
    }
    require_number(arriving, 1.5 * 0.75 * 1.2, slips=slips)


class _Layers(nn.Module):
    """The layers of a pre-activation block, in no order."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1, self.conv2 = conv3x3(channels, channels), conv3x3(channels, channels)
        self.bn1, self.bn2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)
        self.relu = nn.ReLU()


@exercise("pre-activation")
def pre_activation(answer: Callable[[nn.Module, Tensor], Tensor]) -> None:
    """He et al. (2016), "Identity Mappings": norm, ReLU, convolution, twice; then add."""
    call = f"{name_of(answer)}(layers, x)"
    for relu in (nn.ReLU(), nn.ReLU(inplace=True)):
        layers = _with_numbers(_Layers(8))
        layers.relu = nn.ReLU()
        x = torch.randn(2, 8, 5, 5, generator=torch.Generator().manual_seed(2))
        with torch.no_grad():
            inner = layers.conv1(layers.relu(layers.bn1(x)))
            residual = layers.conv2(layers.relu(layers.bn2(inner)))
            slips = _slips_of_order(layers, x, residual)
            layers.relu = relu
            given = x.clone()
            found = answer(layers, given)
        assert torch.equal(given, x), f"{call} changes the x that it gets"
        _name_the_slip(call, found, slips)
        require_close(call, found, x + residual)
    layers.relu = nn.ReLU()

    def wanted(x: Tensor) -> Tensor:
        out = layers.conv1(layers.relu(layers.bn1(x)))
        y: Tensor = x + layers.conv2(layers.relu(layers.bn2(out)))
        return y

    expected = _gradients(layers, wanted, x)
    _require_gradients(call, _gradients(layers, lambda x: answer(layers, x), x), expected)


def _slips_of_order(layers: _Layers, x: Tensor, residual: Tensor) -> dict[str, list[Tensor]]:
    """What known slips lead to, by their words."""
    conv1, conv2, relu = layers.conv1, layers.conv2, layers.relu
    bn1, bn2 = layers.bn1, layers.bn2
    inner, after = conv1(relu(bn1(x))), relu(bn1(conv1(x)))
    exchanged = conv1(bn1(relu(x)))
    return {
        "a ReLU stands behind the addition": [(x + residual).relu()],
        "x is not added": [residual],
        "the shortcut adds relu(x), not x": [x.relu() + residual],
        "x is added twice": [2 * x + residual],
        "a ReLU is missing": [x + conv2(bn2(inner)), x + conv2(relu(bn2(conv1(bn1(x)))))],
        "the two norms are exchanged": [x + conv2(relu(bn1(conv1(relu(bn2(x))))))],
        "norm and ReLU stand behind their convolution": [
            x + relu(bn2(conv2(after))),
            x + bn2(conv2(after)),
            (x + bn2(conv2(after))).relu(),
        ],
        "a ReLU stands before its norm": [
            x + conv2(bn2(relu(exchanged))),
            x + conv2(relu(bn2(exchanged))),
            x + conv2(bn2(relu(inner))),
        ],
    }


def _name_the_slip(call: str, found: object, slips: dict[str, list[Tensor]]) -> None:
    """Say which known slip leads to what was found, if one does."""
    for words, values in slips.items():
        for wrong in values:
            if not isinstance(found, Tensor) or found.shape != wrong.shape:
                return
            if torch.allclose(found, wrong, atol=1e-5):
                raise AssertionError(f"{call}: {words}")


def _gradients(
    layers: nn.Module, block: Callable[[Tensor], Tensor], x: Tensor
) -> dict[str, Tensor | None]:
    """What of a gradient reaches x and each weight."""
    given = x.clone().requires_grad_()
    found = block(given * 1)
    to = {"x": given} | dict(layers.named_parameters())
    if not found.requires_grad:
        return dict.fromkeys(to)
    arriving = torch.autograd.grad(found.square().sum(), list(to.values()), allow_unused=True)
    return dict(zip(to, arriving, strict=True))


def _require_gradients(
    call: str, found: dict[str, Tensor | None], expected: dict[str, Tensor | None]
) -> None:
    """Raise an AssertionError unless the same gradients arrive as in the right block."""
    for name, wanted in expected.items():
        gradient = found[name]
        assert gradient is not None, f"{call}: the values are right, but no gradient reaches {name}"
        close = wanted is not None and torch.allclose(gradient, wanted, rtol=1e-3, atol=1e-3)
        assert close, f"{call}: the values are right, but the gradient of {name} is another"


@exercise("take the layers away")
def take_the_layers_away(without: Sequence[float]) -> None:
    """Accuracies of the trained ``insects-resnet18``, one block at a time without its layers."""
    assert without is not None, "write your list in the place of None"
    names = ", ".join(WITHOUT_LAYERS)
    kind = type(without).__name__
    assert isinstance(without, list | tuple), f"your answer is of the type {kind}, not a list"
    count = len(without)
    assert count == len(WITHOUT_LAYERS), (
        f"your list has {count} numbers; give one for each: {names}"
    )
    right = [float(share) * PICTURES for share in without]
    assert max(right) <= PICTURES + 0.5, "give your accuracies from 0 to 1"
    assert len({round(count) for count in right}) > 1, (
        "your four are all alike: has any block changed? Look at its last norm"
    )
    slips = {
        "put the numbers of a block back before the next": (112, 81, 75, 75),
        "the norm still adds its bias": (111, 109, 142, 139),
        "with a kernel of 0 the norm still subtracts its mean": (92, 83, 143, 138),
        "that is without the shortcut, and not without the layers": (75, 120, 122, 141),
    }
    for words, counts in slips.items():
        same = all(abs(a - b) <= 0.5 for a, b in zip(right, counts, strict=True))
        assert not same, f"your answer: {words}"
    for (name, wanted), found in zip(WITHOUT_LAYERS.items(), right, strict=True):
        assert abs(found - wanted) <= 0.5, f"your answer for {name} is another number"


CASES = ((64, 16, 1), (16, 16, 1), (64, 32, 2), (32, 8, 2))
"""Channels in, inner width and stride of bottlenecks, with and without a downsample."""


@exercise("the bottleneck")
def the_bottleneck(answer: Callable[[int, int, int], nn.Module]) -> None:
    """A class whose blocks have the names, the shapes and the output of torchvision's."""
    for case in CASES:
        theirs, call = _with_numbers(_torchvisions(*case)), f"{name_of(answer)}{case}"
        ours = answer(*case)
        assert isinstance(ours, nn.Module), f"{call} is no nn.Module"
        _require_names(call, ours, theirs)
        ours.load_state_dict(theirs.state_dict(), strict=True)
        ours.eval()
        x = torch.randn(2, case[0], 7, 7, generator=torch.Generator().manual_seed(1))
        given = x.clone()
        with torch.no_grad():
            expected, found = theirs(x), ours(given)
        assert torch.equal(given, x), f"{call}(x) changes the x that it gets"
        require_close(f"{call}(x)", found, expected)
        _require_gradients(f"{call}(x)", _gradients(ours, ours, x), _gradients(theirs, theirs, x))
        with torch.no_grad():
            expected, found = theirs.train()(x), ours.train()(x.clone())
        require_close(f"in train mode, {call}(x)", found, expected, absolute=1e-4)


def _require_names(call: str, ours: nn.Module, theirs: nn.Module) -> None:
    """Say which weights are missing, are too many, or have another shape."""
    found, wanted = ours.state_dict(), theirs.state_dict()
    missing, more = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
    assert not missing, f"{call} lacks {', '.join(missing)}"
    assert not more, f"{call} has what torchvision's has not: {', '.join(more)}"
    for name in wanted:
        shape = tuple(found[name].shape)
        require_equal(f"the shape of {name} of {call}", shape, tuple(wanted[name].shape))


def _torchvisions(in_channels: int, width: int, stride: int) -> nn.Module:
    out_channels, downsample = 4 * width, None
    if stride != 1 or in_channels != out_channels:
        adapt = conv1x1(in_channels, out_channels, stride)
        downsample = nn.Sequential(adapt, nn.BatchNorm2d(out_channels))
    block: nn.Module = torchvisions.Bottleneck(in_channels, width, stride, downsample)
    return block


def _with_numbers(block: Block) -> Block:
    """A block in ``eval`` mode whose batch norms do something."""
    generator = torch.Generator().manual_seed(0)
    for name, tensor in block.state_dict().items():
        if tensor.is_floating_point():
            low, high = (0.5, 1.5) if "var" in name else (-0.3, 0.3)
            tensor.uniform_(low, high, generator=generator)
    return block.eval()
