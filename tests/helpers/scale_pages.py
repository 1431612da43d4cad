"""What a chapter gives the figures on several processes, computed by PyTorch, and their pages."""

import torch

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html

COUNTS = (2, 3, 4, 6, 8)
PARAMETERS, PICTURES, LATENCY, MOST = 11_689_512, 1000, 5e-5, 128
BATCHES = (128, 256, 1024, 4096)
WIRES = (("1 Gbit/s", 1e9), ("10 Gbit/s", 1e10), ("100 Gbit/s", 1e11))
START = (8, 1, 1)


def ring_by_pytorch(count: int, steps: int) -> list[list[int]]:
    """Whose numbers each process (rows) holds in each piece, after so many steps."""
    held = torch.diag(2 ** torch.arange(count)) @ torch.ones(count, count, dtype=torch.int64)
    for step in range(steps):
        processes = torch.arange(count)
        pieces = (processes - step) % count
        right = (processes + 1) % count
        sent = held[processes, pieces]
        held = held.clone()
        held[right, pieces] = sent + (held[right, pieces] if step < count - 1 else 0)
    found: list[list[int]] = held.tolist()
    return found


def ring_data() -> Data:
    """Rings of several sizes, and some of their states."""
    cases = [(2, 1), (3, 4), (4, 0), (4, 3), (8, 10)]
    return {
        "processes": list(COUNTS),
        "start": 4,
        "checks": [
            {"processes": n, "step": step, "holds": ring_by_pytorch(n, step)} for n, step in cases
        ],
    }


def parts_by_pytorch(devices: int, batch: int, bits: float) -> list[float]:
    """Seconds of computing, of sending, of waiting."""
    one = torch.tensor(devices, dtype=torch.float64)
    computing = batch / PICTURES / one
    sending = 2 * (one - 1) / one * 4 * PARAMETERS / (bits / 8)
    found: list[float] = torch.stack([computing, sending, 2 * (one - 1) * LATENCY]).tolist()
    return found


def devices_data() -> Data:
    """A ResNet-18 on three wires."""
    cases = [(1, 256, 1e9), (8, 256, 1e10), (128, 4096, 1e11), (3, 1024, 1e9)]
    return {
        "parameters": PARAMETERS,
        "pictures_per_second": PICTURES,
        "latency": LATENCY,
        "batches": list(BATCHES),
        "wires": [list(wire) for wire in WIRES],
        "most": MOST,
        "start": list(START),
        "checks": [[*case, sum(parts_by_pytorch(*case))] for case in cases],
    }


def scale_html(name: str, data: Data | None = None) -> str:
    """One of the figures, as a notebook stores it."""
    data = data or {"ring": ring_data, "devices": devices_data}[name]()
    return as_html(name, DESIGNS[name](), data, "What there is to see. " * 5, "Draw. " * 20)
