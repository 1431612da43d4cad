"""What may stand beside a network without a say in its answers; tests/corpus has whole files."""

import pytest
import torch

from course_utils.models.beside import left_beside, not_computing

NETWORK = {"layer1.conv1.weight": torch.ones(4, 3), "fc.bias": torch.ones(2)}


def left(name: str, tensor: torch.Tensor) -> bool:
    found = {"m/net.fc.bias": NETWORK["fc.bias"], name: tensor}
    return left_beside(found, list(NETWORK.values()), ["m/net."], NETWORK) == (name,)


@pytest.mark.parametrize(
    "name",
    [
        *("criterion.weight", "m/loss_fn.center", "dino_loss/center", "val_acc.tp", "m/x.loss"),
        *("class_weights", "m/net2.class_weight", "pos_weight", "train_auroc.state"),
        *("o/0/exp_avg", "s/momentum_buffer", "n_averaged", "m/layer.total_ops"),
        *("ema.layer1.conv1.weight", "m/model_ema.layer1conv1weight", "ema/module.net.fc.bias"),
        "m/net.of_the_network_itself",
    ],
)
def test_what_has_no_say_is_not_left(name: str) -> None:
    assert not left(name, torch.zeros(2) if name.endswith("bias") else torch.zeros(4, 3))


@pytest.mark.parametrize(
    "name",
    [
        *("mean", "m/norm.mean", "stn.0.weight", "n/net.weight", "symmetric.weight", "glossy"),
        *("ema.conv.weight", "cinema.fc.bias", "m/ema.fc.bias.extra"),
    ],
)
def test_all_else_is_left(name: str) -> None:
    """An attention that is called EMA is no average of the network."""
    assert left(name, torch.zeros(4, 3))


def test_a_part_of_the_network_a_second_time_is_not_left() -> None:
    assert not left("backbone.0.weight", torch.ones(4, 3))
    assert left("backbone.0.weight", torch.ones(4, 3, dtype=torch.int64))


@pytest.mark.parametrize(
    ("name", "value", "counts"),
    [
        ("step", torch.tensor(3), True),
        ("best_acc1", torch.tensor([75.0]), True),
        ("lr", torch.tensor(0.1), True),
        ("temperature", torch.tensor(2.0), False),
        ("logit_scale", torch.ones(1), False),
        ("layer.scale", torch.tensor(2.0), False),
        ("accurate.alpha", torch.tensor(2.0), False),
        ("bn.num_batches_tracked", torch.tensor(3), False),
    ],
)
def test_a_single_number_is_a_note_only_by_its_name(
    name: str, value: torch.Tensor, counts: bool
) -> None:
    assert not_computing(name, value) == counts
