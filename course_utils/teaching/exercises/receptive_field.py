"""Checks of the exercises on the receptive field."""

import copy
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from course_utils.analysis import receptive_field
from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_equal,
    require_number,
)

MOST_TOGETHER = 0.5
"""Of a random order so many pairs of a row stay in one; it is a quarter of them at 3×3."""

MOST_AT_HOME = 0.5
"""Of the tables so many may keep the weight of one place; it is a ninth of them at 3×3."""


@exercise("the stride moves")
def the_stride_moves(pixels: float) -> None:
    """Of ResNet-50, whose first 1×1 convolutions of the stages have the stride."""
    slips: dict[float, str] = {
        427: "a 1×1 adds nothing, but the 3×3 behind it now works at another jump",
        455: "your 3×3 adds two jumps, one on each side",
        371: "the jump is larger now, so more pixels are seen",
        435: "the stride moves in three stages",
        459: "the stride moves in three stages",
        539: "count what is added besides: at the old jump the 3×3 added something, too",
        487: "layer1 has no stride of 2, so there nothing changes",
        595: "only the first 3×3 of each stage works at another jump",
    }
    require_number(pixels, 483, absolute=0.5, slips=slips)


@exercise("read it off the layers")
def read_it_off_the_layers(answer: Callable[[nn.Sequential], tuple[int, int, int]]) -> None:
    """A stack of layers → how many pixels a cell sees, the jump, and cell 0's first pixel."""
    for network in _stacks():
        span = receptive_field(network, (1, 256, 256))[""].square
        found = answer(network)
        triple = tuple(found) if isinstance(found, list | tuple) else found
        layers = ", ".join(str(layer) for layer in network)
        expected = span.size, span.stride, span.first
        require_equal(f"{name_of(answer)}(nn.Sequential({layers}))", triple, expected)


def _stacks() -> list[nn.Sequential]:
    def conv(*window: int, **how: int) -> nn.Conv2d:
        return nn.Conv2d(1, 1, *window, **how)  # type: ignore[arg-type]

    return [
        nn.Sequential(conv(3), conv(3)),
        nn.Sequential(conv(3, 2, 1), nn.ReLU(), conv(3, 1, 1)),
        nn.Sequential(conv(3, padding=2, dilation=2), conv(3, padding=4, dilation=4)),
        nn.Sequential(conv(7, 2, 3), nn.BatchNorm2d(1), nn.ReLU(), nn.MaxPool2d(3, 2, 1), conv(3)),
        nn.Sequential(conv(5), nn.AvgPool2d(2), conv(3, 1, 1)),
        nn.Sequential(nn.MaxPool2d(2, 1, dilation=3), conv(4, 3, 2, dilation=2), conv(1, 2, 1)),
    ]


@exercise("inside the kernels")
def inside_the_kernels(answer: Callable[[nn.Module, int], nn.Module]) -> None:
    """A network and a seed → a copy, each of whose tables has its weights in an order of its own.

    The sides of ``insects`` are then 237 to 241: as it was trained it has 203, with all weights
    shuffled 271 to 275, and with whole tables exchanged 271. Those of ``garden`` are 231 to 235:
    as it was trained it has 245, with all weights shuffled 259 to 263, and with whole tables
    exchanged 247 to 255.
    """
    name = name_of(answer)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        inner = nn.Sequential(nn.BatchNorm2d(8), nn.Conv2d(8, 16, 3))
        model = nn.Sequential(nn.Conv2d(3, 8, 7), inner, nn.Conv2d(16, 4, 1))
        before = copy.deepcopy(model.state_dict())
        made = [answer(model, seed) for seed in (1, 1, 2)]
    for one in made:
        assert one is not None, f"{name}(model, 1) gives None: does the function return something?"
        found = type(one).__name__
        assert isinstance(one, nn.Module), f"{name}(model, 1) gives {found}, not a network"
    untouched = all(torch.equal(model.state_dict()[key], value) for key, value in before.items())
    assert untouched, f"{name} changes the model that it is given: copy it first"
    first, again, other = (one.state_dict() for one in made)
    assert list(first) == list(before), f"{name}(model, 1) gives a network with other layers"
    for key, old in before.items():
        if old.dim() == 4:
            _require_own_orders(name, key, old, first[key])
        else:
            same = torch.equal(first[key], old)
            assert same, f"{name} changes {key}: only weights of convolutions move"
    moved = [key for key, old in before.items() if old.dim() == 4 and old[0, 0].numel() > 1]
    for key in moved:
        repeated = torch.equal(first[key], again[key])
        assert repeated, f"{name}(model, 1) gives other weights each time: use the seed"
        fresh = not torch.equal(first[key], other[key])
        assert fresh, f"{name}(model, seed) gives the same for every seed: use the seed"


