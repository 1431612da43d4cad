"""Ctrl-C ends a command with one word and 130, whatever the libraries make of it."""

import builtins
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from commands import run_command, start_process
from course_utils.cli.interruption import ending_as_asked


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """As in a terminal, also where the tests run in the background; then they are put back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def swallowed() -> None:
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
    except BaseException:
        pass


def changed(error: type[BaseException]) -> None:
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
    except KeyboardInterrupt:
        raise error("made of an interruption") from None


def raised() -> None:
    raise KeyboardInterrupt


def meant(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(5)


@pytest.mark.parametrize(
    ("work", "status", "word"),
    [
        (lambda: meant(signal.SIGINT), 130, "interrupted"),
        (lambda: meant(signal.SIGTERM), 143, "terminated"),
        (lambda: changed(ImportError), 130, "interrupted"),
        (lambda: changed(SystemError), 130, "interrupted"),
        (lambda: changed(SystemExit), 130, "interrupted"),
        (raised, 130, "interrupted"),
        (swallowed, 130, "interrupted"),
    ],
)
def test_one_word_and_the_status(
    work: object, status: int, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop, ending_as_asked():
        work()  # type: ignore[operator]
    assert (stop.value.code, capsys.readouterr().err) == (status, f"{word}\n")
    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN  # the process has nothing to lose


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit])
def test_what_nobody_asked_for_goes_on(error: type[BaseException]) -> None:
    with pytest.raises(error), ending_as_asked():
        raise error


def test_who_is_deaf_stays_deaf() -> None:
    """A shell starts what runs in the background so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with ending_as_asked():
        os.kill(os.getpid(), signal.SIGINT)


def test_processes_of_torchrun_end_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "run")
    before = signal.getsignal(signal.SIGTERM)
    with ending_as_asked():
        assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize(
    "module", ["course_utils.cli.commands", "click", "course_utils.cli.doctor", "torch"]
)
def test_an_interruption_while_something_is_loaded(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = builtins.__import__

    def interrupted(name: str, *others: object) -> object:
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)
        return load(name, *others)  # type: ignore[arg-type]

    for name in [name for name in sys.modules if name.startswith("course_utils.cli.comm")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", interrupted)
    outcome = run_command("doctor")
    assert (outcome.status, outcome.err.strip()) == (130, "interrupted")


def test_a_real_process_in_its_first_half_second() -> None:
    """As soon as it has loaded the very first module of the command."""
    process = start_process("doctor", env=os.environ | {"PYTHONPROFILEIMPORTTIME": "1"})
    assert process.stderr is not None
    for line in process.stderr:
        if "course_utils.cli.interruption" in line:
            break
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    lines = [line for line in said.splitlines() if not line.startswith("import time:")]
    assert (process.returncode, lines[-1]) == (130, "interrupted")
    assert "Traceback" not in said


def test_it_is_loaded_before_all_else() -> None:
    """The package and the command load little else before Ctrl-C is understood."""
    code = "import course_utils.cli, sys; print(*(m for m in sys.modules if 'course_u' in m))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = {"course_utils", "course_utils.cli", "course_utils.cli.interruption"}
    assert set(run.stdout.split()) == names


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_status_is_ours_also_where_python_runs_a_text(number: int, status: int) -> None:
    """As dataclasses and named tuples are made."""
    text = f"import os; os.kill(os.getpid(), {number}); [0 for _ in range(99)]"
    code = f"from course_utils.cli.interruption import *\nwith ending_as_asked(): exec({text!r})"
    first = "import signal; signal.signal(2, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{first}\n{code}"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == status
