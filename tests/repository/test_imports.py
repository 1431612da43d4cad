"""What the package imports: what it declares, and nothing of the repository around it."""

import ast
import sys
from pathlib import Path

DEPENDENCIES = {
    "PIL",
    "click",
    "cycler",  # comes with matplotlib
    "filelock",
    "matplotlib",
    "numpy",
    "platformdirs",
    "safetensors",
    "torch",
    "torchvision",
    "tqdm",
}


FOR_NOTEBOOKS = {"IPython"}


def imported(path: Path) -> set[str]:
    """The top-level names of all that a file imports, at its head or within a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_the_package_imports_only_what_it_declares(root: Path) -> None:
    found: set[str] = set().union(*map(imported, (root / "course_utils").rglob("*.py")))
    others = found - set(sys.stdlib_module_names) - {"course_utils", "__future__"}
    assert others - {"scipy"} == DEPENDENCIES | FOR_NOTEBOOKS
