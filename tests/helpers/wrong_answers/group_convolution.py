"""Wrong answers to the exercises of the chapter ``group_convolution``."""

from torch import Tensor, nn

from notebook_exercises import WrongAnswers, solution

separable = solution("separable convolution")


class FirstLayerUnused(nn.Sequential):
    def forward(self, x: Tensor) -> Tensor:
        return self[1](x)


WRONG: WrongAnswers = {
    "weights of a group convolution": {
        "forget the groups": {" // groups": ""},
        "divide twice": {"// groups": "// groups**2"},
        "one row of the kernel": {"kernel**2": "kernel"},
    },
    "one dense kernel": {
        "repeat instead of zeros": lambda weight, groups: weight.repeat(1, groups, 1, 1),
        "channels in turn": {"first_column : first_column + per_group": "group::groups"},
        "all in the first block": {"group * per_group\n": "0\n"},
        "leave it as it is": lambda weight, groups: weight,
    },
    "channel shuffle": {
        "shuffle back": {"groups, c // groups": "c // groups, groups"},
        "reshape without transpose": {".transpose(1, 2)": ""},
        "shuffle and turn": {"reshape(n, c, h, w)": "reshape(n, c, h, w).flip(2, 3)"},
        "reverse the groups": {".transpose(1, 2)": ".flip(1)"},
    },
    "separable convolution": {
        "without groups": {"groups=in_channels,": ""},
        "pointwise first": lambda *sizes: nn.Sequential(*list(separable(*sizes))[::-1]),
        "without padding": {"padding=padding,": ""},
        "with bias": {" bias=False,\n": " bias=True,\n", "1, bias=False": "1, bias=True"},
        "depthwise never called": lambda *sizes: FirstLayerUnused(*separable(*sizes)),
        "relu between": {"nn.Conv2d(in_channels, out": "nn.ReLU(), nn.Conv2d(in_channels, out"},
        "reflected edges": {"padding=padding,": "padding=padding, padding_mode='reflect',"},
    },
    "multiply-adds per byte": {
        "count numbers instead of bytes": {"4 * (": "("},
        "forget the weights": {" + weights": ""},
        "of the ordinary layer": {" // groups": ""},
    },
}
