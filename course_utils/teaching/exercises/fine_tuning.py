"""Checks of the exercises on training and transfer."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.data import dataset_path, evaluation_transform
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import IMAGENET_PREPROCESSING
from course_utils.inference import Classifier
from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_equal,
    require_number,
)


@exercise("the second step")
def the_second_step(w_0: float) -> None:
    """The first weight after two steps, the second one without ``zero_grad``."""
    new = 1 - 1 / (1 + math.exp(-1))  # p - y of class 0, without its sign
    slips = {
        0.5 + new: "that is with zero_grad: what does backward do to a gradient that is there?",
        -0.5 - 0.5 - new: "that is the weight of the other class",
        1.5: "the gradient was -0.5 in the first step; what is it now?",
        1.0: "the gradient was -0.5 in the first step; what is it now?",
        0.5 - 0.5 - new: "a step goes against the gradient",
        0.5 + new - 0.5: "the old gradient and the new one have the same sign",
        -0.5 - new: "that is the gradient; how far does the weight go from 0.5?",
        0.5 + new + (1 - new): "the right class is 0: its y is 1",
    }
    require_number(w_0, 0.5 + 0.5 + new, slips=slips)


Batch = tuple[Tensor, Tensor]
LoopAnswer = Callable[[nn.Module, list[Batch], torch.optim.Optimizer, int], Sequence[float]]


@dataclass(frozen=True)
class _Slips:
    """What a loop may have forgotten."""

    cleared: bool = True
    training: bool = True
    still: bool = True


SLIPS = {
    "it is not as if zero_grad was called for each step": _Slips(cleared=False),
    "the network is not in train mode": _Slips(training=False, still=False),
    "a frozen batch norm moves: after train(), put it into eval mode": _Slips(still=False),
}


@exercise("the loop")
def the_loop(answer: LoopAnswer) -> None:
    """Train for some epochs, keep frozen norms still, and give the mean loss of each epoch."""
    for epochs, training, frozen in ((1, True, True), (3, False, True), (2, False, False)):
        _try_loop(answer, epochs, training, frozen)


def _try_loop(answer: LoopAnswer, epochs: int, training: bool, frozen: bool) -> None:
    call = f"{name_of(answer)}(model, batches, optimizer, {epochs})"
    model, optimizer = _small_network(training, frozen)
    batches = _uneven_batches()
    found = answer(model, batches, optimizer, epochs)
    assert found is not None, f"{call} gives None: does the function return something?"
    assert isinstance(found, list | tuple | Tensor), f"{call} gives {type(found).__name__}, no list"
    require_equal(f"the number of losses of {call}", len(found), epochs)
    wanted, state = _loop(epochs, training, frozen, _Slips())
    for name, tensor in model.state_dict().items():
        if not torch.allclose(tensor.double(), state[name].double(), rtol=1e-4, atol=1e-5):
            raise AssertionError(f"{call}: {_forgotten(model, name, epochs, training, frozen)}")
    _require_losses(call, [float(loss) for loss in found], wanted)


def _require_losses(call: str, found: list[float], wanted: list[list[float]]) -> None:
    """Compare with the mean of each epoch; ``wanted`` has the losses of its batches."""
    sizes = [len(labels) for _, labels in _uneven_batches()]

    def each(mean: Callable[[list[float]], float]) -> bool:
        right = torch.tensor([mean(losses) for losses in wanted])
        return torch.allclose(torch.tensor(found), right, rtol=1e-4, atol=1e-5)

    def of_a_picture(losses: list[float]) -> float:
        return sum(n * x for n, x in zip(sizes, losses, strict=True)) / sum(sizes)

    assert not each(fmean), f"{call}: the last batch is smaller, so its loss counts for less"
    assert not each(sum), f"{call}: these are sums over the batches, not means"
    assert not each(lambda losses: losses[-1]), f"{call}: that is the loss of the last batch alone"
    assert each(of_a_picture), f"{call}: the training is right, and its losses are others"


def _forgotten(model: nn.Module, name: str, epochs: int, training: bool, frozen: bool) -> str:
    """Say what a loop forgot that ends with another network."""
    for hint, slips in SLIPS.items():
        _, state = _loop(epochs, training, frozen, slips)
        pairs = [(model.state_dict()[one].double(), t.double()) for one, t in state.items()]
        if all(torch.allclose(a, b, rtol=1e-4, atol=1e-5) for a, b in pairs):
            return hint
    return f"{name} is not what {epochs} times all batches, a step for each, make of it"


def _loop(
    epochs: int, training: bool, frozen: bool, slips: _Slips
) -> tuple[list[list[float]], dict[str, Tensor]]:
    """The losses of all batches, and the network in the end."""
    model, optimizer = _small_network(training, frozen)
    losses: list[list[float]] = []
    for _ in range(epochs):
        model.train(slips.training or training)
        for module in model.modules():
            if slips.still and isinstance(module, nn.BatchNorm2d):
                module.train(module.weight.requires_grad)
        losses.append([])
        for images, labels in _uneven_batches():
            loss = F.cross_entropy(model(images), labels)
            if slips.cleared:
                optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            losses[-1].append(loss.item())
    return losses, model.state_dict()


def _small_network(training: bool, frozen: bool) -> tuple[nn.Module, torch.optim.Optimizer]:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        body = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).requires_grad_(not frozen)
        top = nn.Sequential(nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten())
        model = nn.Sequential(body, top, nn.Linear(64, 3)).train(training)
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return model, torch.optim.SGD(learning, lr=0.1)


def _uneven_batches() -> list[Batch]:
    """Twice four pictures, and one of two."""
    random = torch.Generator().manual_seed(1)
    return [
        (
            torch.randn(number, 3, 8, 8, generator=random) + 1,
            torch.randint(0, 3, (number,), generator=random),
        )
        for number in (4, 4, 2)
    ]


@exercise("few pictures")
def few_pictures(mean_accuracy: float) -> None:
    """The mean accuracy of ten heads, each from ten pictures of each class, drawn anew."""
    measured = _heads_of_few()
    slips = {
        measured["of one kind"]: "a head that has seen one class alone always gives its name",
        measured["all"]: "that is with all training pictures",
        measured["on what they learned from"]: "measure on the validation pictures, unseen",
        100 * measured["right"]: "give it as a share, from 0 to 1",
        1 - measured["right"]: "that is the share of wrong answers",
        measured["two"]: "that is with two pictures of each class",
        measured["five"]: "that is with five pictures of each class",
        measured["the first"]: "those are the first ten of each class: draw anew for each seed",
    }
    require_number(mean_accuracy, measured["right"], absolute=TOLERANCE, slips=slips)


TOLERANCE = 0.008


@cache
def _heads_of_few() -> dict[str, float]:
    """What can be measured with few pictures, right or by a slip."""
    network = Classifier.from_checkpoint("garden-resnet18", device="cpu").model
    body = nn.Sequential(*list(network.children())[:-1])
    known, unseen = (_features(body, split) for split in ("train", "val"))
    half = len(known[1]) // 2

    def mean_of_ten(number: int, drawn: bool = True, on_own: bool = False) -> float:
        shares = []
        for seed in range(10):
            chosen = _of_each(number, half, seed) if drawn else _first(number, half)
            rows, labels = known[0][chosen], known[1][chosen]
            shares.append(_head_accuracy(rows, labels, (rows, labels) if on_own else unseen, seed))
        return fmean(shares)

    return {
        "right": mean_of_ten(10),
        "of one kind": 0.5,
        "all": mean_of_ten(half, drawn=False),
        "on what they learned from": mean_of_ten(10, on_own=True),
        "two": mean_of_ten(2),
        "five": mean_of_ten(5),
        "the first": mean_of_ten(10, drawn=False),
    }


def _of_each(number: int, half: int, seed: int) -> Tensor:
    """Ants and bees at random, as the exercise says to draw them."""
    random = torch.Generator().manual_seed(seed)
    ants, bees = (torch.randperm(half, generator=random)[:number] for _ in range(2))
    return torch.cat([ants, half + bees])


def _first(number: int, half: int) -> Tensor:
    return torch.cat([torch.arange(number), half + torch.arange(number)])


@torch.no_grad()
def _features(body: nn.Module, split: str) -> tuple[Tensor, Tensor]:
    transform = evaluation_transform(IMAGENET_PREPROCESSING.at(96))
    pictures = ImageFolder(dataset_path("insects") / split, transform)
    images, labels = zip(*(pictures[i] for i in range(len(pictures))), strict=True)
    parts = torch.split(torch.stack(images), 50)
    return torch.cat([body(part).flatten(1) for part in parts]), torch.tensor(labels)


def _head_accuracy(rows: Tensor, labels: Tensor, on: tuple[Tensor, Tensor], seed: int) -> float:
    """The chapter's ``train_head`` and ``share_right``."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        head = nn.Linear(rows.shape[1], 2)
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-2)
    for _ in range(300):
        loss = F.cross_entropy(head(rows), labels)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    return float((head(on[0]).argmax(dim=1) == on[1]).float().mean())


