"""Which types a file of ``torch.save`` asks for, found without loading anything."""

import pickletools
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

LONGEST = 1 << 26
"""Bytes of a pickle that are looked through."""

NETWORK = re.compile(r"torch\.nn\.modules\.|torch\._utils\._rebuild_parameter$")
FORBIDDEN = re.compile(r"(?:GLOBAL|class|global:?) ([A-Za-z_][\w.]*\.\w+)")

Operation = tuple[pickletools.OpcodeInfo, object, int | None]

TRUST = "which is not read, for code could run on loading; where you trust the file, keep only its"


def refusal(path: Path, error: Exception) -> str:
    """Why a file is not read, and how its owner can keep the weights alone.

    Args:
        path: What ``torch.save`` wrote.
        error: From ``torch.load(path, weights_only=True)``, which names the first type that it
            does not read.
    """
    if "operand" in str(error):
        return (
            "was written with a newer pickle protocol, which is not read: write it again with "
            "torch.save(state_dict, FILE), without pickle_protocol"
        )
    seen = _look_through(path)
    if not seen.whole:
        return "is damaged or cut off: fetch or copy it again"
    found = FORBIDDEN.search(str(error))
    name = found[1] if found else ""
    loaded = f'torch.load("{path}", weights_only=False)'
    if seen.has_network and not name.startswith("numpy"):
        which = f" ({name})" if name else ""
        what = f"is or holds a whole network{which}"
        kept = f"{loaded}{_item(seen.network_key)}.state_dict()"
    else:
        what = f"holds {_described(name)}" if name else "is damaged, or holds more than weights"
        everything = f"{{k: v for k, v in {loaded}.items() if torch.is_tensor(v)}}"
        kept = everything if seen.tensors_key is None else f"{loaded}{_item(seen.tensors_key)}"
    return f'{what}, {TRUST} weights: torch.save({kept}, "weights.pth")'


def _item(key: str | None) -> str:
    return "" if key is None else f"[{key!r}]".replace("'", '"')


def _described(name: str) -> str:
    if name.startswith("numpy"):
        return f"a NumPy number or array ({name})"
    return name


@dataclass
class Seen:
    """What the pickles of a file name.

    Attributes:
        has_network: Whether there is a network among it.
        network_key: Under which key it is; ``None`` if it is all.
        tensors: Whether there is a tensor.
        tensors_key: Under which key the dict is that holds the first one; ``None`` if that dict
            is all.
        whole: Whether the pickles could be followed to their ends.
    """

    has_network: bool = False
    network_key: str | None = None
    tensors: bool = False
    tensors_key: str | None = None
    whole: bool = False


def _look_through(path: Path) -> Seen:
    seen = Seen()
    try:
        for operations in _pickles(path):
            seen = _seen_in(operations)
        seen.whole = True
    except Exception:  # a damaged pickle may fail in any way
        seen.whole = False
    return seen


def _seen_in(operations: Iterable[Operation]) -> Seen:
    """Follow one pickle: a dict, a network and a tensor belong to the text before them."""
    seen, texts = Seen(), [""]
    keys: list[str | None] = [None]
    for opcode, argument, _ in operations:
        if isinstance(argument, str) and opcode.name in ("GLOBAL", "STACK_GLOBAL"):
            name, last = argument.replace(" ", "."), texts[-1] or None
            if name.endswith("OrderedDict"):
                keys.append(last)
            elif NETWORK.match(name) and not seen.has_network:
                seen.has_network, seen.network_key = True, last if len(keys) > 1 else None
            elif name.startswith("torch._utils._rebuild_tensor") and not seen.tensors:
                seen.tensors, seen.tensors_key = True, keys[-1]
        elif opcode.name in ("EMPTY_DICT", "DICT"):
            keys.append(texts[-1] or None)
        elif isinstance(argument, str) and argument != "module":  # it is before each class of old
            texts.append(argument)
    return seen


def _pickles(path: Path) -> Iterator[Iterable[Operation]]:
    """The pickles in a file; what was saved is in the last of them."""
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            file.seek(0)
            yield from (list(pickletools.genops(file)) for _ in range(4))
            return
        with zipfile.ZipFile(file) as archive:
            name = next(n for n in archive.namelist() if n.endswith("data.pkl"))
            with archive.open(name) as inner:
                yield pickletools.genops(BytesIO(inner.read(LONGEST)))
