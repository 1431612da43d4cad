"""Checks of the exercises on training and transfer."""

import copy
import math
from collections.abc import Callable, Sequence
from functools import cache
from statistics import fmean

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.data import dataset_path, evaluation_transform
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import IMAGENET_PREPROCESSING
from course_utils.inference import Classifier
from course_utils.models.resnet import resnet18
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


HeadAnswer = Callable[[nn.Module, int], nn.Module]


@exercise("a new head")
def a_new_head(answer: HeadAnswer) -> None:
    """A network with a fresh last layer; only this one learns, and nothing else ever moves."""
    for classes, mode in ((2, True), (5, False)):
        _try_new_head(answer, classes, mode)


def _try_new_head(answer: HeadAnswer, classes: int, mode: bool) -> None:
    call = f"{name_of(answer)}(model, {classes})"
    with torch.random.fork_rng():
        torch.manual_seed(classes)
        model = resnet18(8, stem_width=4).train(mode)
        before = copy.deepcopy(model.state_dict())
        old = model.fc
        found = answer(model, classes)
        assert found is not None, f"{call} gives None: does the function return something?"
        assert isinstance(found, nn.Module), f"{call} gives {type(found).__name__}, no network"
        _require_fresh(call, found, old, classes)
        _require_new_numbers(call, answer, found, before, classes)
        _require_stillness(call, found, before)


def _require_fresh(call: str, model: nn.Module, old: nn.Module, classes: int) -> None:
    head = getattr(model, "fc", None)
    assert isinstance(head, nn.Linear), f"{call}: fc is {type(head).__name__}, not nn.Linear"
    assert head is not old, f"{call}: fc is still the old layer"
    sizes = head.in_features, head.out_features
    require_equal(f"inputs and outputs of fc after {call}", sizes, (32, classes))
    assert head.bias is not None, f"{call}: the new head has no bias"
    assert float(head.weight.detach().std()) > 0, f"{call}: all weights of the head are equal"


def _require_new_numbers(
    call: str, answer: HeadAnswer, model: nn.Module, before: dict[str, Tensor], classes: int
) -> None:
    """No row is one of the old head's, and another call makes other rows."""
    rows = torch.cat([model.get_parameter("fc.weight").detach(), before["fc.weight"]])
    apart = torch.pdist(rows)
    assert float(apart.min()) > 1e-4, f"{call}: rows of the new head are copies, no fresh weights"
    again = answer(copy.deepcopy(model), classes)
    same = torch.equal(again.get_parameter("fc.weight"), model.get_parameter("fc.weight"))
    assert not same, f"{call}, called twice, gives the same head: its weights are not random"


def _require_stillness(call: str, model: nn.Module, before: dict[str, Tensor]) -> None:
    """After a step of training the body is what it was, and the head is not."""
    learning = [name for name, p in model.named_parameters() if p.requires_grad]
    assert learning, f"{call}: no parameter can learn, not even the head's"
    require_equal(f"what learns after {call}", sorted(learning), ["fc.bias", "fc.weight"])
    head = copy.deepcopy(model.get_submodule("fc").state_dict())
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    loss = F.cross_entropy(model(torch.rand(4, 3, 64, 64)), torch.tensor([0, 1, 0, 1]))
    torch.autograd.backward(loss)
    optimizer.step()
    for name, tensor in model.state_dict().items():
        if name.startswith("fc."):
            moved = not torch.equal(tensor, head[name.removeprefix("fc.")])
            assert moved, f"{call}: {name} does not learn"
        else:
            assert name in before and torch.equal(tensor, before[name]), (
                f"{call}: {name} changes when pictures pass through; look at the batch norms"
                if "running" in name or "num_batches" in name
                else f"{call}: {name} is not what it was"
            )


@exercise("few pictures")
def few_pictures(mean_accuracy: float) -> None:
    """The mean accuracy of ten heads that learned from ten pictures of each class."""
    measured = _heads_of_few()
    slips = {
        measured["of one kind"]: "the first twenty training pictures are all ants",
        measured["all"]: "that is with all training pictures",
        measured["on what they learned from"]: "measure on the validation pictures, unseen",
        100 * measured["right"]: "give it as a share, from 0 to 1",
        1 - measured["right"]: "that is the share of wrong answers",
        measured["five"]: "that is with five pictures of each class",
        measured["twenty"]: "that is with twenty pictures of each class",
    }
    require_number(mean_accuracy, measured["right"], absolute=0.012, slips=slips)


@cache
def _heads_of_few() -> dict[str, float]:
    """What can be measured with few pictures, right or by a slip."""
    network = Classifier.from_checkpoint("garden-resnet18", device="cpu").model
    body = nn.Sequential(*list(network.children())[:-1])
    known, unseen = (_features(body, split) for split in ("train", "val"))
    ants = int((known[1] == 0).sum())

    def mean_of_ten(chosen: list[int], on: tuple[Tensor, Tensor] | None = None) -> float:
        rows, labels = known[0][chosen], known[1][chosen]
        return fmean(_head_accuracy(rows, labels, on or unseen, seed) for seed in range(10))

    def of_each(number: int) -> list[int]:
        return [*range(number), *range(ants, ants + number)]

    ten = of_each(10)
    return {
        "right": mean_of_ten(ten),
        "of one kind": mean_of_ten(list(range(20))),
        "all": mean_of_ten(list(range(len(known[1])))),
        "on what they learned from": mean_of_ten(ten, (known[0][ten], known[1][ten])),
        "five": mean_of_ten(of_each(5)),
        "twenty": mean_of_ten(of_each(20)),
    }


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
    ways = {tuple(sorted(answer(twins, 0.25, seed)[1])) for seed in range(8)}
    call = f"{name_of(answer)}(pictures, 0.25, seed)"
    assert len(ways) > 4, f"{call} gives the same split for most seeds"
    seen = {twins[position] for held in ways for position in held}
    assert len(seen) > 12, f"{call}: some pictures are never for validation, whatever the seed"


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
