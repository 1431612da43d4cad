"""Wrong answers to the exercises of the chapter ``fc_to_conv``."""

from notebook_exercises import WrongAnswers

WRONG: WrongAnswers = {
    "connected everywhere": {
        "without bias": {"None], bias)": "None])"},
        "pooled first": {"conv2d(features,": "conv2d(features.mean(dim=(2, 3), keepdim=True),"},
        "turned weight": {"weight[:, :, ": "weight.T.reshape(weight.shape)[:, :, "},
        "classes last": {"None], bias)": "None], bias).movedim(1, -1)"},
    },
    "a weight for every cell": {
        "cells before channels": {"channels, side, side)": "side, side, channels).movedim(-1, 1)"},
        "columns before rows": {"side, side)": "side, side).transpose(2, 3)"},
        "always one cell": lambda weight, channels: weight[:, :, None, None],
        "always seven": {"round(cells**0.5)": "7"},
    },
    "how many answers": {
        "cells rounded down": {"-(-pixels // 32)": "pixels // 32"},
        "without the first": {"// stride + 1": "// stride"},
        "windows of pixels": lambda pixels, window, stride: max(
            0, (pixels - 32 * window) // (32 * stride) + 1
        ),
        "fewer than none": {"max(0, ": "max(-99, "},
        "stride is the window": {"// stride": "// window"},
    },
    "memory estimate": {
        "outputs once": {"2 * outputs": "outputs"},
        "a million bytes": {"2**20": "1e6"},
        "without the input": {"math.prod(input_shape) + ": ""},
        "parameters twice": {"+ parameters": "+ 2 * parameters"},
    },
    "what is left over": {
        "what is called": {"not in called": "in called"},
        "with containers": {"recurse=False": "recurse=True"},
        "without parameters too": {
            "list(layer.parameters(recurse=False))": "not list(layer.children())"
        },
        "direct children": {"named_modules": "named_children", "recurse=False": "recurse=True"},
        "leave hooks": {"hook.remove()": "pass"},
        "leave train mode": {"model(images)": "model.train()(images)"},
    },
}
