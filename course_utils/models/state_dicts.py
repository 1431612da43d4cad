"""The tensors that a file of ``torch.save`` holds, under whatever keys, and their names."""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from course_utils.data.transforms import IMAGENET_MEAN, IMAGENET_STD
from course_utils.errors import WeightsError

LONGEST_NAME = 1000
"""Letters of a tensor's name, with the keys before it."""

MOST_TENSORS = 20_000
"""Of a file; large networks for pictures have one or two thousand."""

BETWEEN = "/"
"""Stands between a key of a file and the names behind it, as ``.`` does within a name."""

NOT_NEEDED = "num_batches_tracked"
"""A counter of batch norm that files from before 2018 do not hold and no prediction uses."""

COUNTERS = ("n_averaged", "total_ops", "total_params")
"""What averages of weights, and a profiler, leave among them."""

MEASURED = re.compile(
    r"best|acc|loss|prec|recall|metric|score|err|iou|epoch|iter|step|decay|f1|auc|^lr$|_lr$|^map"
)
"""In the name of a single number that a training has noted; others may belong to the network."""

OF_THE_TRAINING = re.compile(
    r"callbacks|loops|hyper_parameters|.*optimi[sz]er.*|optim(?:_.*)?|.*scheduler.*"
)
"""Keys of a checkpoint behind which nothing is the network's."""

NORMALIZATION = re.compile(r"(?:(?:im(?:a)?ge?|pixel|input|norm|data|rgb)_?)?(?P<what>mean|std)s?")
"""Keys of three numbers, beside a network, of which its answers may depend."""

WRAPPERS = ("module", "_orig_mod", "_forward_module", "_fsdp_wrapped_module")
WRAPPING = re.compile(rf"(?:(?<=[./])|^)(?:{'|'.join(WRAPPERS)}|_checkpoint_wrapped_module)\.")
"""What DataParallel, ``torch.compile`` and their like put before names, or into them."""

OLD_NAMES = (
    (re.compile(r"(denselayer\d+\.(?:norm|conv))\.([12]\.)"), r"\1\2"),
    (re.compile(r"\.mlp\.linear_1\."), ".mlp.0."),
    (re.compile(r"\.mlp\.linear_2\."), ".mlp.3."),
)
"""As torchvision's files of DenseNet and of the vision transformer still have them."""


def tensors_in(content: object) -> dict[str, Tensor]:
    """The tensors in a dict, at any depth, by name; all else in it is left out.

    The names of a network are as they are where only one dict holds tensors; else the keys
    before them are kept, such as ``model/fc.weight`` and ``model_ema/fc.weight``. What an
    optimizer, or another part of the training, has noted is left out. What is there twice is
    looked into once: lists that hold one another would never end.

    Raises:
        WeightsError: If they are too many, or a name is too long; without the file's name.
    """
    found: dict[str, dict[str, Tensor]] = {}
    count = 0
    for key, part in _dicts_in(content, "", {}):
        found[key] = part
        count += len(part)
        require_few((f"{key}{name}" for name in part), count)
    if len(found) == 1:
        key, tensors = next(iter(found.items()))
        vars(tensors)["key"] = key
        return tensors
    return {f"{key}{name}": tensor for key, part in found.items() for name, tensor in part.items()}


def key_of(tensors: Mapping[str, Tensor]) -> str:
    """The keys that stand before all these names in their file, as ``tensors_in`` found them."""
    return str(vars(tensors).get("key", "")) if isinstance(tensors, OrderedDict) else ""


def require_few(names: Iterable[str], count: int) -> None:
    """Refuse so many tensors, or so long names, that looking through them would cost too much.

    Raises:
        WeightsError: Without the file's name.
    """
    if count > MOST_TENSORS:
        raise WeightsError(
            f"holds more than {MOST_TENSORS:,} tensors, and no more are read: keep those of one "
            "network in a file"
        )
    for name in names:
        if len(name) > LONGEST_NAME:
            raise WeightsError(
                f"holds a name of {len(name):,} letters ({name[:32]}...), and at most "
                f"{LONGEST_NAME:,} are read: store the tensors under shorter names"
            )


def _dicts_in(
    content: object, key: str, seen: dict[int, dict[str, Tensor]], depth: int = 0
) -> Iterator[tuple[str, dict[str, Tensor]]]:
    if not isinstance(content, Mapping | list | tuple) or depth > 8:
        return
    known = id(content) in seen
    own = seen.setdefault(id(content), OrderedDict())
    if not known:
        if not isinstance(content, Mapping):
            content = dict(enumerate(content))
        if {"state", "param_groups"} <= {*content}:
            return
        tensors = {str(k): v for k, v in content.items() if isinstance(v, Tensor)}
        tensors |= _normalization(content)
        if any(t.is_floating_point() for t in tensors.values()) and not _numbered(content):
            own.update(tensors)
            vars(own).update(vars(content) if isinstance(content, OrderedDict) else {})
    if own:
        yield key, own
    for name, inner in content.items() if isinstance(content, Mapping) and not known else ():
        if isinstance(inner, Mapping | list | tuple) and not OF_THE_TRAINING.fullmatch(str(name)):
            inside = f"{key}{name}{BETWEEN}"
            require_few([inside], 1)
            yield from _dicts_in(inner, inside, seen, depth + 1)


def _normalization(content: Mapping[Any, object]) -> dict[str, Tensor]:
    """What pictures are normalized by, as a program notes it in a list, unless it is ImageNet's."""
    found = {}
    for key, value in content.items():
        name = NORMALIZATION.fullmatch(str(key))
        if name and isinstance(value, list | tuple) and len(value) == 3:
            numbers = [float(v) for v in value if isinstance(v, int | float)]
            usual = IMAGENET_MEAN if name["what"] == "mean" else IMAGENET_STD
            scale = 255 if max(numbers, default=0) > 1 else 1
            if len(numbers) == 3 and any(
                abs(number / scale - known) > 0.005
                for number, known in zip(numbers, usual, strict=True)
            ):
                found[str(key)] = torch.tensor(numbers)
    return found


def _numbered(content: Mapping[Any, object]) -> bool:
    """Whether it is a list, such as that of a network's parameters: they have no names."""
    return all(isinstance(key, int) for key in content)


def plain_names(found: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The names without what wraps them, and old ones as they are today."""
    plain = {}
    for name, tensor in found.items():
        name = WRAPPING.sub("", name)
        for old, new in OLD_NAMES:
            name = old.sub(new, name)
        plain[name] = tensor
    return plain if len(plain) == len(found) else dict(found)


def counts_only(name: str, tensor: Tensor) -> bool:
    """Whether it only counts something, such as steps, or is a number that a training noted."""
    if name.endswith(COUNTERS):
        return True
    if tensor.numel() != 1 or name.endswith(NOT_NEEDED):
        return False
    return not tensor.is_floating_point() or bool(MEASURED.search(re.split(r"[./]", name)[-1]))
