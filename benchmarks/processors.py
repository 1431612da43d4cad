"""Kinds of processors: what pays on one may cost on another, so floors belong to one kind."""

import torch

ANY = "any"
"""Of floors that hold on every processor: those of memory, and of starting."""


def processor_class() -> str:
    """``"AMX"``, ``"AVX512"``, ``"AVX2"``, or what else PyTorch calls it.

    AMX multiplies blocks of bfloat16 numbers by itself; the other two have no such unit, though
    some of AVX512 know bfloat16.
    """
    if getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)():
        return "AMX"
    return torch.backends.cpu.get_cpu_capability()