SplitAnswer = Callable[[Sequence[str], float, int], tuple[list[int], list[int]]]


@exercise("a split without a leak")
def a_split_without_a_leak(answer: SplitAnswer) -> None:
    """Positions of files for training and for validation, with no picture on both sides."""
    twins = [f"picture {number}" for number in range(20)] * 2
    uneven = [name for number in range(10) for name in [f"p{number}"] * (1 + 3 * (number % 3))]
    for pictures in (["b", "a", "a", "b", "c", "d"], twins, uneven):
        for share in (0.25, 0.5):
            _try_split(answer, pictures, share)
    starts = {tuple(sorted(answer(_salted(twins, salt), 0.25, 0)[1])) for salt in range(5)}
    assert len(starts) == 1, (
        f"{name_of(answer)}(pictures, 0.25, 0) depends on the order of a set, which is another "
        "after the next start of Python"
    )
    ways = {tuple(sorted(answer(twins, 0.25, seed)[1])) for seed in range(8)}
    call = f"{name_of(answer)}(pictures, 0.25, seed)"
    assert len(ways) > 4, f"{call} gives the same split for most seeds"
    seen = {twins[position] for held in ways for position in held}
    assert len(seen) > 12, f"{call}: some pictures are never for validation, whatever the seed"


class _Name(str):
    """A name whose place in a set depends on the salt, as after another start of Python."""

    __slots__ = ("salt",)
    salt: int

    def __hash__(self) -> int:
        return hash((self.salt, str(self)))


