"""The documents at the top of the repository lead where they say, and say what is true."""

import re
from pathlib import Path

import pytest

DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_to_files(root: Path, name: str) -> None:
    targets = LINK.findall((root / name).read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith("http")]
    assert not [target for target in local if not (root / target).exists()]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "book/setup.md"])
def test_every_make_command_exists(root: Path, name: str) -> None:
    known = set(re.findall(r"^\.PHONY: (\S+)$", (root / "Makefile").read_text(), re.MULTILINE))
    text = (root / name).read_text(encoding="utf-8")
    used = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, flags=re.MULTILINE))
    assert used
    assert used <= known


def test_the_tests_without_make_are_those_of_make(root: Path) -> None:
    for name in ("README.md", "book/setup.md"):
        assert "\npytest --nbval tests course_utils book\n" in (root / name).read_text("utf-8"), (
            name
        )
    makefile = (root / "Makefile").read_text()
    choices = dict(re.findall(r"^(NBVAL|TESTS|CHAPTERS) +:= (.+)$", makefile, flags=re.MULTILINE))
    assert choices == {"NBVAL": "--nbval", "TESTS": "tests course_utils", "CHAPTERS": "book"}
