"""What cannot be trained is said before a training begins, and what can is left as it was."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from course_utils.data.transforms import Preprocessing
from course_utils.errors import TrainingError
from course_utils.models.registry import build_classifier, build_segmenter, needed_size
from course_utils.models.transfer import freeze_all_but_head
from course_utils.models.weights import PixelInfo, WeightsInfo
from course_utils.training import TrainingConfig, rehearsal
from course_utils.training.rehearsal import require_trainable
from families import dear_ones_slow, one_of_each_module


def refusal(
    name: str, size: int, count: int, batch_size: int, model: nn.Module | None = None
) -> str:
    """What is said of a training; ``""`` if it can begin."""
    if model is None:
        model = build_classifier(name, 2)
    info = WeightsInfo(name, ("a", "b"), Preprocessing(size, size))
    try:
        require_trainable(model, info, count, TrainingConfig(batch_size=batch_size))
    except TrainingError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", dear_ones_slow(one_of_each_module()))
def test_each_family_can_train_on_the_size_it_gets(name: str) -> None:
    """Nothing is refused that the first step would take: ``test_classifier`` takes some."""
    assert refusal(name, needed_size(name) or 96, 34, 16) == ""


@pytest.mark.parametrize(
    ("name", "size", "own"),
    [
        ("vit_b_32", 96, 224),
        ("maxvit_t", 96, 224),
        pytest.param("inception_v3", 64, 299, marks=pytest.mark.slow),
        ("alexnet", 33, 224),
    ],
)
def test_another_size_is_asked_for(name: str, size: int, own: int) -> None:
    said = refusal(name, size, 33, 16)
    assert said.startswith(f"{name} cannot train on pictures of {size}×{size} pixels (")
    assert said.endswith(f"): give --image-size {own}")


@pytest.mark.parametrize("name", ["mnasnet0_5", "resnet10", "mobilenet_v2", "shufflenet_v2_x0_5"])
def test_a_batch_of_one_picture_is_refused_where_norms_get_one_value(name: str) -> None:
    assert refusal(name, 32, 33, 16) == (
        f"{name} cannot train on one picture alone at this size, for its batch norms need two "
        "values of each channel, and the last batch of an epoch has no more (33 pictures, "
        "--batch-size 16): give another --batch-size, such as 17"
    )
    assert "--batch-size 1 gives no more: give another --batch-size, such as 2" in refusal(
        name, 32, 34, 1
    )
    assert refusal(name, 32, 1, 16).endswith("take more pictures")
    assert refusal(name, 32, 34, 16) == ""
    assert refusal(name, 96, 33, 16) == ""


def test_it_is_tried_as_it_will_be_trained() -> None:
    assert refusal("mnasnet0_5", 32, 33, 16, build_classifier("mnasnet0_5", 2).eval())


def test_norms_that_do_not_learn_take_one_picture() -> None:
    model = build_classifier("mnasnet0_5", 2)
    freeze_all_but_head(model)
    assert refusal("mnasnet0_5", 32, 33, 16, model) == ""


def test_a_crop_that_is_too_small_for_a_segmenter() -> None:
    model = build_segmenter("fcn8s-resnet10", 3, 4)
    for size, batch_size in (((40, 60), 1), ((32, 32), 2)):
        info = WeightsInfo("fcn8s-resnet10", ("a", "b", "c"), pixels=PixelInfo(size))
        require_trainable(model, info, 4, TrainingConfig(batch_size=batch_size))
    with pytest.raises(TrainingError, match="cannot train on one picture alone"):
        require_trainable(model, info, 3, TrainingConfig(batch_size=2))


def test_the_network_and_the_random_numbers_stay_as_they_were() -> None:
    model = build_classifier("resnet10", 2, stem_width=4).eval()
    before, random = deepcopy(model.state_dict()), torch.get_rng_state()
    assert refusal("resnet10", 64, 33, 16, model) == ""
    assert not model.training
    assert all(torch.equal(tensor, before[n]) for n, tensor in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    assert torch.equal(torch.get_rng_state(), random)


def test_what_is_computed_with_numbers_is_left_to_the_training() -> None:
    class Odd(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.new_zeros(len(x), 2 + int(x.sum().item()))

    assert refusal("odd", 64, 4, 2, Odd()) == ""


def test_a_network_that_is_called_otherwise_is_told_no_size() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(12, 2))
    assert refusal("mine", 64, 4, 2, model).endswith("): give another --image-size")


@pytest.mark.parametrize("raised", [KeyError("meta"), TypeError("meta tensor"), ValueError("x")])
def test_a_bug_of_ours_is_seen_as_one(raised: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def loss(*_: object) -> None:
        raise raised

    monkeypatch.setattr(rehearsal, "training_loss", loss)
    with pytest.raises(type(raised), match=str(raised).strip("'")):
        refusal("resnet10", 64, 4, 2)
