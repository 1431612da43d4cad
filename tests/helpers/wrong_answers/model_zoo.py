"""Wrong answers to the exercises of the chapter ``model_zoo``."""

from notebook_exercises import WrongAnswers

WRONG: WrongAnswers = {
    "parameters of a convolution": {
        "forget the bias": {" + bias": ""},
        "a bias for each weight": {"(in_channels * kernel": "in_channels * (kernel"},
        "kernels without depth": {"(in_channels * kernel": "(kernel"},
        "one side of the kernel": {"kernel_size**2": "kernel_size"},
    },
    "multiply–adds of a convolution": {
        "at every pixel of the input": {"row**2": "side**2"},
        "without the padding": {" + 2 * padding": ""},
        "two for each": {"return ": "return 2 * "},
    },
    "share in fully connected layers": {
        "look at the surface only": {"model.modules()": "model.children()"},
        "the last layer only": {"model.modules()": "list(model.modules())[-1:]"},
        "share of the layers": {
            "isinstance(part, nn.Linear)": "isinstance(part, nn.Linear | nn.Conv2d)",
            "return ": "return sum(isinstance(p, nn.Linear) for p in layers) / len(layers) #",
        },
        "weights without biases": {"layer.parameters()": "[layer.weight]"},
    },
    "nobody beats them": {
        "the most accurate only": lambda networks: [max(networks, key=lambda one: one[2])[0]],
        "beaten only if worse in both": {"<= one[1]": "< one[1]", ">= one[2]": "> one[2]"},
        "twins beat each other": {"other[1:] != one[1:]": "other is not one"},
        "cheapest first": {"one in networks": "one in sorted(networks, key=lambda one: one[1])"},
    },
    "a head of your own": {
        "a layer beside the network": {"model.classifier[-1] = nn": "model.fc = nn"},
        "a layer after the old head": {
            "model.classifier[-1] = nn.Linear(old.in_features, num_classes)": (
                "model.classifier.append(nn.Linear(old.out_features, num_classes))"
            )
        },
        "one layer instead of the classifier": {
            "model.classifier[-1] = nn.Linear(": "model.classifier = nn.Sequential(*[nn.Linear(",
            "num_classes)\n    return": "num_classes)])\n    return",
        },
        "inputs of another network": {"old.in_features": "1280"},
        "the head instead of the network": {"return model": "return model.classifier"},
    },
}
