"""A copy of any network: what hooks compute anew is let go, and hooks stay those of the user."""

from copy import deepcopy
from typing import Any, TypeVar

from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


def copy_of(model: Network) -> Network:
    """A deep copy, also where ``copy.deepcopy`` refuses or copies too much.

    It refuses tensors that were computed and remember how, such as the weight of a layer with
    ``torch.nn.utils.weight_norm``: here only their numbers are copied. And it copies the object
    whose method is a hook, so that the user's own object would see nothing any more.

    Args:
        model: Any network; it stays as it is.
    """
    memo: dict[int, Any] = {}
    for layer in model.modules():
        for value in vars(layer).values():
            if isinstance(value, Tensor) and not value.is_leaf:
                memo[id(value)] = value.detach().clone()
        for hook in hooks_of(layer):
            memo[id(hook)] = hook
    return deepcopy(model, memo)


def hooks_of(layer: nn.Module) -> list[Any]:
    """What is called before and behind a layer."""
    return [*layer._forward_pre_hooks.values(), *layer._forward_hooks.values()]


def is_exactly(layer: nn.Module, *kinds: type[nn.Module]) -> bool:
    """Whether a layer is of one of these types and does what they do, and nothing else.

    A subclass may use its weights in another way, and so may a layer with hooks, with a
    parametrization, or with a ``forward`` of its own.
    """
    return type(layer) in kinds and not hooks_of(layer) and "forward" not in vars(layer)
