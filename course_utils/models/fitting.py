"""Tensors from a file and the network that they are for: which fits where, and what does not.

Training programs put a network's tensors under keys (``state_dict``, ``model``, ``ema``) and its
names behind prefixes (``module.``, ``_orig_mod.``, ``model.``, ``backbone.``). A key and a prefix
are treated alike: what counts is behind which of them all names of the network are found.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from torch import Tensor, nn

from course_utils.errors import ModelError, WeightsError
from course_utils.models.beside import left_beside, not_computing
from course_utils.models.changed_layers import about_changed_layers
from course_utils.models.finite import require_finite
from course_utils.models.keeping import first_of, keeping_behind, place
from course_utils.models.state_dicts import BETWEEN, NOT_NEEDED, plain_names
from course_utils.models.transfer import AUXILIARY_CLASSIFIERS, head_names

MOST = 100
"""Networks in a file among which one is looked for."""


def load_into(
    model: nn.Module, state_dict: Mapping[str, Tensor], source: Path | str, *, head: bool = True
) -> None:
    """Load weights into a network, all of them or none.

    What other programs put before all names is taken off, and the tensors of auxiliary
    classifiers, which do not predict, may be missing (``state_dicts``). What stands beside the
    network may belong to what was computed, and is refused (``beside``).

    Args:
        model: The network.
        state_dict: As ``read_weights`` returns it.
        source: Of the weights, for the errors.
        head: Whether the head has to fit. One that does not keeps its own numbers otherwise,
            and what stands beside the network is left out.

    Raises:
        WeightsError: If a tensor is missing, superfluous or of another shape; it names the
            first, and says so when only the number of classes differs. If two sets of tensors
            fit, both are named. If a number is NaN or infinite, or a variance negative.
    """
    load_fitting(model, require_fit(model, state_dict, source, head=head), source, head=head)


def require_fit(
    model: nn.Module, state_dict: Mapping[str, Tensor], source: Path | str, *, head: bool = True
) -> dict[str, Tensor]:
    """The tensors that ``load_into`` would load, by the network's names.

    Args:
        model: The network; its shapes are enough (``registry.outlines``).
        state_dict: As for ``load_into``.
        source: Likewise.
        head: Likewise.

    Raises:
        WeightsError: As there, but for what is wrong with a number.
    """
    expected = model.state_dict()
    last = head_tensors(model)
    fit = fitted(state_dict, expected, last, source)
    left = fit.rest()
    if not head:
        left = [n for n in left if n not in last and not _behind(n, last, expected)]
    if left:
        changed = about_changed_layers(state_dict) if set(left) & set(fit.missing) else ""
        raise WeightsError(f"{source}: {changed or _verdict(expected, fit, left, last)}")
    if head and fit.beside:
        raise WeightsError(f"{source}: {_about_beside(state_dict, fit, source)}")
    tensors = {n: t for n, t in fit.tensors.items() if t.shape == expected[n].shape}
    for name, tensor in tensors.items():
        if expected[name].is_floating_point() and not tensor.is_floating_point():
            kind = str(tensor.dtype).removeprefix("torch.")
            raise WeightsError(
                f"{source}: {name} is of {kind}, and the network computes with fractions: give "
                "the weights as they were before they were quantized"
            )
    return tensors


def load_fitting(
    model: nn.Module, tensors: Mapping[str, Tensor], source: Path | str, *, head: bool = True
) -> None:
    """Load what ``require_fit`` returned for a network of these shapes.

    Raises:
        WeightsError: If a number is NaN or infinite, or a variance negative.
    """
    expected = model.state_dict()
    require_finite(tensors, expected, source, but=() if head else head_tensors(model))
    expected.update(tensors)  # a copy that knows the versions of the network's modules
    model.load_state_dict(expected, strict=True)


def _behind(name: str, head: Collection[str], network: Mapping[str, Tensor]) -> bool:
    """Whether a tensor that the network does not have is of another head on the same body."""
    layers = tuple(f"{tensor.rpartition('.')[0]}." for tensor in head)
    body = {known.partition(".")[0] for known in network if known not in head}
    return name not in network and (name.startswith(layers) or name.partition(".")[0] not in body)


def head_tensors(model: nn.Module) -> tuple[str, ...]:
    """Names of weight and bias of the layer that gives the logits; none if there is no such."""
    try:
        layer = head_names(model)[0]
    except ModelError:
        return ()
    return tuple(f"{layer}.{name}" for name, _ in model.get_submodule(layer).named_parameters())


def _verdict(
    expected: Mapping[str, Tensor], fit: "Fit", left: list[str], head: Collection[str]
) -> str:
    """One sentence for all that does not fit."""
    name = left[0]
    if name in fit.missing:
        first = f"{name} is missing"
    elif name in fit.superfluous:
        first = f"{name} is not in the network"
    else:
        shape = tuple(fit.tensors[name].shape)
        first = f"{name} is {shape}, the network's is {tuple(expected[name].shape)}"
        if set(left) <= set(head) and shape[1:] == tuple(expected[name].shape[1:]):
            return f"made for another number of classes ({first}): give the right class names"
    if set(left) <= set(head) & set(fit.missing):
        return f"has no head ({first}): train one with --pretrained, or give weights that have one"
    if all(n in fit.missing and n.endswith(("running_mean", "running_var")) for n in left):
        return (
            f"holds parameters only, without batch norm's statistics ({first}): store "
            "model.state_dict(), not model.parameters()"
        )
    more = f" (and {len(left) - 1} more)" if len(left) > 1 else ""
    return f"made for another network: {first}{more}"


def _about_beside(found: Mapping[str, Tensor], fit: "Fit", source: Path | str) -> str:
    """That something stands beside the network, and how the network is kept alone."""
    plain = plain_names(found)
    remedy = ": write the network's state_dict without that"
    if all(f"{fit.prefix}{name}" in plain for name in fit.tensors):
        remedy = f", with {keeping_behind(found, fit.prefix, fit.tensors, source)}"
    return (
        f"holds {first_of(fit.beside)} beside the network ({place(fit.prefix)}), which "
        "would not be used: if it predicts without that, keep the network alone" + remedy
    )


@dataclass(frozen=True)
class Fit:
    """How tensors of a file fit a network, with one choice of what stands before their names.

    Attributes:
        prefix: What stands before them.
        tensors: By the network's names, whatever their shapes.
        missing: Names of the network that are not there.
        other_shape: Names whose tensor is of another shape.
        superfluous: Names that the network does not have.
        beside: Names in the file of what is neither this network's, nor a copy's, nor without
            a meaning for its answers.
    """

    prefix: str
    tensors: dict[str, Tensor]
    missing: tuple[str, ...]
    other_shape: tuple[str, ...]
    superfluous: tuple[str, ...]
    beside: tuple[str, ...] = ()

    def rest(self, but: Collection[str] = ()) -> list[str]:
        """The names that do not fit, those in ``but`` left out."""
        return [n for n in (*self.missing, *self.superfluous, *self.other_shape) if n not in but]


def fitted(
    found: Mapping[str, Tensor],
    network: Mapping[str, Tensor],
    head: Collection[str],
    source: Path | str,
) -> Fit:
    """Find the network's tensors in a file, whatever stands before their names.

    A head that the file calls by another name (``head.weight`` for ``fc.weight``, ``fc.1.weight``
    where a dropout came before it) is recognized where just one layer is left over, and its shape
    is right.

    Args:
        found: As ``tensors_in`` returns it.
        network: The network's own tensors; only their shapes count.
        head: Names of the tensors of its head.
        source: Of the weights, for the error.

    Raises:
        WeightsError: If two different sets of tensors fit; it says how to choose.
    """
    plain = plain_names(found)
    prefixes = _prefixes(plain, network)
    if len(prefixes) > MOST:
        raise WeightsError(
            f"{source}: holds tensors of {len(prefixes)} networks, and at most {MOST} are looked "
            "through: keep those of one in a file"
        )
    fits = [_fit(plain, prefix, network, head) for prefix in prefixes]
    good = [fit for fit in fits if not fit.rest(but=head)] or fits
    best = max(good, key=lambda fit: (len(fit.tensors), -len(fit.rest())))
    whole = [best, *(fit for fit in good if fit is not best and not fit.rest(but=head))]
    used = [tensor for fit in whole for tensor in fit.tensors.values()]
    left = left_beside(plain, used, [fit.prefix for fit in whole], network)
    for other in whole[1:]:
        if not _same(best, other):
            raise WeightsError(_question(found, best, other, left, source))
    return replace(best, beside=left)


def _prefixes(found: Mapping[str, Tensor], network: Mapping[str, Tensor]) -> list[str]:
    """What may stand before the names: nothing, what all share, or what is before a known one."""
    pairs = zip(min(found), max(found), strict=False)
    shared = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    candidates = ["", *(shared[: end.end()] for end in re.finditer(r"[./]", shared))]
    for name in network:
        before = [key[: -len(name)] for key in found if key.endswith((f".{name}", f"/{name}"))]
        if before or name in found:
            return list(dict.fromkeys([*candidates, *before]))
    return candidates


def _fit(
    found: Mapping[str, Tensor], prefix: str, network: Mapping[str, Tensor], head: Collection[str]
) -> Fit:
    behind = {key[len(prefix) :]: t for key, t in found.items() if key.startswith(prefix)}
    inside = {name: tensor for name, tensor in behind.items() if BETWEEN not in name}
    if head and not any(name in inside for name in head):
        inside |= _renamed_head(found, prefix, inside, network, head)
    needed = [name for name in network if not name.endswith(NOT_NEEDED)]
    usable = {n: t for n, t in inside.items() if n in network and t.shape == network[n].shape}
    optional = tuple(f"{name}." for name in AUXILIARY_CLASSIFIERS)
    return Fit(
        prefix,
        {name: inside[name] for name in network if name in inside},
        tuple(n for n in needed if n not in inside and not n.startswith(optional)),
        tuple(n for n in needed if n in inside and n not in usable and not n.startswith(optional)),
        tuple(n for n, t in inside.items() if n not in network and not not_computing(n, t)),
    )


def _renamed_head(
    found: Mapping[str, Tensor],
    prefix: str,
    inside: dict[str, Tensor],
    network: Mapping[str, Tensor],
    head: Collection[str],
) -> dict[str, Tensor]:
    """The one layer that is left over, by the names of the head; it is taken out of ``inside``."""
    ends = {name.rpartition(".")[2]: name for name in head}  # weight, bias
    others = _left_over(found, prefix, network)
    stem = next((key[: -len("weight")] for key in others if key.endswith("weight")), "")
    if set(others) != {f"{stem}{end}" for end in ends}:
        return {}
    if others[f"{stem}weight"].shape[1:] != network[ends["weight"]].shape[1:]:
        return {}
    for name in others:
        inside.pop(name.removeprefix(prefix), None)
    return {name: others[f"{stem}{end}"] for end, name in ends.items()}


def _left_over(
    found: Mapping[str, Tensor], prefix: str, network: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """What is behind the prefix, or else beside it, and is no tensor of the network's body."""
    scopes = [prefix[: end.end()] for end in re.finditer(r"[./]", prefix)]
    for scope in [*reversed(scopes), ""]:
        others = {
            key: tensor
            for key, tensor in found.items()
            if key.startswith(scope) and not not_computing(key[len(scope) :], tensor)
            if not (key.startswith(prefix) and key[len(prefix) :] in network)
        }
        if others:
            return others
    return {}


def _same(one: Fit, other: Fit) -> bool:
    return one.tensors.keys() == other.tensors.keys() and all(
        tensor.equal(other.tensors[name]) for name, tensor in one.tensors.items()
    )


def _question(
    found: Mapping[str, Tensor], one: Fit, other: Fit, left: Sequence[str], source: Path | str
) -> str:
    """Two sets of tensors fit: name both, and say how one of them becomes a file."""
    also = f", and {first_of(left)} beside them, which would not be used" if left else ""
    return (
        f"{source}: holds two networks that fit, {place(one.prefix)} and {place(other.prefix)}"
        f"{also}: choose one, such as with "
        f"{keeping_behind(found, other.prefix, other.tensors, source)}"
    )
