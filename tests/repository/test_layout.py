"""Where things are: tests bear the names of what they try, and the package keeps to itself."""

import ast
import importlib
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

import course_utils
from order import DEAR_FILES, SLOW

ROOT = Path(__file__).resolve().parents[2]
PACKAGE, TESTS = ROOT / "course_utils", ROOT / "tests"
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
CHAPTERS = {path.stem for path in (ROOT / "book").rglob("*.ipynb")}

# Modules without a test of their own name, and why.
ELSEWHERE = {
    "__main__": "tests/cli/test_commands.py runs it",
    "cli/train": "it only holds train classifier and train segmenter, which have theirs",
    "repository": "one constant, which tests/tools/test_set_repository.py compares",
    **{
        f"teaching/exercises/{chapter}": "tests/teaching/test_exercises.py tries all chapters alike"
        for chapter in CHAPTERS
    },
}

LONGEST = 310
# Longer, and why.
LONG = {
    "tests/cli/test_train_classifier.py": "one command with many options, tried on one small set",
    "tests/training/test_distributed.py": "processes are started in the same few ways throughout",
}


def test_every_module_has_tests_of_its_name() -> None:
    without = {
        path.with_suffix("").as_posix()
        for path in MODULES
        if path.name != "__init__.py"
        if not (TESTS / path.parent / f"test_{path.stem}.py").exists()
    }
    assert without == set(ELSEWHERE)


def names_in(room: Path) -> set[str]:
    """What the tests of a room may be called after: its modules, its packages and itself."""
    inside = [path for path in (PACKAGE / room).iterdir() if path.name[0] != "_"]
    return {path.stem for path in inside} | {(PACKAGE / room).name}


def test_tests_of_a_room_begin_with_the_name_of_a_module() -> None:
    """Such as ``test_predict.py`` and ``test_predict_output.py``."""
    rooms = [path.parent for path in MODULES if path.name == "__init__.py"]
    strays = {
        path.relative_to(ROOT).as_posix()
        for room in rooms
        for path in (TESTS / room).glob("test_*.py")
        if not path.stem.removeprefix("test_").startswith(tuple(names_in(room)))
    }
    assert not strays


def test_no_object_hides_a_module_of_its_name() -> None:
    """``import course_utils.data.images as images`` gives the module."""
    found = [info.name for info in pkgutil.walk_packages(course_utils.__path__, "course_utils.")]
    assert len(found) > 100
    for name in found:
        if not name.endswith("__main__"):
            importlib.import_module(name)
    hidden = {name for name in found if not isinstance(held_as(name), ModuleType)}
    assert not hidden


def held_as(name: str) -> object:
    """What a package has under the name of one of its modules."""
    package, _, last = name.rpartition(".")
    return getattr(sys.modules[package], last, ModuleType(last))


def test_files_are_short() -> None:
    paths = [path for folder in (PACKAGE, TESTS) for path in folder.rglob("*.py")]
    long = {path for path in paths if len(path.read_text().splitlines()) > LONGEST}
    assert {path.relative_to(ROOT).as_posix() for path in long} == set(LONG)


def test_dear_and_slow_files_exist() -> None:
    """What is known of the cost of tests is of files that are there."""
    known = {*DEAR_FILES, *(name.partition("::")[0] for name in SLOW)}
    assert not [name for name in known if not (ROOT / name).exists()]


DEPENDENCIES = {
    "PIL",
    "click",
    "cycler",  # comes with matplotlib
    "filelock",
    "matplotlib",
    "msgspec",
    "numpy",
    "onnx",  # optional: course-utils[onnx], like onnxruntime
    "onnxruntime",
    "pillow_heif",  # optional: course-utils[heif]
    "platformdirs",
    "safetensors",
    "scipy",
    "timm",  # optional: course-utils[timm]
    "torch",
    "torchvision",
    "tqdm",
    "yaml",
}
FOR_NOTEBOOKS = {"IPython"}
AROUND = {path.name for path in ROOT.iterdir() if any(path.glob("*.py"))} - {"course_utils"}
"""What lies beside the package and is not installed with it."""


def imported(path: Path) -> set[str]:
    """The top-level names of all that a file imports, at its head or within a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_nothing_in_the_package_imports_what_lies_around_it() -> None:
    assert {"garden", "benchmarks", "tools"} <= AROUND
    outside = AROUND | {"tests"} | {path.stem for path in (TESTS / "helpers").iterdir()}
    assert not {path.as_posix() for path in MODULES if imported(PACKAGE / path) & outside}


def test_the_package_imports_only_what_it_declares() -> None:
    found: set[str] = set().union(*(imported(PACKAGE / path) for path in MODULES))
    others = found - set(sys.stdlib_module_names) - {"course_utils", "__future__", *AROUND}
    assert others == DEPENDENCIES | FOR_NOTEBOOKS
