"""A new head on every classifier, and a body that stays as it was."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.models import regnet

from course_utils.errors import ModelError
from course_utils.models import resnet18, resnet50
from course_utils.models.registry import build_classifier, build_segmenter, native_preprocessing
from course_utils.models.transfer import (
    freeze_all_but_head,
    freeze_until,
    head_names,
    head_parameters,
    keep_frozen_norms_in_eval,
    parameter_groups,
    replace_head,
)
from families import dear_ones_slow, one_of_each_module

HEADS = {
    "alexnet": ["classifier.6"],
    "vgg11": ["classifier.6"],
    "googlenet": ["fc", "aux1.fc2", "aux2.fc2"],
    "inception_v3": ["fc", "AuxLogits.fc"],
    "resnet18": ["fc"],
    "densenet121": ["classifier"],
    "squeezenet1_0": ["classifier.1"],
    "mobilenet_v2": ["classifier.1"],
    "shufflenet_v2_x0_5": ["fc"],
    "mnasnet0_5": ["classifier.1"],
}
"""The ten families of the course, and the layers that give their logits."""


def pictures(name: str) -> Tensor:
    """One picture of the network's native size; the generator's seed is the same for all."""
    side = native_preprocessing(name).crop
    return torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))


def copy_of(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in tensors.items()}


def differing(before: dict[str, Tensor], after: dict[str, Tensor]) -> set[str]:
    """Names of the tensors that are not the same bit for bit."""
    assert list(before) == list(after)
    return {name for name, tensor in before.items() if not torch.equal(tensor, after[name])}


def head_tensors(name: str) -> set[str]:
    return {f"{layer}.{tensor}" for layer in HEADS[name] for tensor in ("weight", "bias")}


@pytest.mark.parametrize("name", dear_ones_slow(HEADS))
def test_a_family_gets_a_new_head_and_keeps_its_body(name: str) -> None:
    model = build_classifier(name, 9).eval()
    before = copy_of(model.state_dict())
    assert replace_head(model, 4) is model
    assert differing(before, model.state_dict()) == head_tensors(name)
    with torch.device("meta"):
        rebuilt = build_classifier(name, 4).eval()
    rebuilt.load_state_dict(model.state_dict(), assign=True)
    with torch.inference_mode():
        logits = model(pictures(name))
        assert logits.shape == (1, 4)
        assert torch.equal(rebuilt(pictures(name)), logits)


@pytest.mark.parametrize("name", dear_ones_slow(HEADS))
def test_a_step_changes_the_head_of_a_frozen_family_and_nothing_else(name: str) -> None:
    model = replace_head(build_classifier(name, 9), 4)
    freeze_all_but_head(model)
    before = copy_of(model.state_dict())
    keep_frozen_norms_in_eval(model.train())
    outputs = model(pictures(name))
    parts = [outputs] if isinstance(outputs, Tensor) else list(outputs)
    assert len(parts) == len(HEADS[name])
    torch.stack([F.cross_entropy(part, torch.tensor([1])) for part in parts]).sum().backward()
    learning = {key for key, value in model.named_parameters() if value.grad is not None}
    assert learning == head_tensors(name)
    torch.optim.AdamW(parameter_groups(model, 1e-2, 1e-3)).step()
    changed = differing(before, model.state_dict())  # weights and running statistics
    assert changed
    assert changed <= head_tensors(name)


@pytest.mark.parametrize("name", one_of_each_module())
def test_in_every_family_whatever_counts_classes_is_replaced(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = regnet.BlockParams.from_init_params

    def measure_on_cpu(**options: float) -> regnet.BlockParams:  # it computes widths with tensors
        with torch.device("cpu"):
            return measure(**options)

    monkeypatch.setattr(regnet.BlockParams, "from_init_params", measure_on_cpu)
    old, new = 1009, 4  # no layer has 1009 channels but a head
    with torch.device("meta"):
        model = build_classifier(name, old)
    shapes = {key: list(tensor.shape) for key, tensor in model.state_dict().items()}
    replace_head(model, new)
    wanted = {key: [new if n == old else n for n in shape] for key, shape in shapes.items()}
    assert wanted != shapes
    assert wanted == {key: list(tensor.shape) for key, tensor in model.state_dict().items()}
    assert all(parameter.is_meta for parameter in model.parameters())
    assert getattr(model, "num_classes", new) == new


def test_a_head_stays_in_the_precision_and_mode_of_the_network() -> None:
    model = replace_head(resnet18(9, stem_width=4).double().eval(), 4)
    assert model.fc.weight.dtype == torch.float64
    assert not any(module.training for module in model.modules())


def test_a_new_head_of_a_frozen_network_learns() -> None:
    model = resnet18(9, stem_width=4).requires_grad_(False)
    assert [p.requires_grad for p in head_parameters(replace_head(model, 4))] == [True, True]


def test_a_network_that_ends_in_a_1x1_convolution() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 9, 1, bias=False))
    assert head_names(model) == ["2"]
    assert replace_head(model, 4)(torch.rand(2, 3, 6, 6)).shape == (2, 4, 4, 4)
    assert model[2].bias is None


@pytest.mark.parametrize(
    ("model", "found"),
    [
        (nn.Sequential(nn.Linear(3, 8), nn.Conv2d(8, 9, 3)), r"last layer, 1, is Conv2d\(8, 9"),
        (nn.Sequential(nn.ReLU()), "no layers with weights"),
    ],
)
def test_without_a_head_the_error_names_the_network(model: nn.Module, found: str) -> None:
    for ask in (head_parameters, freeze_all_but_head, lambda it: replace_head(it, 4)):
        with pytest.raises(ModelError, match=f"Sequential: no head found, for .*{found}"):
            ask(model)
    assert all(parameter.requires_grad for parameter in model.parameters())


@pytest.mark.parametrize("count", [0, -1])
def test_a_head_has_at_least_one_class(count: int) -> None:
    with pytest.raises(ModelError, match=f"num_classes={count}: must be at least 1"):
        replace_head(resnet18(9, stem_width=4), count)


def test_without_the_call_the_running_statistics_of_a_frozen_body_move() -> None:
    model = resnet18(4, stem_width=4)
    freeze_all_but_head(model)
    before = copy_of(dict(model.named_buffers()))
    model.train()(torch.rand(2, 3, 64, 64))
    assert differing(before, dict(model.named_buffers())) == set(before)


def test_only_frozen_norms_leave_train_mode() -> None:
    model = resnet18(4, stem_width=4)
    model.layer1.requires_grad_(False)
    keep_frozen_norms_in_eval(model.train())
    still = {name for name, module in model.named_modules() if not module.training}
    assert still == {f"layer1.{block}.bn{norm}" for block in (0, 1) for norm in (1, 2)}


@pytest.mark.parametrize(
    ("name", "layer", "learning"),
    [
        ("resnet18", "layer3", {"layer4", "fc"}),
        ("resnet18", "layer4.0", {"layer4", "fc"}),
        ("resnet18", "layer4", {"fc"}),
        ("resnet18", "maxpool", {"layer1", "layer2", "layer3", "layer4", "fc"}),
        ("googlenet", "dropout", {"fc", "aux1", "aux2"}),
        ("inception_v3", "Mixed_7b", {"Mixed_7c", "fc", "AuxLogits"}),
        ("vit_b_16", "encoder", {"heads"}),
    ],
)
def test_what_comes_behind_a_layer_learns(name: str, layer: str, learning: set[str]) -> None:
    with torch.device("meta"):
        model = build_classifier(name, 4)
    freeze_until(model, layer)
    found = [key for key, weight in model.named_parameters() if weight.requires_grad]
    assert {key.partition(".")[0] for key in found} == learning
    assert not any(key.startswith(f"{layer}.") for key in found)
    assert {*map(id, head_parameters(model))} <= {
        id(weight) for weight in model.parameters() if weight.requires_grad
    }


@pytest.mark.parametrize("name", ["", "layer", "layer5", "fc", "conv1.weight", "9" * 5000])
def test_a_layer_that_is_not_before_the_head_is_refused_with_those_that_are(name: str) -> None:
    model = resnet18(4, stem_width=4)
    with pytest.raises(ModelError, match="before its head; choose one") as caught:
        freeze_until(model, name)
    assert "choose one of conv1, bn1, layer1, layer1.0, layer1.1, layer2" in str(caught.value)
    assert len(str(caught.value)) < 500
    assert all(parameter.requires_grad for parameter in model.parameters())


def test_of_a_network_for_pixels_the_layers_of_its_body_may_be_frozen() -> None:
    model = build_segmenter("fcn8s-resnet10", 3, 4)
    freeze_until(model, "body.layer3")
    found = {key for key, weight in model.named_parameters() if weight.requires_grad}
    assert {".".join(key.split(".")[:2]) for key in found if key.startswith("body.")} == {
        "body.layer4"
    }
    assert {f"head.{key}" for key, _ in model.head.named_parameters()} <= found
    with pytest.raises(ModelError, match=r"no layer 'head.score' .* one of body, body.conv1, body"):
        freeze_until(model, "head.score")


def test_a_norm_without_weights_is_left_alone() -> None:
    model = nn.Sequential(nn.BatchNorm2d(3, affine=False), nn.Linear(3, 2))
    keep_frozen_norms_in_eval(model.train())
    assert model[0].training


def test_two_rates_cover_every_parameter_once() -> None:
    model = resnet50(4, stem_width=4)
    head, body = parameter_groups(model, 1e-2, 1e-4)
    assert (head["lr"], body["lr"]) == (1e-2, 1e-4)
    assert [id(p) for p in head["params"]] == [id(p) for p in model.fc.parameters()]
    assert [id(p) for p in (*body["params"], *head["params"])] == [
        id(p) for p in model.parameters()
    ]


def test_frozen_parameters_are_in_no_group() -> None:
    model = resnet18(4, stem_width=4)
    model.conv1.requires_grad_(False)
    both = sum(len(group["params"]) for group in parameter_groups(model, 1e-2, 1e-4))
    assert both == len(list(model.parameters())) - 1
    freeze_all_but_head(model)
    assert [group["lr"] for group in parameter_groups(model, 1e-2, 1e-4)] == [1e-2]
