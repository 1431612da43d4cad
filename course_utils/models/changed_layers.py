"""Layers whose weights are stored in another form: pruned, normed, quantized."""

from collections.abc import Collection

STORE = "and store model.state_dict() again"

FORMS = {
    ("weight_orig", "weight_mask"): (
        "is of a pruned network",
        f'make it permanent with torch.nn.utils.prune.remove(layer, "weight"), {STORE}',
    ),
    ("parametrizations.weight.original0", "parametrizations.weight.original1"): (
        "is of a network with weight norm",
        "take it off with torch.nn.utils.parametrize.remove_parametrizations(layer, "
        f'"weight"), {STORE}',
    ),
    ("weight_g", "weight_v"): (
        "is of a network with weight norm",
        f"take it off with torch.nn.utils.remove_weight_norm(layer), {STORE}",
    ),
    ("parametrizations.weight.original",): (
        "is of a network with a parametrization, such as spectral norm",
        "take it off with torch.nn.utils.parametrize.remove_parametrizations(layer, "
        f'"weight"), {STORE}',
    ),
    ("weight_orig", "weight_u"): (
        "is of a network with spectral norm",
        f"take it off with torch.nn.utils.remove_spectral_norm(layer), {STORE}",
    ),
    ("scale", "zero_point"): (
        "is of a quantized network",
        "give the weights as they were before they were quantized",
    ),
}
"""By the tensors that stand in the place of a layer's weight: what that is, and what to do."""


def about_changed_layers(names: Collection[str]) -> str:
    """What the first such layer is, and what to do; ``""`` if there is none."""
    known = set(names)
    for ends, (what, remedy) in FORMS.items():
        for name in names:
            layer = name.removesuffix(f".{ends[0]}")
            rest = {f"{layer}.{end}" for end in ends}
            if layer != name and rest <= known and f"{layer}.weight" not in known:
                return f"{what} ({name}): {remedy}"
    return ""
