"""The source that a page shows is the one that runs."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from course_utils.models import BasicBlock
from course_utils.models.blocks import conv3x3
from course_utils.teaching.source import show_source


@pytest.mark.parametrize("thing", [BasicBlock, conv3x3, BasicBlock.forward])
def test_the_source_is_the_one_that_runs(thing: Callable[..., Any]) -> None:
    source = show_source(thing)
    assert source.code == inspect.cleandoc("\n" + inspect.getsource(thing))
    assert source.code.startswith(("class BasicBlock", "def "))
    assert repr(source) == f"# course_utils.models.blocks\n{source.code}"
    assert source._repr_markdown_() == f"```python\n{source!r}\n```"


def test_only_python_has_a_source() -> None:
    with pytest.raises(TypeError):
        show_source(len)
