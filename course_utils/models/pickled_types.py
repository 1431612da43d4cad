"""What a file of ``torch.save`` holds besides tensors, found without executing anything in it."""

import pickle
import re
import sys
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from course_utils.models.keeping import item, loading, saving
from course_utils.models.pickled_calls import follow
from course_utils.models.pickles import SAVED, pickles_in

DEEPEST = 8
"""Keys, one behind the other, that are looked behind."""

KNOWN = {*sys.stdlib_module_names, "__builtin__", "copy_reg", "numpy", "torch", "torchvision"}
"""Modules that are there where this package is; others are a program's own."""

FORBIDDEN = re.compile(r"(?:GLOBAL|class|global:?) ([A-Za-z_][\w.]*\.\w+)")

NOT_READ = "which is not read, for code could run on loading"


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
    try:
        pickled = _last_pickle(path)
    except Exception:  # a damaged pickle may fail in any way
        return "is damaged or cut off: fetch or copy it again"
    found = FORBIDDEN.search(str(error))
    what = _described(found[1]) if found else "more than weights"
    outline = _Outline(pickled)
    try:
        named, kept = _weights_in(outline.load(), loading(path, weights_only=False))
    except Exception:  # a pickle may describe what no stub can stand for
        named, kept = "", ""
    holds = f"is or holds a whole network ({named})" if named else f"holds {what}"
    if not kept:
        return f"{holds}, {NOT_READ}: store the weights alone with torch.save(state_dict, FILE)"
    trusted = f"where you trust the file, keep only its weights{_where(outline.foreign)}"
    return f"{holds}, {NOT_READ}; {trusted}: {saving(kept)}"


def _where(foreign: list[tuple[str, str]]) -> str:
    """Where the file can be loaded, if it needs a class of a program's own."""
    if not foreign:
        return ""
    module, name = foreign[0]
    if module == "__main__":
        return f", in the program that defines {name}"
    return f", where Python can import {module}"


def _described(name: str) -> str:
    if name.startswith("numpy"):
        return f"a NumPy number or array ({name})"
    return name


def require_modest(path: Path) -> None:
    """Refuse a file whose pickles ask for hours or gigabytes.

    Raises:
        pickle.UnpicklingError: If one does.
        Exception: Of any kind, if one is damaged.
    """
    for pickled in pickles_in(path):
        follow(pickled, path.stat().st_size)


def _last_pickle(path: Path) -> bytes:
    """The pickle of what was saved; it is followed to its end."""
    *_, pickled = islice(pickles_in(path), SAVED)
    follow(pickled, path.stat().st_size)
    return pickled


class Stub:
    """Stands for an object of any class: it keeps what it was made of, and does nothing."""

    path = ""
    arguments: tuple[object, ...] = ()
    state: object = None
    items: dict[object, object]

    def __new__(cls, *_: object, **__: object) -> "Stub":
        """Make it with no items yet; a pickle may leave out what comes after this."""
        stub = super().__new__(cls)
        stub.items = {}
        return stub

    def __init__(self, *arguments: object, **_: object) -> None:
        self.arguments = arguments

    def __setstate__(self, state: object) -> None:
        self.state = state

    def __setitem__(self, key: object, value: object) -> None:
        self.items[key] = value

    def append(self, value: object) -> None:
        """As a list does."""
        self[len(self.items)] = value

    def extend(self, values: list[object]) -> None:
        """As a list does."""
        self.items.update(enumerate(values, len(self.items)))

    def is_like(self, *beginnings: str) -> bool:
        """Whether its class, or the function that makes it, is called so."""
        return self.path.startswith(beginnings)


class _Outline(pickle.Unpickler):
    """Reads a pickle without a class, a function or a module of anybody: all are stubs."""

    def __init__(self, pickled: bytes) -> None:
        super().__init__(BytesIO(pickled))
        self.foreign: list[tuple[str, str]] = []

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] not in KNOWN:
            self.foreign.append((module, name))
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        return type(name, (Stub,), {"path": f"{module}.{name}"})

    def persistent_load(self, pid: Any) -> Any:
        old_module = isinstance(pid, tuple) and pid and pid[0] == "module"
        return pid[1] if old_module else Stub()


