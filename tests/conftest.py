"""Fixtures and markers that several tests share."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from order import SLOW, cost_of
from web_server import Server, serve

# One thread for each process, before PyTorch is loaded: results do not depend on the machine, and
# tests that run side by side do not wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The same examples at every run: a failure stays until it is mended.
settings.register_profile("course", deadline=None, derandomize=True, max_examples=30)
settings.load_profile("course")

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Hide GPUs, also from all processes that tests start, unless tests of them are asked for.

    A test that forks or compares bytes is about the CPU; ``make test-gpu`` is about the rest.
    """
    if "gpu" in config.option.markexpr:
        return
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    import torch

    torch.cuda.is_available = lambda: False  # at once, whatever has been asked before


@pytest.hookimpl(tryfirst=True)  # before -m and -k select
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark cells of notebooks and tests of the built book; dear files first for several workers."""
    for item in items:
        if item.path.suffix == ".ipynb":
            item.add_marker("notebook")
        if "built_book" in getattr(item, "fixturenames", ()):
            item.add_marker("book")
        if item.nodeid.startswith(SLOW):
            item.add_marker("slow")
    if hasattr(config, "workerinput"):  # so that no worker ends with a long one
        items.sort(key=lambda item: -cost_of(item.path))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's folder."""
    return ROOT


@pytest.fixture(scope="session")
def small_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a small network for ants and bees that nobody trained."""
    from weight_files import write_small_weights

    return write_small_weights(tmp_path_factory.mktemp("weights") / "small.safetensors")


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_weights: Path) -> Path:
    """An embedded folder that holds the small network as ``insects-resnet18``, and no more."""
    from course_utils.data import locations, manifest

    folder = tmp_path / "package" / "embedded"
    (folder / "weights").mkdir(parents=True)
    shutil.copy(small_weights, folder / "weights" / "insects-resnet18.safetensors")
    manifest.write_manifest(folder)
    monkeypatch.setattr(locations, "PACKAGE", folder.parent)
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and no real data."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    monkeypatch.delenv("COURSE_DATA", raising=False)
    return tmp_path / "cache" / "course-utils"


@pytest.fixture
def server() -> Iterator[Server]:
    """A web server on this machine."""
    with serve() as running:
        yield running


@pytest.fixture
def without_a_screen() -> Iterator[None]:
    """Draw into memory, and give matplotlib its settings back."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.use("agg")
        yield


@pytest.fixture(autouse=True)
def no_open_figures() -> Iterator[None]:
    """Close what a test leaves open: no test sees the figures of another."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder with real photographs, or a skip where there is none."""
    named = os.environ.get("COURSE_DATA_DIR")
    if not named:
        pytest.skip("COURSE_DATA_DIR does not name a folder with the real photographs")
    folder = Path(named).resolve()
    if not folder.is_dir():
        pytest.skip(f"COURSE_DATA_DIR names {named}, which is not a folder")
    return folder


@pytest.fixture(scope="session")
def built_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book's HTML, built once for all tests of all workers, with warnings as errors."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # which the workers of a run share
    with FileLock(folder / "book.lock"):
        if not (folder / "book.json").exists():
            (folder / "book.json").write_text(json.dumps(build_book(folder / "book")))
    status, said = json.loads((folder / "book.json").read_text())
    assert status == 0, said
    return folder / "book" / "_build" / "html"


def build_book(output: Path) -> tuple[int, str]:
    """Build it; return the exit status, and what was said."""
    program = Path(sys.executable).parent / "jupyter-book"
    options = ["--path-output", str(output), "-W", "-n", "--keep-going", "-q"]
    command = [str(program), "build", str(ROOT), *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr
