"""The pages of the package's reference list every public name, and read well."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from sphinx.util.inventory import InventoryFile

import notebook_rules as rules
from budgets import chapters, notebook_path
from chapter_counts import python_source
from readable_defaults import readable

PACKAGE = "course_utils"
OFFERING = ("", ".data", ".models", ".analysis", ".training", ".inference", ".teaching")
UNREADABLE = re.compile(
    r"&lt;(?:factory|function|class|object|lambda)|at 0x[0-9a-f]{6}|str\(object="
)


@pytest.fixture(scope="module")
def names(built_book: Path) -> set[str]:
    """Every name of the package that the built book lists."""
    with (built_book / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", lambda base, target: target)
    kinds = [kind for kind in inventory if kind.startswith("py:")]
    return {name for kind in kinds for name in inventory[kind]}


@pytest.fixture(scope="module")
def things(names: set[str]) -> set[int]:
    """The identities of the listed classes and functions, whatever module lists them."""
    found = (find(name) for name in names)
    return {id(thing) for thing in found if isinstance(thing, type) or callable(thing)}


def find(name: str) -> object:
    """Return what a full name stands for, ``None`` where it is an attribute of an instance."""
    module, rest = import_module(PACKAGE), name.split(".")[1:]
    thing: object = module
    for part in rest:
        if isinstance(thing, ModuleType) and not hasattr(thing, part):
            import_module(f"{thing.__name__}.{part}")
        thing = getattr(thing, part, None)
    return thing


def is_listed(module: str, name: str, names: set[str], things: set[int]) -> bool:
    """Say whether the reference lists a name of a module, or the same thing under another."""
    thing = getattr(import_module(module), name)
    namesakes = [listed for listed in names if listed.endswith(f".{name}")]
    return id(thing) in things or any(find(listed) is thing for listed in namesakes)


def public_names() -> Iterator[tuple[str, str]]:
    """Yield module and name of what the parts of the package offer."""
    for part in OFFERING:
        module = import_module(PACKAGE + part)
        yield from ((module.__name__, name) for name in module.__all__ if name[0] != "_")


def imported_names(path: Path) -> Iterator[tuple[str, str]]:
    """Yield module and name of what a notebook imports from the package, or takes of a module."""
    modules: dict[str, str] = {}
    sources = [python_source(cell.source) for cell in rules.code_cells(rules.read_notebook(path))]
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            module = str(node.module)
            for alias in node.names:
                if isinstance(find(f"{module}.{alias.name}"), ModuleType):
                    modules[alias.asname or alias.name] = f"{module}.{alias.name}"
                elif module != "course_utils.cli":  # whose --help is its reference
                    yield module, alias.name
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", None) in modules:
            yield modules[ast.unparse(node.value)], node.attr


def test_every_offered_name_is_listed(names: set[str], things: set[int]) -> None:
    offered = list(public_names())
    assert len(offered) > 80
    missing = [f"{m}.{name}" for m, name in offered if not is_listed(m, name, names, things)]
    assert not missing, "add them to a page of book/appendix/api"


@pytest.mark.parametrize("chapter", chapters(), ids=lambda name: name.rpartition("/")[2])
def test_what_a_chapter_imports_is_listed(chapter: str, names: set[str], things: set[int]) -> None:
    imported = set(imported_names(notebook_path(chapter)))
    assert ("course_utils.teaching", "check") in imported
    missing = {f"{m}.{name}" for m, name in imported if not is_listed(m, name, names, things)}
    assert not missing, "add them to a page of book/appendix/api"


def test_no_private_name_is_listed(names: set[str]) -> None:
    assert not [name for name in names if re.search(r"\._", name)]


def test_signatures_and_texts_are_readable(built_book: Path) -> None:
    pages = list((built_book / "book" / "appendix" / "api").glob("*.html"))
    assert len(pages) == 8
    for page in pages:
        assert not UNREADABLE.findall(page.read_text(encoding="utf-8")), page.name


def test_the_pages_follow_the_flow_of_data(root: Path) -> None:
    order = ["start", "data", "models", "analysis", "training", "inference"]
    contents = (root / "_toc.yml").read_text(encoding="utf-8")
    listed = re.findall(r"file: book/appendix/api/(\w+)", contents)
    assert listed[: len(order)] == order
    table = (root / "book" / "appendix" / "api.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| .*\(api/(\w+)\.md\)", table, re.MULTILINE) == listed


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("(a=<function f>)", "(a=f)"),
        ("(a=<function C.f at 0x7fd1>, b=<factory>)", "(a=C.f, b=...)"),
        ("(a: int = 3)", "(a: int = 3)"),
    ],
)
def test_defaults_are_readable(signature: str, expected: str) -> None:
    assert readable(signature) == expected
