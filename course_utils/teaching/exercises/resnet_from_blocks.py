"""Checks of the exercises on ResNet from its blocks."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.models import BasicBlock, Bottleneck, ResNet
from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_equal,
    require_number,
)

Plan = tuple[int, list[int]]
"""Convolutions of a block, and blocks of each stage."""


@exercise("what the shortcuts cost")
def what_the_shortcuts_cost(shortcut_parameters: float) -> None:
    """Of ResNet-18: three 1×1 convolutions and their batch norms."""
    pairs = [(64, 128), (128, 256), (256, 512)]
    kernels = sum(a * b for a, b in pairs)
    norms = sum(2 * b for _, b in pairs)
    slips: dict[float, str] = {
        kernels: "a shortcut that changes the shape has a batch norm, too",
        kernels + norms // 2: "batch norm has two parameters for each channel",
        kernels + 2 * norms: "its mean and variance are no parameters: nothing trains them",
        kernels + norms + sum(b for _, b in pairs): "the convolution has no bias",
        9 * kernels + norms: "the kernel of a shortcut is 1×1",
        kernels + norms + 64 * 64 + 128: "stage 1 keeps the shape: its shortcut is the input",
        2 * (kernels + norms): "only the first block of a stage changes the shape",
        kernels + sum(2 * a for a, _ in pairs): "batch norm acts on the channels that come out",
        sum(b * b for _, b in pairs) + norms: "the shortcut begins with half of the channels",
        sum(a * a for a, _ in pairs) + norms: "the shortcut ends with twice the channels",
        3: "so many shortcuts have parameters; how many parameters are it?",
        8 * 16: "count parameters, not channels",
    }
    require_number(shortcut_parameters, kernels + norms, absolute=0.5, slips=slips)


@exercise("a file without a name")
def a_file_without_a_name(answer: Callable[[dict[str, Tensor]], Plan]) -> None:
    """Names → tensors, perhaps behind ``module.`` → convolutions in a block, blocks of stages."""
    for prefix, (inside, counts) in (
        ("", (2, [2, 2, 2, 2])),
        ("module.", (2, [3, 4, 6, 3])),
        ("", (3, [3, 4, 23, 3])),
        ("module.", (3, [3, 8, 36, 3])),
        ("", (2, [1, 1, 1, 1])),
        ("module.", (3, [1, 12, 2, 1])),
    ):
        weights = {f"{prefix}{name}": t for name, t in _file_of(inside, counts).items()}
        call = f"{name_of(answer)}(a file of {inside} convolutions, {counts}"
        call += f", names behind {prefix})" if prefix else ")"
        before = list(weights)
        found = answer(weights)
        require_equal(call, _as_plan(found), (inside, counts))
        require_equal(
            f"after {name_of(answer)}(weights) the names in weights", list(weights), before
        )


def _file_of(inside: int, counts: Sequence[int]) -> dict[str, Tensor]:
    """A network's file, with the names of a second head, and in no order."""
    with torch.device("meta"):
        network = ResNet(BasicBlock if inside == 2 else Bottleneck, counts, 5, stem_width=8)
        others = ("layers.0.weight", "aux.layer1.7.conv3.weight", "head.module.scale")
        extra = {name: torch.ones(1) for name in others}
    return dict(sorted({**network.state_dict(), **extra}.items(), reverse=True))


def _as_plan(found: Any) -> Any:
    """Two things, however they are packed."""
    try:
        inside, counts = found
        return int(inside), [int(count) for count in counts]
    except (TypeError, ValueError):
        return found


@exercise("a block twice")
def a_block_twice(repeated: Sequence[float]) -> None:
    """Shares of right answers of ``garden`` where the second block of one stage runs twice."""
    assert repeated is not None, "measure your four shares, and put them in the place of None"
    kind = type(repeated).__name__
    assert isinstance(repeated, list | tuple | Tensor), f"give your four shares as a list: {kind}"
    require_equal("the number of your shares", len(repeated), 4)
    shares = [float(share) for share in repeated]
    assert max(shares) <= 1, "give your shares from 0 to 1"

    def are(expected: Sequence[float]) -> bool:
        pairs = zip(shares, expected, strict=True)
        return all(abs(own - right) <= 0.011 for own, right in pairs)

    expected = (0.754, 0.774, 0.777, 0.783)
    whole = [abs(own - 0.797) <= 0.003 for own in shares]
    assert sum(whole) < 2, "these are shares of the whole network: is your stage really longer?"
    assert not are((0.766, 0.751, 0.731, 0.789)), "your block is out: append it once more instead"
    assert not are((0.697, 0.694, 0.743, 0.769)), "your block runs three times"
    assert not are(expected[::-1]), "give your shares in the order of the stages"
    assert not are((0.754, 0.746, 0.697, 0.7)), (
        "do your stages grow one after the other? Copy the whole network each time"
    )
    assert are(expected), "your shares are others; which block runs twice, and in eval mode?"