def _weights_in(content: object, loaded: str) -> tuple[str, str]:
    """The class of the network, if that is what holds the weights; and the line that keeps them.

    Of several dicts and networks, it is the one with the most tensors; the nearest of those.
    """
    best: tuple[int, str, str] = (0, "", "")
    for part, keys in _parts(content):
        count, found = _count(part, set()), f"{loaded}{''.join(keys)}"
        if count > best[0]:
            best = count, *_line(part, found)
    return best[1:]


def _count(part: object, seen: set[int]) -> int:
    """How many tensors a dict, or a network, has as its own; or a dict NumPy's arrays.

    A layer that is there twice counts once.
    """
    if id(part) in seen:
        return 0
    seen.add(id(part))
    if isinstance(part, Mapping):
        return sum(_is_tensor(value) or _is_array(value) for value in part.values())
    if not _is_network(part):
        return 0
    assert isinstance(part, Stub)
    assert isinstance(part.state, dict)
    own = (part.state.get(kind) for kind in ("_parameters", "_buffers"))
    layers = part.state["_modules"]
    inner = layers.values() if isinstance(layers, Mapping) else ()
    return sum(_count(one, seen) for one in (*own, *inner))


def _line(part: object, found: str) -> tuple[str, str]:
    """The class of a network, or nothing; and what makes it a ``state_dict``."""
    if isinstance(part, Stub):
        return _class_of(part), f"{found}.state_dict()"
    assert isinstance(part, Mapping)
    values = f"for k, v in {found}.items() if"
    if any(map(_is_array, part.values())):
        return "", f'{{k: torch.as_tensor(v) {values} hasattr(v, "shape")}}'
    return "", found if all(map(_is_tensor, part.values())) else (
        f"{{k: v {values} torch.is_tensor(v)}}"
    )


def _parts(content: object) -> Iterator[tuple[object, list[str]]]:
    """What is in the content, nearest first and dicts first, and what takes it out."""
    level: list[tuple[object, list[str]]] = [(content, [])]
    seen = {id(content)}
    for _ in range(DEEPEST):
        level.sort(key=lambda part: _is_network(part[0]))
        yield from level
        inside = [(inner, [*keys, key]) for part, keys in level for inner, key in _inside(part)]
        level = []
        for part in inside:
            if id(part[0]) not in seen:
                level.append(part)
                seen.add(id(part[0]))


def _inside(part: object) -> Iterator[tuple[object, str]]:
    if _is_network(part):
        return
    if isinstance(part, list | tuple):
        part = dict(enumerate(part))
    if isinstance(part, Mapping) and not {"state", "param_groups"} <= {*part}:
        yield from ((value, item(key)) for key, value in part.items() if _simple(key))
    if isinstance(part, Stub):
        yield from ((value, item(key)) for key, value in part.items.items() if _simple(key))
        state = part.state if isinstance(part.state, dict) else {}
        yield from ((value, f".{key}") for key, value in state.items() if str(key).isidentifier())


def _simple(key: object) -> bool:
    return isinstance(key, str | int)


def _is_network(part: object) -> bool:
    return (
        isinstance(part, Stub)
        and isinstance(part.state, dict)
        and {"_modules", "_parameters"} <= {*part.state}
    )


def _is_tensor(part: object) -> bool:
    return isinstance(part, Stub) and part.is_like("torch._utils._rebuild_", "torch._tensor._rebui")


def _is_array(part: object) -> bool:
    names = "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct"
    return isinstance(part, Stub) and part.is_like(*names)


def _class_of(network: Stub) -> str:
    """Its name; protocols of old put it into the arguments of a function."""
    first = network.arguments[0] if network.arguments else None
    return first.path if isinstance(first, type) and issubclass(first, Stub) else network.path
