"""Checks of the exercises on the classic networks."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from course_utils.teaching.exercises.checks import exercise, require_equal

Network = tuple[str, float, float]
"""Name, cost and accuracy."""


class _Small(nn.Module):
    """A network built like AlexNet, VGG and MobileNet: ``features``, then ``classifier``."""

    def __init__(self, *classifier: nn.Module) -> None:
        super().__init__()
        pooled = nn.AdaptiveAvgPool2d(1), nn.Flatten()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), *pooled)
        self.classifier = nn.Sequential(*classifier)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.classifier(self.features(images))
        return logits


@exercise("parameters of a convolution")
def convolution_parameters(answer: Callable[[int, int, int, bool], int]) -> None:
    """``(in_channels, out_channels, kernel_size, bias)`` → how many numbers it learns."""
    for case in ((3, 64, 7, False), (3, 64, 3, True), (5, 2, 1, True)):
        inputs, outputs, kernel, bias = case
        layer = nn.Conv2d(inputs, outputs, kernel, bias=bias, device="meta")
        expected = sum(parameter.numel() for parameter in layer.parameters())
        require_equal(f"conv_parameters{case}", answer(*case), expected)


@exercise("multiply–adds of a convolution")
def convolution_multiply_adds(answer: Callable[[int, int, int, int, int, int], int]) -> None:
    """``(in_channels, out_channels, kernel_size, stride, padding, side)`` of a square picture."""
    for case in ((2, 3, 3, 1, 1, 4), (3, 64, 7, 2, 3, 224), (3, 4, 3, 2, 0, 8)):
        inputs, outputs, kernel, stride, padding, side = case
        layer = nn.Conv2d(inputs, outputs, kernel, stride, padding, device="meta")
        picture = torch.empty(1, inputs, side, side, device="meta")
        positions = layer(picture)[0, 0].numel()
        expected = layer.weight.numel() * positions
        require_equal(f"conv_multiply_adds{case}", answer(*case), expected)


@exercise("share in fully connected layers")
def fully_connected_share(answer: Callable[[nn.Module], float]) -> None:
    """Parameters in ``nn.Linear`` layers, as a share of all."""
    convolution, hidden, last = nn.Conv2d(1, 2, 3), nn.Linear(2, 30), nn.Linear(30, 10)
    for what, model, share in (
        ("a network of 20 + 90 + 310", nn.Sequential(convolution, hidden, last), 400 / 420),
        ("the same, nested", nn.Sequential(convolution, nn.Sequential(hidden, last)), 400 / 420),
        ("a network of convolutions", nn.Sequential(convolution, nn.Conv2d(2, 4, 1)), 0.0),
    ):
        found = answer(model)
        rounded = None if found is None else round(float(found), 6)
        require_equal(f"linear_share({what})", rounded, round(share, 6))


@exercise("nobody beats them")
def unbeaten_networks(answer: Callable[[list[Network]], list[str]]) -> None:
    """The Pareto front, in the order given: no other is as good in both and better in one."""
    for networks, expected in (
        ([("a", 1, 60), ("b", 2, 70), ("c", 3, 65), ("d", 4, 80)], ["a", "b", "d"]),
        ([("big", 9, 80), ("old", 9, 60), ("small", 1, 60)], ["big", "small"]),
        ([("slow", 5, 70), ("quick", 2, 70)], ["quick"]),
        ([("one", 2, 70), ("other", 2, 70)], ["one", "other"]),
    ):
        found = answer(list(networks))
        names = None if found is None else list(found)
        require_equal(f"unbeaten({networks})", names, expected)


@exercise("a head of your own")
def own_head(answer: Callable[[nn.Module, int], nn.Module]) -> None:
    """A fresh last layer in ``classifier``, which is fully connected; all else stays."""
    hidden = nn.Linear(8, 6), nn.ReLU(), nn.Dropout(), nn.Linear(6, 9)
    for parts in ((nn.Dropout(), nn.Linear(8, 9)), hidden):
        model = _Small(*parts).eval()
        body = {name: tensor.clone() for name, tensor in list(model.state_dict().items())[:-2]}
        found = answer(model, 4)
        assert isinstance(found, nn.Module), f"it gives {type(found).__name__}, not the network"
        shape = tuple(found(torch.zeros(2, 3, 8, 8)).shape)
        require_equal("the shape of the logits of two pictures", shape, (2, 4))
        _require_same_but_last(found, [type(part).__name__ for part in parts], body)


def _require_same_but_last(model: nn.Module, kinds: list[str], body: dict[str, Tensor]) -> None:
    layers = list(model.get_submodule("classifier").children())
    require_equal("the classifier's layers", [type(layer).__name__ for layer in layers], kinds)
    now = model.state_dict()
    same = all(name in now and torch.equal(now[name], old) for name, old in body.items())
    assert same, "the layers before the head are not the same as before"
    extra = [name for name in now if name not in body and not name.startswith("classifier")]
    assert not extra, f"the network has a layer too many: {extra[0].split('.')[0]}"
