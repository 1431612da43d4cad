"""Small networks for the tests of dense maps: fast, and with an opinion everywhere."""

import torch
from torch import nn

from course_utils.models import resnet18


def lively(model: nn.Module) -> nn.Module:
    """Give every batch norm statistics of its own, so that padding and pixels tell apart."""
    torch.manual_seed(1)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
    return model.eval()


def slim_network(classes: int = 5, stem_width: int = 4) -> nn.Module:
    """A ResNet-18 that nobody trained, with few channels."""
    torch.manual_seed(0)
    return lively(resnet18(classes, stem_width=stem_width))


class ItsOutput(nn.Module):
    """A network for pixels of torchvision, which answers with a dictionary: its main answer."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answer: torch.Tensor = self.network(x)["out"]
        return answer


def difference(found: torch.Tensor, expected: torch.Tensor) -> float:
    """Largest difference, as a share of the largest number."""
    return float((found - expected).abs().max() / expected.abs().max())
