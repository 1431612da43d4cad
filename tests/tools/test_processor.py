"""The processor that made a notebook's outputs has a name, and no more is said of it."""

from pathlib import Path

import pytest

import processor as module


def test_the_name_of_a_cpu_is_read(tmp_path: Path) -> None:
    table = tmp_path / "cpuinfo"
    table.write_text(
        "processor : 0\nmodel name : A CPU @ 2 GHz\nprocessor : 1\nmodel name : A CPU\n"
    )
    assert module.cpu_name(table) == "A CPU @ 2 GHz"


def test_without_a_table_the_architecture_is_named(tmp_path: Path) -> None:
    assert module.cpu_name(tmp_path / "none")


def test_the_instructions_belong_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    module.processor.cache_clear()
    assert module.processor().endswith(", AVX2")
    module.processor.cache_clear()


def test_a_gpu_is_named_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "A GPU")
    module.processor.cache_clear()
    assert module.processor() == "A GPU"
    module.processor.cache_clear()
