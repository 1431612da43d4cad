"""How long the published networks take for one picture, measured once and written down.

``python -m course_utils.teaching.network_times`` measures again and prints the lines below.
"""

from functools import partial

import torch

from course_utils.analysis.timing import seconds_in_turns
from course_utils.models.registry import build_classifier
from course_utils.teaching.published_networks import PublishedNetwork, published_networks

MACHINE = "one thread of an AMD EPYC processor, with PyTorch 2.15 in float32"
"""Where ``MILLISECONDS`` were measured."""

MILLISECONDS: dict[str, float] = {
    "alexnet": 22,
    "vgg11": 120,
    "vgg16": 230,
    "googlenet": 56,
    "inception_v3": 130,
    "resnet18": 35,
    "resnet50": 96,
    "resnet152": 260,
    "squeezenet1_0": 28,
    "squeezenet1_1": 18,
    "densenet121": 78,
    "densenet161": 200,
    "mobilenet_v2": 18,
    "mobilenet_v3_large": 15,
    "shufflenet_v2_x0_5": 6.8,
    "shufflenet_v2_x1_0": 11,
    "mnasnet0_5": 8.4,
    "mnasnet1_0": 18,
    "efficientnet_b0": 24,
    "efficientnet_b4": 220,
    "regnet_y_400mf": 21,
    "regnet_y_8gf": 230,
    "vit_b_16": 420,
    "swin_t": 140,
    "efficientnet_v2_s": 210,
    "efficientnet_v2_l": 1400,
    "convnext_tiny": 120,
    "convnext_base": 400,
}
"""CPU time for one picture of the network's own size, by name; the median of seven readings."""

ROUNDS = 7


def measure(network: PublishedNetwork, rounds: int = ROUNDS) -> float:
    """Milliseconds for one picture; the weights are random, which changes no time.

    Args:
        network: Any that torchvision has.
        rounds: How many readings the median is of.
    """
    model = build_classifier(network.name).eval()
    image = torch.rand(1, 3, network.input_size, network.input_size)
    with torch.inference_mode():
        return 1000 * seconds_in_turns([partial(model, image)], rounds=rounds)[0]


def main() -> None:
    """Measure all, with one thread."""
    torch.set_num_threads(1)
    for network in published_networks():
        rounded = float(f"{measure(network):.2g}")
        print(f'    "{network.name}": {rounded:g},', flush=True)


if __name__ == "__main__":
    main()