def _require_own_orders(name: str, key: str, old: Tensor, new: Tensor) -> None:
    """Each table holds what it held, in an order that is hardly ever another table's."""
    assert new.shape == old.shape, f"{name} gives {key} the shape {tuple(new.shape)}"
    kept = torch.equal(new.flatten().sort().values, old.flatten().sort().values)
    assert kept, f"{name}: {key} no longer holds the weights that it held"
    old, new = old.flatten(2), new.flatten(2)  # (out, in, k·k)
    inside = torch.equal(new.sort(dim=2).values, old.sort(dim=2).values)
    assert inside, f"{name}: weights of {key} leave their tables, the last two axes"
    if old.shape[2] == 1:
        return
    assert not torch.equal(new, old), f"{name} leaves {key} as it was: all convolutions count"
    ranks = new.argsort(dim=2).argsort(dim=2)
    sources = old.argsort(dim=2).gather(2, ranks).flatten(0, 1)  # where each weight stood
    different = len({tuple(source) for source in sources.tolist()})
    assert different > 0.9 * len(sources), (
        f"{name}: the {len(sources)} tables of {key} have only {different} orders: draw one "
        "for each table"
    )
    at_home = (sources == torch.arange(old.shape[2])).float().mean(dim=0).max()
    assert at_home < MOST_AT_HOME, (
        f"{name}: in {key} a weight of the same place of each table stays: each may go anywhere"
    )
    side = round(old.shape[2] ** 0.5)
    rows, columns = torch.arange(old.shape[2]) // side, torch.arange(old.shape[2]) % side
    for line, number in (("row", rows), ("column", columns)):
        together = _share_together(sources, number)
        assert together < MOST_TOGETHER, (
            f"{name}: in {key} the weights of a {line} stay together: each weight may go anywhere "
            "in its table"
        )


def _share_together(sources: Tensor, line: Tensor) -> float:
    """Of pairs of weights that stood in one row, or column, how many stand in one again.

    Args:
        sources: For each place of each table, where its weight stood: ``(tables, k·k)``.
        line: The row of each place, or its column.
    """
    lines = line[sources]
    before, now = lines[:, :, None] == lines[:, None], line[:, None] == line
    pairs = before & ~torch.eye(len(line)).bool()
    return float((pairs & now).sum() / pairs.sum())


@exercise("without a hole")
def without_a_hole(answer: Callable[[int], Sequence[int]]) -> None:
    """A number of 3×3 convolutions → their dilations, whose field is large and without a hole."""
    for n in (1, 2, 3, 4, 6):
        call, given = f"{name_of(answer)}({n})", answer(n)
        if given is None:
            require_equal(call, given, ())
        whole = all(float(dilation).is_integer() for dilation in given)
        assert whole, f"{call} gives {list(given)}: a dilation is a whole number"
        found = [int(dilation) for dilation in given]
        assert len(found) == n, f"{call} gives {len(found)} dilations, not {n}"
        assert min(found) >= 1, f"{call} gives {found}: a dilation is at least 1"
        seen = {0}
        for dilation in found:
            seen = {cell + step for cell in seen for step in (-dilation, 0, dilation)}
        field = 2 * sum(found) + 1
        assert len(seen) == field, (
            f"{call} gives {found}: the field is {field} pixels of a row, and your cell sees "
            f"{len(seen)} of them"
        )
        assert field == 3**n, f"{call} gives {found}: no hole, but your field can be larger"
