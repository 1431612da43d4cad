"""Write the address of the course's repository into every file that names it.

Run by ``make repository REPO=owner/name``. The address that is replaced is the one that
``course_utils/repository.py`` holds.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path("course_utils/repository.py")
NAMING = (
    SOURCE,
    Path("README.md"),
    Path("CONTRIBUTING.md"),
    Path("CHANGELOG.md"),
    Path("CITATION.cff"),
    Path("pyproject.toml"),
    Path("_config.yml"),
)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")
ADDRESS = re.compile(r'REPOSITORY_URL = "https://github\.com/([^"]+)"')


def current_name(root: Path) -> str:
    """Read ``owner/name`` from the one place that defines it."""
    found = ADDRESS.search((root / SOURCE).read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit(f"{SOURCE} does not define REPOSITORY_URL")
    return found[1]


def naming_files(root: Path) -> Iterator[Path]:
    """List the files that may name the repository."""
    yield from (root / path for path in NAMING if (root / path).exists())
    for kind in ("*.md", "*.ipynb"):
        yield from sorted((root / "book").rglob(kind))


def set_repository(root: Path, name: str) -> list[Path]:
    """Replace the repository's name everywhere under ``root``.

    Args:
        root: The repository's folder.
        name: ``owner/name``.

    Returns:
        The files that changed.
    """
    if not NAME.fullmatch(name):
        raise SystemExit(f"{name!r} is not of the form owner/name")
    old, changed = current_name(root), []
    owner, _, short = old.partition("/")
    for path in naming_files(root):
        before = path.read_text(encoding="utf-8")
        after = before.replace(f"github.com/{old}", f"github.com/{name}")
        after = after.replace(f"{owner}.github.io/{short}", pages_address(name))
        after = after.replace(f"\ncd {short}\n", f"\ncd {name.partition('/')[2]}\n")
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed.append(path)
    return changed


def pages_address(name: str) -> str:
    """Return where GitHub Pages publishes the repository."""
    owner, _, short = name.partition("/")
    return f"{owner}.github.io/{short}"


def main() -> None:
    """Set the name that the command line gives."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: python tools/set_repository.py owner/name")
    for path in set_repository(ROOT, sys.argv[1]):
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
