"""Which tensors of a file are a network's; tests/corpus has whole files of every kind."""

import io

import pytest
import torch
import torchvision
from torch import Tensor, nn

from course_utils.errors import WeightsError
from course_utils.models.fitting import fitted, head_tensors, load_into
from course_utils.models.registry import build_classifier, build_outline
from families import one_of_each_module

State = dict[str, Tensor]


def small(num_classes: int = 3) -> nn.Module:
    return build_classifier("resnet10", num_classes, stem_width=4)


def behind(prefix: str, state: State) -> State:
    return {f"{prefix}{name}": tensor for name, tensor in state.items()}


@pytest.fixture
def state() -> State:
    torch.manual_seed(1)
    return {name: t + 1 for name, t in small().state_dict().items()}


def same(model: nn.Module, state: State) -> bool:
    return all(torch.equal(tensor, state[name]) for name, tensor in model.state_dict().items())


@pytest.mark.parametrize(
    "prefix", ["module.", "a.b.c.", "model/", "net/module.", "x/_orig_mod.y.", "0/", ""]
)
def test_a_prefix_of_all_names_is_taken_off(prefix: str, state: State) -> None:
    model = small()
    load_into(model, behind(prefix, state), "a.pth")
    assert same(model, state)


def test_the_prefix_that_fits_is_taken_of_several(state: State) -> None:
    """A part of the network that is alike elsewhere, and an optimizer's notes, do not count."""
    content = behind("d.", state) | {"o/0/exp_avg": torch.ones(2)}
    model = small()
    load_into(model, content, "a.pth")
    assert same(model, state)
    other = build_classifier("resnet14", 3, stem_width=4).state_dict()
    with pytest.raises(WeightsError, match=r"g\.conv1\.weight \(and \d+ more\) beside the network"):
        load_into(small(), behind("g.", other) | content, "a.pth")
    body = small()
    load_into(body, behind("g.", other) | content, "a.pth", head=False)
    assert same(body, state)


def test_two_sets_that_fit_are_asked_about(state: State) -> None:
    more = {name: tensor + 1 for name, tensor in state.items()}
    with pytest.raises(WeightsError, match=r'\["ema"\]\.items\(\) if k\.startswith\("net\."\)\}'):
        load_into(small(), behind("model/", state) | behind("ema/net.", more), "a.pth")
    with pytest.raises(WeightsError, match=r'load_file\("a\.safetensors"\)'):
        load_into(small(), behind("a.", state) | behind("b.", more), "a.safetensors")
    queue = {"queue": torch.ones(9)}
    with pytest.raises(WeightsError, match="a and b, and queue beside them, which would not be"):
        load_into(small(), behind("a.", state) | behind("b.", more) | queue, "a.pth")


@pytest.mark.parametrize(
    ("names", "renamed"),
    [
        ({"last.weight": (5, 32), "last.bias": (5,)}, True),
        ({"fc.1.weight": (5, 32), "fc.1.bias": (5,), "criterion.weight": (5,)}, True),
        ({"last.weight": (5, 32), "last.bias": (5,), "steps": ()}, True),
        ({"last.weight": (5, 32)}, False),
        ({"last.weight": (5, 31), "last.bias": (5,)}, False),
        ({"a.weight": (5, 32), "a.bias": (5,), "b.weight": (5, 5), "b.bias": (5,)}, False),
        ({"a.weight": (5, 32), "a.bias": (5,), "norm.weight": (5,), "norm.bias": (5,)}, False),
    ],
)
def test_one_layer_that_is_left_over_is_the_head(
    names: dict[str, tuple[int, ...]], renamed: bool, state: State
) -> None:
    """Two layers, or a norm besides, would give another answer."""
    extra = {n: torch.ones(s, dtype=torch.float32 if s else torch.int64) for n, s in names.items()}
    body = {name: t for name, t in state.items() if not name.startswith("fc.")}
    for prefix in ("", "backbone."):
        model = small(5)
        if renamed:
            load_into(model, behind(prefix, body) | extra, "a.pth")
            assert model.state_dict()["fc.weight"].eq(1).all()
        else:
            with pytest.raises(WeightsError, match=r"fc\.weight is missing"):
                load_into(model, behind(prefix, body) | extra, "a.pth")


