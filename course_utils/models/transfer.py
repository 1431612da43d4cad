"""Transfer learning: a new head on an old body, and what of the body may still learn.

The head is the layer that gives the logits. In this package's networks and in all of
torchvision's classifiers it is the last fully connected or 1×1 convolutional layer in the order
of definition, whether it is called ``fc``, ``classifier``, ``classifier.6``, ``heads.head`` or
``head``. GoogLeNet and Inception have auxiliary classifiers (Szegedy et al., "Going Deeper with
Convolutions" (2015), section 5), and these have a head each.
"""

from typing import Any

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from course_utils.errors import ModelError, shortened
from course_utils.models.fcn import PixelNetwork

AUXILIARY_CLASSIFIERS = ("aux1", "aux2", "AuxLogits")
"""What torchvision calls them in GoogLeNet (two) and in Inception (one)."""


def head_names(model: nn.Module) -> list[str]:
    """Names of the layers that give logits: of the network, then of its auxiliary classifiers.

    Timm's networks say which layers these are.

    >>> from torchvision.models import squeezenet1_1
    >>> head_names(squeezenet1_1())
    ['classifier.1']

    Raises:
        ModelError: If the last layer is neither fully connected nor a 1×1 convolution.
    """
    said = getattr(model, "pretrained_cfg", None)
    if isinstance(said, dict) and said.get("classifier"):
        heads = said["classifier"]
        return [
            _require_head(model, name) for name in ([heads] if isinstance(heads, str) else heads)
        ]
    children = dict(model.named_children())
    auxiliary = [name for name in AUXILIARY_CLASSIFIERS if name in children]
    return [_head_of(model), *(f"{name}.{_head_of(children[name])}" for name in auxiliary)]


def replace_head(model: nn.Module, num_classes: int) -> nn.Module:
    """Give the network a fresh last layer; all other weights stay as they are.

    Args:
        model: A classifier of this package or of torchvision; changed in place.
        num_classes: Number of logits from now on.

    Returns:
        The same network, which takes the weights of one built for ``num_classes``.

    Raises:
        ModelError: If no head is found, or ``num_classes`` is below 1.
    """
    if num_classes < 1:
        raise ModelError(f"num_classes={num_classes}: must be at least 1")
    for name in head_names(model):
        fresh = _fresh_layer(model.get_submodule(name), num_classes)
        model.set_submodule(name, fresh.train(model.training))
    if hasattr(model, "num_classes"):  # SqueezeNet and the vision transformer note it
        vars(model)["num_classes"] = num_classes
    return model


def head_parameters(model: nn.Module) -> list[nn.Parameter]:
    """Weights and biases of the head, those of auxiliary classifiers included.

    Of a network for pixels it is all that its backbone does not have.

    Raises:
        ModelError: If no head is found.
    """
    if isinstance(model, PixelNetwork):
        return list(model.head.parameters())
    heads = [model.get_submodule(name) for name in head_names(model)]
    return [parameter for head in heads for parameter in head.parameters()]


def freeze_all_but_head(model: nn.Module) -> None:
    """Let only the head learn: ``requires_grad=False`` for all else.

    The running statistics of batch norm are no parameters and would still move: call
    ``keep_frozen_norms_in_eval`` after every ``model.train()``.

    Raises:
        ModelError: If no head is found; nothing is frozen then.
    """
    head = head_parameters(model)
    model.requires_grad_(False)
    for parameter in head:
        parameter.requires_grad_(True)


def freeze_until(model: nn.Module, name: str) -> None:
    """Let nothing learn up to the end of a layer, in the order of definition; a head always does.

    As to batch norms, see ``freeze_all_but_head``.

    Args:
        model: A classifier, or a network for pixels; changed in place.
        name: Of the layer, as ``model.named_modules()`` has it, such as ``"layer2"``.

    Raises:
        ModelError: If no layer before the head has this name, or no head is found; nothing is
            frozen then.
    """
    modules = dict(model.named_modules())
    before = _names_before_head(model)
    if name not in before:
        shown = [n for n in before if n.count(".") < 2 and list(modules[n].parameters())]
        raise ModelError(
            shortened(f"{type(model).__name__}: has no layer {name!r} before its head; ")
            + f"choose one of {', '.join(shown)}, or a layer inside of one"
        )
    head = {id(parameter) for parameter in head_parameters(model)}
    last = max(n for n, own in enumerate(modules) if f"{own}.".startswith(f"{name}."))
    for module in list(modules.values())[: last + 1]:
        for parameter in module.parameters(recurse=False):
            if id(parameter) not in head:
                parameter.requires_grad_(False)


def _names_before_head(model: nn.Module) -> list[str]:
    """Of layers that are defined before the head, and do not contain it."""
    head = "head" if isinstance(model, PixelNetwork) else head_names(model)[0]
    names = [name for name, _ in model.named_modules()]
    return [name for name in names[1 : names.index(head)] if not head.startswith(f"{name}.")]


def keep_frozen_norms_in_eval(model: nn.Module) -> None:
    """Put each batch norm whose weights are frozen into ``eval`` mode.

    It then normalizes with its running mean and variance, and does not change them.
    ``model.train()`` undoes it. A batch norm without weights (``affine=False``) is left alone.
    """
    for module in model.modules():
        if isinstance(module, _BatchNorm):
            parameters = list(module.parameters())
            if parameters and not any(parameter.requires_grad for parameter in parameters):
                module.eval()


def parameter_groups(model: nn.Module, head_rate: float, body_rate: float) -> list[dict[str, Any]]:
    """Two learning rates for one optimizer: ``AdamW(parameter_groups(model, 1e-3, 1e-4))``.

    Args:
        model: A classifier of this package or of torchvision.
        head_rate: Learning rate of the head, which is new.
        body_rate: Learning rate of all else, which has already learned.

    Returns:
        The head's group, then the body's; frozen parameters, and a group without any others,
        are left out.

    Raises:
        ModelError: If no head is found.
    """
    head = head_parameters(model)
    known = {id(parameter) for parameter in head}
    body = [parameter for parameter in model.parameters() if id(parameter) not in known]
    groups = []
    for parameters, rate in ((head, head_rate), (body, body_rate)):
        learning = [parameter for parameter in parameters if parameter.requires_grad]
        if learning:
            groups.append({"params": learning, "lr": rate})
    return groups


def _head_of(model: nn.Module) -> str:
    """Name of the last layer that multiplies its input with weights, if it can be a head."""
    weighted = (nn.Linear, nn.Conv2d)
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, weighted)}
    return _require_head(model, next(reversed(layers), ""))


def _require_head(model: nn.Module, name: str) -> str:
    """The name of a layer, if it can be a head."""
    layer = dict(model.named_modules()).get(name) if name else None
    one = isinstance(layer, nn.Conv2d) and layer.kernel_size == (1, 1)
    if one or isinstance(layer, nn.Linear):
        return name
    found = f"its last layer, {name}, is {layer}" if name else "it has no layers with weights"
    raise ModelError(
        f"{type(model).__name__}: no head found, for {found}; a head is a fully connected layer "
        "or a 1×1 convolution: replace yours by hand"
    )


def _fresh_layer(old: nn.Module, num_classes: int) -> nn.Module:
    """A layer like the old one, on its device, with PyTorch's usual fresh weights."""
    assert isinstance(old, nn.Linear | nn.Conv2d)
    has_bias = old.bias is not None
    if isinstance(old, nn.Linear):
        return nn.Linear(old.in_features, num_classes, has_bias).to(old.weight)
    return nn.Conv2d(old.in_channels, num_classes, 1, bias=has_bias).to(old.weight)
