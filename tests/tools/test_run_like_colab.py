"""An environment like Colab's, and what changes in it."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from run_like_colab import changes, execute, imitate_colab


def test_changes_names_replaced_and_lost_packages_only() -> None:
    before = {"numpy": "2.1", "torch": "2.6", "pandas": "2.2"}
    after = {"numpy": "2.2", "torch": "2.6", "course-utils": "0.1"}
    assert changes(before, after) == ["numpy 2.1 became 2.2", "pandas 2.2 became nothing"]


def test_the_imitation_looks_like_colab_to_a_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONPATH", "IPYTHONDIR", "COLAB_RELEASE_TAG"):
        monkeypatch.setenv(name, "")
    imitate_colab(tmp_path)
    cells = [
        new_code_cell("import os, sys\nassert 'google.colab' in sys.modules"),
        new_code_cell("assert os.listdir() == []"),
    ]
    path = tmp_path / "chapter.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    (tmp_path / "content").mkdir()
    execute(path, tmp_path / "content")
