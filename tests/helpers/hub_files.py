"""Makes the cache of ``torch.hub`` for the tests."""

import hashlib
import io
from pathlib import Path

import torch
import torchvision
from torch import nn
from torchvision.models import Weights, WeightsEnum


def in_hub(name: str, folder: Path) -> tuple[nn.Module, WeightsEnum, Weights]:
    """Random weights in the cache of torch.hub, under a name as torchvision's.

    Returns:
        Torchvision's network with them, its weights' name, and the same with this file's address.
    """
    weights = next(iter(torchvision.models.get_model_weights(name)))
    torch.manual_seed(0)
    has_second_head = {} if name.startswith("lraspp") else {"aux_loss": True}
    network = torchvision.models.get_model(
        name, weights_backbone=None, num_classes=21, **has_second_head
    )
    stream = io.BytesIO()
    torch.save(network.state_dict(), stream)
    digest = hashlib.sha256(stream.getvalue()).hexdigest()[:8]
    checkpoints = folder / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True, exist_ok=True)
    (checkpoints / f"{name}-{digest}.pth").write_bytes(stream.getvalue())
    url = f"http://127.0.0.1:9/{name}-{digest}.pth"
    local = weights.value.__class__(url, weights.transforms, weights.meta)
    return network.eval(), weights, local
