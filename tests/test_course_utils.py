"""The package itself: light, and with few names of its own."""

import subprocess
import sys

import pytest

import course_utils


def test_the_package_offers_no_other_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'stop'"):
        course_utils.stop  # noqa: B018


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import sys, course_utils\n"
        "print(sorted({'torch', 'matplotlib', 'd2l', 'numpy'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"
