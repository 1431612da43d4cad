"""A short run of all that ``make fuzz`` runs for long, and the fuzzer itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATHS = [str(ROOT), *(str(ROOT / "tests" / name) for name in ("helpers", "fuzzing", "corpus"))]


def run(*arguments: str, program: str = str(HERE / "run.py")) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(PATHS), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, program, *arguments],
        capture_output=True, text=True, env=environment, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_nothing_is_found_in_a_moment_of_each_target(tmp_path: Path) -> None:
    result = run("--seconds", "0.4", "--seed", "1", "--output", str(tmp_path))
    assert result.returncode == 0, result.stdout + result.stderr


FAULTY = """
import os, sys, time
import run
from target import Target

def fault(content):
    if b"x" in content:
        raise KeyError("x")
    if b"s" in content:
        time.sleep(100)
    if b"l" in content:
        while True: pass
    if b"m" in content:
        bytearray(b"1") * (100 << 20)
    if b"M" in content:
        bytearray(8 << 30)
    if b"c" in content:
        os.abort()

run.TARGETS = {"faulty": Target(fault, lambda: [b"good", *(b"12%c45" % b for b in b"xlmMc")])}
run.HANG, run.PEAK = 0.3, 64 << 20
sys.exit(run.main())
"""


@pytest.mark.slow
def test_each_kind_of_fault_is_found_named_and_made_small(tmp_path: Path) -> None:
    program, output = tmp_path / "faulty.py", tmp_path / "found"
    program.write_text(FAULTY)
    result = run("--inputs", "6", "--output", str(output), program=str(program))
    assert result.returncode == 1, result.stderr
    kinds = {path.stem: path.read_bytes() for path in output.glob("*.bin")}
    assert kinds == {
        "faulty-KeyError-at-faulty-py-8": b"x",
        "faulty-hang": b"l",
        "faulty-peak-above-1-GiB": b"m",
        "faulty-asks-for-more-than-4-GiB": b"M",
        "faulty-crash--SIGABRT-": b"c",
    }
    row = result.stdout.splitlines()[1].split()
    assert row[:2] == ["faulty", "6"]
    assert row[3:] == ["2", "1", "2"]


BEHIND = """
import torch
from targets_weights import CHECKPOINTS, WEIGHTS
from course_utils.models.weights import read_weights
from course_utils.training.checkpoint import load_checkpoint
from pathlib import Path

path = Path("a")
(seed,) = CHECKPOINTS.seeds()
path.write_bytes(CHECKPOINTS.repaired(seed.replace(b"epochq\\x03K\\x01", b"epochq\\x03K\\x07")))
assert load_checkpoint(path, {"model": "resnet18"})["epoch"] == 7
seed = WEIGHTS.seeds()[0]
assert b"insects" in seed or b"ants" in seed
path.write_bytes(WEIGHTS.repaired(seed.replace(b"ants", b"aunts")))
assert "aunts" in read_weights(path)[1].class_names
"""


@pytest.mark.slow
def test_what_is_changed_gets_behind_the_checksums(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "behind.py").write_text(BEHIND)
    monkeypatch.chdir(tmp_path)
    result = run(program=str(tmp_path / "behind.py"))
    assert result.returncode == 0, result.stderr