def test_a_head_may_be_missing_only_where_it_is_said(state: State) -> None:
    body = {name: t for name, t in state.items() if not name.startswith("fc.")}
    with pytest.raises(WeightsError, match=r"a\.pth: has no head \(fc\.weight is missing\)"):
        load_into(small(), body, "a.pth")
    for content in (
        body,
        state,
        body | {"fc.0.weight": torch.ones(2)},
        body | {"q": torch.ones(2)},
    ):
        model = small(7)
        before = model.state_dict()["fc.weight"].clone()
        load_into(model, content, "a.pth", head=False)
        assert torch.equal(model.state_dict()["conv1.weight"], state["conv1.weight"])
        assert torch.equal(model.state_dict()["fc.weight"], before)
    del body["layer1.0.bn1.weight"]
    with pytest.raises(WeightsError, match=r"network: layer1\.0\.bn1\.weight is missing$"):
        load_into(small(), body, "a.pth", head=False)
    with pytest.raises(WeightsError, match=r"layer1\.7\.w is not in the network"):
        load_into(small(), state | {"layer1.7.w": torch.ones(2)}, "a.pth", head=False)


@pytest.mark.parametrize("name", ["googlenet"])
def test_auxiliary_classifiers_may_be_missing_or_of_another_size(name: str) -> None:
    """Torchvision drops them when it loads its own weights; who fine-tunes forgets them."""
    model = build_classifier(name, 3)
    state = model.state_dict()
    load_into(model, {n: t for n, t in state.items() if not n.startswith("aux")}, "a.pth")
    state["aux1.fc2.weight"] = torch.ones(1000, 1024)
    load_into(model, state, "a.pth")
    del state["fc.bias"]
    with pytest.raises(WeightsError, match=r"fc\.bias is missing"):
        load_into(model, state, "a.pth")


def test_parameters_without_statistics_are_named() -> None:
    with pytest.raises(WeightsError, match="parameters only, without batch norm's statistics"):
        load_into(small(), dict(small().named_parameters()), "a.pth")


def test_mnasnet_loads_what_says_nothing_of_its_version() -> None:
    model = torchvision.models.mnasnet0_5(num_classes=2)
    load_into(model, dict(model.state_dict()), "a.safetensors")
    stream = io.BytesIO()
    torch.save(model.state_dict(), stream)
    stream.seek(0)
    load_into(model, torch.load(stream, weights_only=True), "a.pth")


@pytest.mark.parametrize("name", one_of_each_module())
def test_every_network_fits_itself(name: str) -> None:
    model = build_outline(name)
    head = head_tensors(model)
    fit = fitted(behind("module.", model.state_dict()), model.state_dict(), head, "a.pth")
    assert fit.rest() == []
    assert fit.tensors.keys() == model.state_dict().keys()
    assert len(fit.tensors[head[0]]) == 1000


def test_a_network_without_a_head_is_loaded_too() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3))
    assert head_tensors(model) == ()
    load_into(model, behind("a.", {n: t + 1 for n, t in model.state_dict().items()}), "a.pth")


def test_whole_numbers_are_no_weights(state: State) -> None:
    state["conv1.weight"] = state["conv1.weight"].to(torch.int8)
    with pytest.raises(WeightsError, match=r"a\.pth: conv1\.weight is of int8, and the network"):
        load_into(small(), state, "a.pth")


def test_another_network_is_compared_by_the_names_it_shares(state: State) -> None:
    """A part of it that is alike behind some prefix does not count."""
    with pytest.raises(WeightsError, match=r"layer1\.1\.conv1\.weight is missing \(and \d+ more\)"):
        load_into(build_classifier("resnet34", 3, stem_width=4), state, "a.pth")


def test_a_file_of_very_many_networks_is_refused() -> None:
    model = build_classifier("resnet10", 2, stem_width=4)
    found = {f"a{number}.conv1.weight": torch.ones(1) for number in range(3000)}
    with pytest.raises(WeightsError, match=r"m\.pth: holds tensors of 300\d networks"):
        load_into(model, found, "m.pth")
