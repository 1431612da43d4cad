"""The set-up cell installs only what is missing, and says in one line what it did."""

import importlib.util
from types import SimpleNamespace

import pytest
from IPython.core.inputtransformer2 import TransformerManager

import course_utils
import notebook_rules as rules
from course_utils.repository import REPOSITORY_URL
from course_utils.teaching.setup import CHOICE, OURS
from refresh import BOOK, find_notebooks

SETUP = rules.code_cells(rules.read_notebook(find_notebooks(BOOK)[0]))[0].source
LINE = "device: cpu · data: embedded · seed: "

pytestmark = pytest.mark.usefixtures("without_a_screen")


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No GPU, and no choice of data in the environment, before and after."""
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    for name in (CHOICE, OURS):
        monkeypatch.setenv(name, "")


class Pip:
    """What the cell asks of pip, in an environment without the package."""

    def __init__(self, works: bool) -> None:
        self.works, self.asked, self.installed = works, list[str](), False

    def run_line_magic(self, magic: str, line: str) -> None:
        """Do as ``%pip`` does, with as many words."""
        assert magic == "pip"
        self.asked.append(line)
        self.installed = self.works and line.startswith("install")
        print("Collecting course-utils" if self.works else "ERROR: no network")
        print("Note: you may need to restart the kernel to use updated packages.")

    def find_spec(self, name: str) -> object:
        """Find the package once it is installed."""
        assert name == "course_utils"
        return SimpleNamespace() if self.installed else None


def run_setup(pip: Pip, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the cell as a kernel does."""
    with monkeypatch.context() as patched:
        patched.setattr(importlib.util, "find_spec", pip.find_spec)
        exec(TransformerManager().transform_cell(SETUP), {"get_ipython": lambda: pip})


def test_it_is_a_form_with_a_drop_down_and_is_short() -> None:
    first, second, *_ = SETUP.splitlines()
    assert first == "# @title Set-up"
    assert second == 'data = "embedded"  # @param ["embedded", "real"]'
    assert len(SETUP.splitlines()) <= rules.MAX_LINES


def test_it_installs_the_tag_of_this_version() -> None:
    assert f'"git+{REPOSITORY_URL}@v{course_utils.__version__}"' in SETUP
    assert f"installed: course_utils v{course_utils.__version__}" in SETUP


def test_it_uses_the_kernels_own_pip_and_no_fixed_folder() -> None:
    assert "!pip" not in SETUP and "%pip" in SETUP
    assert "/tmp" not in SETUP


def test_where_the_package_is_there_it_says_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pip = Pip(works=True)
    pip.installed = True
    run_setup(pip, monkeypatch)
    assert not pip.asked
    assert capsys.readouterr().out.startswith(LINE)


def test_where_it_is_missing_it_installs_it_under_constraints_and_says_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pip = Pip(works=True)
    run_setup(pip, monkeypatch)
    frozen, install = pip.asked
    assert frozen == 'list --format=freeze > "{folder}/pins.txt"'
    assert install == 'install -c "{folder}/pins.txt" "{package}"'
    out = capsys.readouterr().out
    assert out.startswith(f"installed: course_utils v{course_utils.__version__} · {LINE}")
    assert out.count("\n") == 1


def test_where_pip_fails_its_message_is_shown_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ImportError, match=r"it needs git: git-scm\.com"):
        run_setup(Pip(works=False), monkeypatch)
    assert "ERROR: no network" in capsys.readouterr().out
