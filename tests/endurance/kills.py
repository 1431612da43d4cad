"""Kill and interrupt every command that writes, at random moments, and look at what is left.

``make test-kills``. Nothing half may stand under a final name, and the same command, given again,
must lead to the very files of a run that was never disturbed, weights included.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from commands import Outcome, fork_command, start_process
from every_command import WRITING, small_world

MORE = {"train-classifier": "--epochs 4", "train-segmenter": "--epochs 3"}
"""So that some moments lie between two checkpoints."""

WHOLE = ("is there and not empty", "holds the weights of a training already", "nothing to resume")
"""What commands say that leave alone what is whole."""


@dataclass
class Counts:
    """What came of the disturbances of one command."""

    left: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def tree(home: Path) -> dict[str, str]:
    """The digest of every file."""
    files = sorted(path for path in home.rglob("*") if path.is_file())
    return {str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def is_hidden(name: str) -> bool:
    """Whether a file is in the making, or marks that something is."""
    return any(part.startswith(".") for part in Path(name).parts)


def state_of(found: dict[str, str], whole: dict[str, str], checkpoint: bool) -> str:
    """What is left, in words; what is half under a final name begins with ``HALF``."""
    final = {name: digest for name, digest in found.items() if not is_hidden(name)}
    hidden = " and hidden files" if len(final) < len(found) else ""
    kept = {name for name in final if checkpoint and name.endswith("/checkpoint.pt")}
    others = {name: digest for name, digest in final.items() if name not in kept}
    if not final:
        return f"nothing{hidden}"
    if not others.items() <= whole.items():
        return f"HALF: {sorted(others.items() - whole.items())}"
    if others == whole:
        return f"all{hidden}"
    if kept:
        return f"a checkpoint{hidden}"
    return f"HALF: only {sorted(others)}"


class Endurance:
    """A folder for all, and for each command what an undisturbed run leaves and takes."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.random = folder, random.Random(seed)
        self.world = small_world(folder)
        self.counts = {name: Counts() for name in WRITING}
        self.whole: dict[str, dict[str, str]] = {}
        self.seconds: dict[str, float] = {}
        for name in WRITING:
            start = time.monotonic()
            outcome = self.run(name, self.home())
            self.seconds[name] = time.monotonic() - start
            assert outcome.status == 0, outcome
            self.whole[name] = tree(folder / "home")

    def home(self) -> Path:
        """An empty folder to write into."""
        shutil.rmtree(self.folder / "home", ignore_errors=True)
        (self.folder / "home").mkdir()
        return self.folder / "home"

    def words(self, name: str, home: Path) -> list[str]:
        text = f"{WRITING[name]} {MORE.get(name, '')}"
        return [word.format(**self.world, out=home / "out") for word in text.split()]

    def run(self, name: str, home: Path, *more: str) -> Outcome:
        return fork_command(*self.words(name, home), *more).outcome()

    def kill(self, name: str) -> None:
        """Kill a run; it has loaded PyTorch already, so that most moments lie in its work."""
        home = self.home()
        command = fork_command(*self.words(name, home))
        time.sleep(self.random.uniform(0, 1.1 * self.seconds[name]))
        os.kill(command.process.pid or 0, signal.SIGKILL)
        command.outcome()
        self.look(name, home, f"kill {name}")

    def interrupt(self, name: str, longest: float) -> None:
        """Interrupt a run that begins from nothing."""
        home, moment = self.home(), self.random.uniform(0, longest)
        process = start_process(*self.words(name, home))
        time.sleep(moment)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
        where = f"interrupt {name} after {moment:.2f} s"
        outside = "Traceback" in said and "in main" not in said
        if process.returncode == 0:
            self.counts[name].left["(had ended)"] += 1
        elif outside or process.returncode == -signal.SIGINT:
            self.counts[name].left["(Python had not begun)"] += 1
        elif process.returncode != 130 or said.split()[-1:] != ["interrupted"]:
            self.counts[name].problems.append(f"{where}: {process.returncode}, {said[-500:]}")
        if any(map(is_hidden, tree(home))):
            self.counts[name].problems.append(f"{where}: left {sorted(tree(home))}")
        self.look(name, home, where)

    def look(self, name: str, home: Path, where: str) -> None:
        """Look at what is left, run the command again, and compare."""
        counts, whole = self.counts[name], self.whole[name]
        left = state_of(tree(home), whole, name.startswith("train"))
        counts.left[left.partition(":")[0]] += 1
        resume = ("--resume",) if "checkpoint" in left else ()
        again = self.run(name, home, *resume)
        found = tree(home)
        final = {n: d for n, d in found.items() if not is_hidden(n) and "checkpoint.pt" not in n}
        if again.status == 1 and any(words in again.err for words in WHOLE):
            counts.after["left alone"] += 1
        elif again.status == 0:
            counts.after["resumed" if resume else "done anew"] += 1
        else:
            counts.problems.append(f"{where}: left {left}; the next run said {again.err}")
        if "HALF" in left or final != whole or (again.status == 0 and found != whole):
            counts.problems.append(f"{where}: left {left}; then {sorted(found)}")


def main() -> None:
    """Disturb, print what came of it, and end with 1 if something was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--interruptions", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        endurance, names = Endurance(Path(name), options.seed), list(WRITING)
        start = time.monotonic()
        for number in range(options.kills):
            endurance.kill(names[number % len(names)])
        middle = time.monotonic()
        process = start_process("layers", str(endurance.world["weights"]))
        process.communicate()
        longest = time.monotonic() - middle
        for number in range(options.interruptions):
            endurance.interrupt(names[number % len(names)], longest)
        end = time.monotonic()
    for command, counts in endurance.counts.items():
        print(f"{command}: left {dict(counts.left)}; the next run: {dict(counts.after)}")
        print("".join(f"  PROBLEM {problem}\n" for problem in counts.problems), end="")
    print(f"{options.kills} kills in {middle - start:.0f} s")
    print(f"{options.interruptions} interruptions in {end - middle:.0f} s")
    sys.exit(any(counts.problems for counts in endurance.counts.values()))


if __name__ == "__main__":
    main()
