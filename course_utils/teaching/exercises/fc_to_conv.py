"""Checks of the exercises on the way from fully connected to fully convolutional."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_close,
    require_equal,
    require_number,
)

HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


@exercise("one against three")
def one_against_three(chance: float) -> None:
    """Odds of 81 to 1 in one cell, of 1 to 3 in three; the logits are averaged."""
    slips: dict[float, str] = {
        0.434: "that is the mean of the four probabilities; what does the classifier average?",
        0.75: "you added the logits of the four cells; the classifier averages them",
        0.953: "you averaged the odds; the classifier averages logits, their logarithms",
        1.316: "these are the odds; what probability is that?",
        0.988: "that is what the surest cell says alone",
        0.25: "that is what each of the three cells says alone",
        0.432: "with these signs the three cells outvote the one: look at the odds once more",
    }
    require_number(chance, 0.568, slips=slips)


@exercise("a head that flattens")
def a_head_that_flattens(answer: Callable[[nn.Sequential, int], nn.Sequential]) -> None:
    """The end of a VGG and the channels of its map → the same for every place of a larger map."""
    name = name_of(answer)
    for case, (head, channels, side) in enumerate(_heads()):
        before = [parameter.detach().clone() for parameter in head.parameters()]
        call = f"{name}(head, {channels}), for maps of {side}×{side} cells,"
        made = answer(head, channels)
        if made is None:
            require_equal(call, made, head)
        assert isinstance(made, nn.Module), f"{call} gives {type(made).__name__}, not a network"
        kinds = {type(layer) for layer in made.modules()}
        for kind in (nn.Linear, nn.Flatten, nn.LazyLinear):
            assert kind not in kinds, f"{call} still holds a {kind.__name__}"
        after = list(head.parameters())
        kept = len(before) == len(after) and all(map(torch.equal, before, after))
        assert kept, f"{name} changes the head that it is given: its weights are to stay"
        before_modes = [layer.training for layer in head if isinstance(layer, nn.Dropout)]
        modes = [layer.training for layer in made.modules() if isinstance(layer, nn.Dropout)]
        assert modes == before_modes, (
            f"{call} has other Dropout layers than head, or in other modes"
        )
        _require_same_answers(call, head, made, (channels, side), seed=case)
        with torch.no_grad():
            for parameter in made.parameters():
                parameter.zero_()
        shared = not all(map(torch.equal, before, head.parameters()))
        assert not shared, f"{call} shares its weights with head: copy them"


def _heads() -> Iterator[tuple[nn.Sequential, int, int]]:
    """Heads in eval mode, with random weights, the channels of their maps, and the maps' sides."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        heads: list[tuple[list[nn.Module], int, int]] = [
            ([nn.Linear(2 * 9, 5), nn.ReLU(), nn.Dropout(), nn.Linear(5, 4)], 2, 3),
            ([nn.Linear(4 * 4, 3, bias=False)], 4, 2),
            (
                [
                    nn.Dropout(),
                    *(nn.Linear(3 * 16, 48), nn.ReLU()),
                    *(nn.Linear(48, 12), nn.ReLU(), nn.Dropout(), nn.Linear(12, 2)),
                ],
                3,
                4,
            ),
            ([nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 7)], 5, 1),
        ]
    for layers, channels, side in heads:
        yield nn.Sequential(nn.Flatten(), *layers).eval(), channels, side


def _require_same_answers(
    call: str, head: nn.Module, made: nn.Module, size: tuple[int, int], seed: int
) -> None:
    channels, side = size
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        one = torch.randn(2, channels, side, side, generator=generator)
        require_close(f"{call} of one such map", made(one), head(one)[:, :, None, None])
        large = torch.randn(2, channels, side + 1, side + 3, generator=generator)
        places = large.unfold(2, side, 1).unfold(3, side, 1)  # (N, C, 2, 4, k, k)
        flat = places.permute(0, 2, 3, 1, 4, 5).flatten(0, 2)
        expected = head(flat).view(2, 2, 4, -1).permute(0, 3, 1, 2)
        require_close(f"{call} of a map of {side + 1}×{side + 3}", made(large), expected)


@exercise("how large must the bee be")
def how_large_must_the_bee_be(share: float) -> None:
    """Of cells like those of the bee, so that the average of a map says bee."""
    slips: dict[float, str] = {
        0.022: "that is the share of the nine cells now; how large must it become?",
        0.065: "that is the share of the cells that say bee now; how large must it become?",
        75.5: "that is a number of cells; which share of 416 is it?",
        0.166: "18 of the other 407 cells say bee, too: leave them out of the cells without",
        0.5: "mix logits, as the average does, and no probabilities",
        0.426: "mix logits, as the average does, and no probabilities",
        0.046: "there bee overtakes one class; it must overtake the one that leads",
        0.13: "there bee overtakes one class; it must overtake the one that leads",
    }
    require_number(share, 0.185, absolute=0.0055, slips=slips)


@exercise("Grad-CAM")
def grad_cam(answer: Callable[[nn.Module, nn.Module, Tensor, int], Tensor]) -> None:
    """A body, a head of any kind, a picture and a class → its map by gradients."""
    name = name_of(answer)
    for what, body, head, image, index in _networks():
        call = f"{name}(body, head, image, {index}), with {what} as head,"
        weights = [p.detach().clone() for p in (*body.parameters(), *head.parameters())]
        found = answer(body, head, image.clone(), index)
        expected = _by_gradients(body, head, image, index)
        if isinstance(found, Tensor):
            found = found.detach()
        require_close(call, found, expected, relative=1e-4, absolute=1e-6)
        modules = [*body.modules(), *head.modules()]
        hooks = any(getattr(module, kind, None) for module in modules for kind in HOOKS)
        assert not hooks, f"{name} leaves hooks on the network: remove them"
        kept = all(map(torch.equal, weights, (*body.parameters(), *head.parameters())))
        trained = any(module.training for module in modules)
        assert kept and not trained, f"{name} changes the network, or its mode"


def _networks() -> list[tuple[str, nn.Module, nn.Module, Tensor, int]]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        body = nn.Sequential(nn.Conv2d(3, 6, 3, 2, 1), nn.ReLU(), nn.Conv2d(6, 8, 3, 2, 1))
        average = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4))
        flat = nn.Sequential(nn.Flatten(), nn.Linear(8 * 12, 16), nn.ReLU(), nn.Linear(16, 4))
        image = torch.randn(1, 3, 12, 16)  # a map of 3×4 cells
    cases: list[tuple[str, nn.Module, nn.Module, Tensor, int]] = []
    for index in (1, 2, 3):
        cases.append(("an average and a layer", body.eval(), average.eval(), image, index))
        cases.append(("two layers", body.eval(), flat.eval(), image, index))
    return cases


def _by_gradients(body: nn.Module, head: nn.Module, image: Tensor, index: int) -> Tensor:
    with torch.enable_grad():
        features = body(image).detach().requires_grad_()
        (gradient,) = torch.autograd.grad(head(features)[0, index], features)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    expected: Tensor = (alpha * features.detach()).sum(dim=1)[0].relu()
    return expected