def _salted(pictures: Sequence[str], salt: int) -> list[str]:
    names = [_Name(picture) for picture in pictures]
    for name in names:
        name.salt = salt
    return list(names)


def _try_split(answer: SplitAnswer, pictures: list[str], share: float) -> None:
    given = list(pictures)
    call = f"{name_of(answer)}({pictures if len(pictures) < 8 else 'pictures'}, {share}, 0)"
    found = answer(given, share, 0)
    assert given == pictures, f"{call} changes the list that it gets"
    assert isinstance(found, tuple | list) and len(found) == 2, f"{call} gives no two lists"
    training, validation = ([int(position) for position in part] for part in found)
    assert training or validation, f"{call} gives two empty lists"
    known, held = ({pictures[i] for i in part} for part in (training, validation))
    assert known.isdisjoint(held), f"{call}: {min(known & held)!r} is on both sides"
    everything = sorted(training + validation)
    assert everything == list(range(len(pictures))), f"{call}: a file is on no side, or there twice"
    wanted = round(share * len(set(pictures)))
    require_equal(f"the number of pictures for validation of {call}", len(held), wanted)
    again = answer(list(pictures), share, 0)
    same = [sorted(part) for part in again] == [sorted(part) for part in found]
    assert same, f"{call}, called twice, gives two splits: the seed should decide alone"
