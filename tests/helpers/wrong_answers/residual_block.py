"""Wrong answers to the exercises of the chapter ``residual_block``."""

from notebook_exercises import WrongAnswers

WRONG: WrongAnswers = {
    "block by hand": {
        "relu before the addition": {"max(0.0, r + value)": "max(0.0, r) + value"},
        "one relu": {"max(0.0, first * value)": "first * value"},
        "without the shortcut": {"r + value": "r"},
    },
    "parameters of a block": {
        "without the downsample": {"stride != 1 or in_channels != channels": "False"},
        "a downsample only for channels": {"stride != 1 or ": ""},
        "a bias for every convolution": {"return total": "return total + 2 * channels"},
    },
    "forward of a block": {
        "call the block": lambda block, x: block(x),
        "forget the downsample": {"block.downsample is not None": "False"},
        "add into x": {"return torch.relu(out + identity)": "return identity.add_(out).relu()"},
    },
    "pre-activation": {
        "relu at the end": {"return out + x": "return (out + x).relu()"},
        "norms after the convolutions": {
            "layers.conv1(layers.relu(layers.bn1(x)))": "layers.relu(layers.bn1(layers.conv1(x)))",
            "layers.conv2(layers.relu(layers.bn2(out)))": (
                "layers.relu(layers.bn2(layers.conv2(out)))"
            ),
        },
    },
    "gradient norms": {
        "gradients that add up": {"model.zero_grad()": "pass"},
        "norms of the weights": {"weight.grad.norm()": "weight.norm()"},
        "without the shortcuts": {"if isinstance": "if 'downsample' not in name and isinstance"},
    },
}
