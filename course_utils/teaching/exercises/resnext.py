"""Checks of the exercises on ResNeXt."""

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_close,
    require_equal,
    require_number,
)


@exercise("a slim network")
def a_slim_network(channels: float) -> None:
    """In the middle of the last stage, from 32 channels and with 8 groups of at least 3."""
    slips: dict[float, str] = {
        24: "of the last stage, and of all groups together",
        6: "that is the width; how many channels does it make in the last stage?",
        3: "that is a group of the first stage; the last stage is asked for",
        96: "with a width of 3, how many channels has a group of the first stage?",
        128: "with a width of 4, a group of the first stage has 2 channels",
        160: "int rounds down: with a width of 5, a group of the first stage has 2 channels",
        224: "a smaller width is enough",
        384: "the last stage has 512 channels where the first has 64; here the first has 32",
        48: "that is the second stage; the channels double once more, and again",
    }
    require_number(channels, 192, absolute=0.5, slips=slips)


@exercise("the missing rung")
def the_missing_rung(answer: Callable[[int, int, int], int]) -> None:
    """Channels, groups, a number of weights → the channels of a group that come closest."""
    for case in (
        (256, 1, 69_632),
        (256, 2, 69_632),
        (256, 4, 69_632),
        (256, 8, 69_632),
        (256, 16, 69_632),
        (256, 32, 69_632),
        (512, 32, 278_528),
        (64, 16, 100),
        (6, 8, 315),
        (7, 3, 2_000),
    ):
        channels, groups, budget = case
        errors = {
            width: abs(2 * channels * groups * width + 9 * groups * width**2 - budget)
            for width in range(1, 300)
        }
        expected = min(errors, key=lambda w: errors[w])
        require_equal(f"{name_of(answer)}{case}", answer(*case), expected)


@exercise("a norm that looks around")
def a_norm_that_looks_around(parts: float) -> None:
    """Of 128 channels in 32 paths: as many parts as there are paths."""
    slips: dict[float, str] = {
        1: "one part mixes all 128 channels, and a path sees only 4",
        4: "a path has 4 channels; in how many parts is each path alone?",
        8: "a part of 16 channels mixes four paths",
        16: "a part of 8 channels mixes two paths",
        64: "a part of 2 channels is half a path",
        128: "that is a part for each channel; in the path, its 4 channels are one part",
    }
    require_number(parts, 32, absolute=0.4, slips=slips)


@exercise("from paths to groups")
def from_paths_to_groups(answer: Callable[[list[nn.Sequential]], nn.Sequential]) -> None:
    """Paths of seven layers → one network of seven layers that gives their sum."""
    for groups, width, channels in ((2, 3, 4), (4, 1, 6), (1, 2, 5), (8, 4, 16)):
        paths = [_path(channels, width, seed=10 * number) for number in range(groups)]
        for path in paths:
            path.train(groups % 4 == 0)
        call = f"{name_of(answer)}({groups} paths {channels} → {width} → {width} → {channels})"
        given = copy.deepcopy(paths)
        merged = answer(given)
        if merged is None:
            require_equal(call, merged, "a network")
        assert isinstance(merged, nn.Module), f"{call} gives {type(merged).__name__}, not a network"
        kinds = [[type(layer).__name__ for layer in net.children()] for net in (merged, paths[0])]
        require_equal(f"the layers of {call}", *kinds)
        inner = groups * width
        shapes = ((inner, channels, 1, 1), (inner, width, 3, 3), (channels, inner, 1, 1))
        for place, expected_shape in zip((0, 3, 6), shapes, strict=True):
            layer = list(merged.children())[place]
            weight, bias = layer.weight, layer.bias
            assert isinstance(weight, Tensor)
            shape = tuple(weight.shape)
            hint = ": the paths do not mix in the middle" if place == 3 and groups > 1 else ""
            assert shape == expected_shape, (
                f"{call}: the weights of layer {place} have the shape {shape}, "
                f"not {expected_shape}{hint}"
            )
            assert bias is None, (
                f"{call}: layer {place} has a bias, and no convolution of the paths has one; "
                "even where it is zero, it is a weight more"
            )
        padding = list(merged.children())[3].padding
        require_equal(f"the padding of layer 3 of {call}", padding, (1, 1))
        assert all(map(_equal, given, paths)), f"{call} changes the paths that it gets"
        modes = [
            [layer.training for path in own for layer in path.modules()] for own in (given, paths)
        ]
        assert modes[0] == modes[1], f"{call} switches the paths that it gets to eval or train mode"
        mode = {False: "eval", True: "train"}
        modes_of_merged = {layer.training for layer in merged.modules()}
        assert modes_of_merged == {paths[0].training}, (
            f"{call}: the paths are in {mode[paths[0].training]} mode, and not all of the result is"
        )
        for place in (1, 4):
            seen = [net.get_buffer(f"{place}.num_batches_tracked") for net in (merged, paths[0])]
            require_equal(f"num_batches_tracked of layer {place} of {call}", *map(int, seen))
        for training in (False, True):
            x = _numbers(3, channels, 5, 6, seed=99)
            expected = torch.stack([path.train(training)(x) for path in paths]).sum(dim=0)
            found = merged.train(training)(x.clone())
            require_close(f"{call}(x) in {mode[training]} mode", found, expected, 1e-4, 1e-4)


def _equal(one: nn.Module, other: nn.Module) -> bool:
    """Whether two paths hold the same numbers."""
    state = other.state_dict()
    return all(tensor.equal(state[name]) for name, tensor in one.state_dict().items())


def _path(channels: int, width: int, seed: int) -> nn.Sequential:
    """A path with numbers of its own, also in what batch norm remembers."""
    path = nn.Sequential(
        nn.Conv2d(channels, width, 1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.Conv2d(width, width, 3, padding=1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.Conv2d(width, channels, 1, bias=False),
    )
    with torch.no_grad():
        for number, (name, tensor) in enumerate(path.state_dict().items()):
            if tensor.ndim:
                values = _numbers(*tensor.shape, seed=seed + number)
                tensor.copy_(values.abs() + 0.2 if "var" in name else values)
            else:
                tensor.fill_(7)
    return path


def _numbers(*shape: int, seed: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))