@exercise("layers that do nothing")
def layers_that_do_nothing(answer: Callable[[dict[str, Tensor], nn.Module], nn.Module]) -> None:
    """The file of a smaller network and a larger one → the larger one, with its answers."""
    for block, few, many in (
        (BasicBlock, [1, 1, 2, 1], [3, 2, 4, 1]),
        (Bottleneck, [1, 1, 1, 1], [2, 1, 3, 2]),
        (BasicBlock, [2, 2, 2, 2], [2, 2, 11, 2]),
    ):
        small, large = (_busy(ResNet(block, counts, 4, stem_width=8)) for counts in (few, many))
        weights = small.state_dict()
        before, kernels = deepcopy(weights), _kernels_of(large)
        call = f"{name_of(answer)}(weights of {few}, network of {many})"
        found = answer(weights, large)
        assert isinstance(found, nn.Module), f"{call} returns {type(found).__name__}, no network"
        same = all(torch.equal(before[name], tensor) for name, tensor in weights.items())
        assert same, f"{call} changes the weights that it gets"
        _require_same_answers(call, small, found, len(large.layer3))
        now = _kernels_of(found)
        assert set(now) == set(kernels), f"{call}: layers of the larger network are gone"
        touched = [n for n in kernels if n not in weights and not torch.equal(now[n], kernels[n])]
        assert not touched, f"{call} changes a kernel, {touched[:1]}: numbers of norms are enough"
        _require_same_training(call, small, found, sorted(set(now) - set(weights)))


def _kernels_of(network: nn.Module) -> dict[str, Tensor]:
    """A copy of the kernels, by their names."""
    return {name: t.clone() for name, t in network.state_dict().items() if t.ndim == 4}


def _busy(network: ResNet) -> ResNet:
    """In eval mode, with norms that scale and shift, as training leaves them."""
    random = torch.Generator().manual_seed(sum(p.numel() for p in network.parameters()))
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor in (module.weight.data, module.bias.data, module.running_mean):
                tensor.copy_(torch.rand(tensor.shape, generator=random) + 0.2)  # type: ignore[union-attr]
    return network.eval()


@torch.no_grad()
def _require_same_answers(call: str, small: nn.Module, found: nn.Module, depth: int) -> None:
    stage = found.get_submodule("layer3")
    require_equal(f"the blocks of stage 3 after {call}", len(list(stage.children())), depth)
    pictures = torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    expected, answers = small(pictures), found.eval()(pictures)
    gap = float((answers - expected).abs().max() / expected.abs().max())
    far = f"{call}: its answers are off by {gap:.1g} times the largest logit of the smaller one"
    assert gap < 1e-5, far
    kept: Mapping[str, Tensor] = found.state_dict()
    same = all(torch.equal(kept[name], tensor) for name, tensor in small.state_dict().items())
    assert same, f"{call} changes a block that the file has filled"


def _require_same_training(
    call: str, small: nn.Module, found: nn.Module, new_kernels: Sequence[str]
) -> None:
    """The same answers in train mode, and after one step each new kernel gets a gradient."""
    small, found = deepcopy(small).train(), deepcopy(found).train()
    found.requires_grad_(True)
    pictures = torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = small(pictures)
    labels = torch.arange(3)
    optimizer = torch.optim.SGD(found.parameters(), lr=0.01)
    answers = found(pictures)
    gap = float((answers.detach() - expected).abs().max() / expected.abs().max())
    assert gap < 1e-3, (
        f"{call}: in eval mode all is well, but in train mode its answers are off by {gap:.1g}: "
        "there a norm takes mean and variance from the batch"
    )
    nn.functional.cross_entropy(answers, labels).backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    optimizer.zero_grad()
    nn.functional.cross_entropy(found(pictures), labels).backward()  # type: ignore[no-untyped-call]
    silent = [
        name
        for name in new_kernels
        if (gradient := found.get_parameter(name).grad) is None or not gradient.any()
    ]
    assert not silent, (
        f"{call}: after one step of training {silent[0]} still gets no gradient: "
        "which norm must not be 0, so that its block can learn?"
    )
