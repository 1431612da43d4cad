"""Wrong answers to the exercises of the chapter ``resnet_from_blocks``."""

from torch import Tensor

from notebook_exercises import WrongAnswers


def changed_in_place(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    for name in list(weights):
        weights[name.removeprefix("module.")] = weights.pop(name)
    return weights


WRONG: WrongAnswers = {
    "count the layers": {
        "blocks only": lambda convolutions, layers: convolutions * sum(layers),
        "two in every block": {"convolutions * sum": "2 * sum"},
    },
    "sides of the maps": {
        "rounded down": {"(side + stride - 1) // stride": "side // stride"},
        "without the pooling": {"(2, 2, 1,": "(2, 1, 1,"},
    },
    "multiply-adds of a convolution": {
        "at the side of the input": {"((side + stride - 1) // stride) ** 2": "side**2"},
        "one side only": {" ** 2": ""},
        "multiplications and additions": {"return ": "return 2 * "},
    },
    "parameters by stage": {
        "with empty parts": {" if count": ""},
        "tensors instead of numbers": {"p.numel() for p": "1 for p"},
    },
    "weights of another file": {
        "replaced everywhere": {'removeprefix("module.")': 'replace("module.", "")'},
        "changed in place": changed_in_place,
        "stripped letters": {"removeprefix": "lstrip"},
    },
}
