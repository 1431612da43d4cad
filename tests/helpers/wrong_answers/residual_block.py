"""Answers to the exercises of the chapter ``residual_block``: wrong ones, and right ones."""

from torch import Tensor, nn

from notebook_exercises import RightAnswers, WrongAnswers


def _shares(*counts: float) -> list[float]:
    """Right answers of 150, as accuracies."""
    return [count / 150 for count in counts]


def _adding_in_place(layers: nn.Module, x: Tensor) -> Tensor:
    out = layers.conv1(layers.relu(layers.bn1(x)))
    x += layers.conv2(layers.relu(layers.bn2(out)))
    return x


WRONG: WrongAnswers = {
    "three slopes": {
        "the sum of the paper": 1.45,
        "layers added": 0.45,
        "without the shortcuts": -0.025,
        "one shortcut around all": 0.975,
        "the sign lost": 2.25,
        "blocks added": 3.45,
        "the clean path": 1.0,
    },
    "pre-activation": {
        "relu at the end": {"return out + x": "return (out + x).relu()"},
        "norms after the convolutions": {
            "layers.conv1(layers.relu(layers.bn1(x)))": "layers.relu(layers.bn1(layers.conv1(x)))",
            "layers.conv2(layers.relu(layers.bn2(out)))": (
                "layers.relu(layers.bn2(layers.conv2(out)))"
            ),
        },
        "relu before the norm": {"layers.relu(layers.bn1(x))": "layers.bn1(layers.relu(x))"},
        "the second relu forgotten": {"layers.relu(layers.bn2(out))": "layers.bn2(out)"},
        "norms exchanged": {"layers.bn1(": "layers.bn2(", "layers.bn2(out)": "layers.bn1(out)"},
        "without the shortcut": {"return out + x": "return out"},
        "the shortcut behind the norm": {"return out + x": "return out + layers.bn1(x).relu()"},
        "relu on the shortcut": {"return out + x": "return out + x.relu()"},
        "the block of 2015": {
            "layers.conv1(layers.relu(layers.bn1(x)))": "layers.relu(layers.bn1(layers.conv1(x)))",
            "layers.conv2(layers.relu(layers.bn2(out)))": "layers.bn2(layers.conv2(out))",
        },
        "relu before both norms": {
            "layers.relu(layers.bn1(x))": "layers.bn1(layers.relu(x))",
            "layers.relu(layers.bn2(out))": "layers.bn2(layers.relu(out))",
        },
        "the residual detached": {"return out + x": "return out.detach() + x"},
        "the shortcut detached": {"return out + x": "return out + x.detach()"},
        "added into x": _adding_in_place,
        "added into x, one line": {"return out + x": "x += out\n    return x"},
    },
    "take the layers away": {
        "not put back": _shares(112, 81, 75, 75),
        "the bias stays": _shares(111, 109, 142, 139),
        "the kernel alone": _shares(92, 83, 143, 138),
        "the shortcut taken away": _shares(75, 120, 122, 141),
        "nothing taken away": _shares(141, 141, 141, 141),
        "percent": _shares(11200, 11000, 14100, 13900),
        "one number": 0.94,
        "too few": _shares(112, 110, 141),
        "two exchanged": _shares(110, 112, 141, 139),
    },
    "the bottleneck": {
        "the stride in the 1×1": {
            "(in_channels, width, 1, bias": "(in_channels, width, 1, stride, bias",
            "width, 3, stride, padding": "width, 3, padding",
        },
        "relu before the addition": {
            "out = self.bn3(self.conv3(out))": "out = torch.relu(self.bn3(self.conv3(out)))",
            "return torch.relu(out + shortcut)": "return out + shortcut",
        },
        "relu before and after": {
            "out = self.bn3(self.conv3(out))": "out = torch.relu(self.bn3(self.conv3(out)))",
        },
        "no relu at the end": {"return torch.relu(out + shortcut)": "return out + shortcut"},
        "the second relu forgotten": {
            "torch.relu(self.bn2(self.conv2(out)))": "self.bn2(self.conv2(out))"
        },
        "no expansion": {"out_channels = 4 * width": "out_channels = width"},
        "a downsample only for the stride": {" or in_channels != out_channels": ""},
        "a downsample only for channels": {"stride != 1 or ": ""},
        "the downsample unused": {
            "x if self.downsample is None else self.downsample(x)": "x[:, :1, :1, :1]"
        },
        "the downsample without its norm": {
            "nn.Sequential(adapt, nn.BatchNorm2d(out_channels))": "nn.Sequential(adapt)"
        },
        "biases": {
            "nn.Conv2d(in_channels, width, 1, bias=False)": "nn.Conv2d(in_channels, width, 1)"
        },
        "one norm for two": {"self.bn2(self.conv2": "self.bn1(self.conv2"},
        "without the shortcut": {"return torch.relu(out + shortcut)": "return torch.relu(out)"},
        "in place on x": {"shortcut = x if": "x.relu_()\n        shortcut = x if"},
        "dropout": {
            "out = self.bn3(self.conv3(out))": (
                "out = nn.functional.dropout(self.bn3(self.conv3(out)), 0.5, self.training)"
            ),
        },
        "the shortcut detached": {
            "torch.relu(out + shortcut)": "torch.relu(out + shortcut.detach())"
        },
        "nothing returned": {"return torch.relu(out + shortcut)": "torch.relu(out + shortcut)"},
    },
}

RIGHT: RightAnswers = {
    "three slopes": {"all eight paths": 1 + 0.45 + (-0.125 + 0.1 - 0.05) - 0.025},
    "pre-activation": {
        "in one line": lambda layers, x: (
            x + layers.conv2(layers.relu(layers.bn2(layers.conv1(layers.relu(layers.bn1(x))))))
        ),
        "added into out": {"return out + x": "out += x\n    return out"},
    },
    "take the layers away": {"counted": _shares(112, 110, 141, 139)},
    "the bottleneck": {
        "with a module for ReLU": {
            "self.downsample = None": "self.relu = nn.ReLU(inplace=True)\n"
            "        self.downsample = None",
            "return torch.relu(out + shortcut)": "return self.relu(out + shortcut)",
        },
        "the identity where nothing changes": {
            "self.downsample = None": "self.downsample = nn.Identity()",
            "x if self.downsample is None else self.downsample(x)": "self.downsample(x)",
        },
        "added in place": {
            "return torch.relu(out + shortcut)": "return out.add_(shortcut).relu_()"
        },
    },
}
