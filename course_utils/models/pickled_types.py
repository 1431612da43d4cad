"""Which types a file of ``torch.save`` asks for, found without loading anything."""

import pickletools
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

LONGEST = 1 << 26
"""Bytes of a pickle that are looked through."""

WRAPPERS = (
    *("state_dict", "model_state_dict", "model_state", "model_weights", "model", "net", "network"),
    *("weights", "params", "ema", "model_ema", "state_dict_ema"),
)
"""Keys under which training programs keep a network's state_dict."""

NETWORK = re.compile(r"torch\.nn\.modules\.|torch\._utils\._rebuild_parameter$")
FORBIDDEN = re.compile(r"(?:GLOBAL|class|global:?) ([A-Za-z_][\w.]*\.\w+)")

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
    globals_, texts, whole = _named_in(path)
    if not whole:
        return "is damaged or cut off: fetch or copy it again"
    found = FORBIDDEN.search(str(error))
    name = found[1] if found else ""
    network = any(NETWORK.match(known) for known in globals_) and not name.startswith("numpy")
    loaded = f'torch.load("{path}", weights_only=False)'
    key = next((text for text in texts if text in WRAPPERS), None)
    inner = loaded if key is None else f'{loaded}["{key}"]'
    if network:
        which = f" ({name})" if name else ""
        what, kept = f"is or holds a whole network{which}", f"{inner}.state_dict()"
    else:
        what = f"holds {_described(name)}" if name else "is damaged, or holds more than weights"
        everything = f"{{k: v for k, v in {loaded}.items() if torch.is_tensor(v)}}"
        kept = everything if key is None else inner
    return f'{what}, {TRUST} weights: torch.save({kept}, "weights.pth")'


def _described(name: str) -> str:
    if name.startswith("numpy"):
        return f"a NumPy number or array ({name})"
    return name


def _named_in(path: Path) -> tuple[list[str], list[str], bool]:
    """The types and functions that a file's pickles name, the texts, and if they are whole."""
    globals_: list[str] = []
    texts: list[str] = []
    try:
        for opcode, argument, _ in _operations(path):
            if opcode.name == "GLOBAL":
                globals_.append(str(argument).replace(" ", "."))
            elif opcode.name == "STACK_GLOBAL":
                globals_.append(".".join(texts[-2:]))
            elif isinstance(argument, str):
                texts.append(argument)
    except Exception:  # a damaged pickle may fail in any way
        return globals_, texts, False
    return globals_, texts, True


def _operations(path: Path) -> Iterator[tuple[pickletools.OpcodeInfo, object, int | None]]:
    with path.open("rb") as file:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                name = next(n for n in archive.namelist() if n.endswith("data.pkl"))
                with archive.open(name) as inner:
                    yield from pickletools.genops(BytesIO(inner.read(LONGEST)))
            return
        file.seek(0)
        yield from _in_turn(file)


def _in_turn(file: BinaryIO) -> Iterator[tuple[pickletools.OpcodeInfo, object, int | None]]:
    """The pickles at the beginning of an old file: three numbers, then what was saved."""
    for _ in range(4):
        yield from pickletools.genops(file)
