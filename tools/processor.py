"""The processor that computes here, as the notebooks name the one that made their outputs.

It decides what a test makes of an order of times: the same processor must find it again,
another may not.
"""

import platform
from functools import cache
from pathlib import Path


@cache
def processor() -> str:
    """Name the GPU, or the CPU with the instructions that PyTorch uses.

    No more is said than a data sheet says: no host, no clock, no number of cores.
    """
    import torch  # not where only a notebook is read

    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"{cpu_name()}, {torch.backends.cpu.get_cpu_capability()}"


def cpu_name(table: Path = Path("/proc/cpuinfo")) -> str:
    """Return the name of the CPU: where Linux lists it, or else that of its architecture."""
    lines = table.read_text(encoding="utf-8").splitlines() if table.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
