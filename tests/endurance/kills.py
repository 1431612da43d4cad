"""Kill and interrupt every command that writes, at random moments, and look at what is left.

``make test-kills``. Nothing half may stand under a final name, and the same command, given again,
must lead to the very files of a run that was never disturbed, weights included. Every second run
begins where a former one, of other pictures, has left its files: they are there, or those of the
run, and what says that nothing is missing (areas.json) never lies beside a mixture.
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
from dataclasses import dataclass, field, replace
from pathlib import Path

from archive_files import FLOWERS, tarred
from commands import Outcome, fork_command, start_process
from course_utils.data.sources import SOURCES, Archive
from every_command import WRITING, small_world
from picture_files import noise, save
from web_server import Server, serve

MORE = {"train-classifier": "--epochs 4", "train-segmenter": "--epochs 3"}
"""So that some moments lie between two checkpoints."""

FETCH = {"fetch": "data fetch flowers"}
"""Killed only: a process of its own would not know the server."""

REPLACING = ("predict", "locate", "locate-folder", "segment", "evaluate", "evaluate-pixels")
"""Commands whose files take the places of former ones."""

LIST = "out/areas.json"
"""Where it lies, nothing is missing."""

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


def state_of(
    found: dict[str, str], whole: dict[str, str], former: dict[str, str], checkpoint: bool
) -> str:
    """What is left, in words; what is half under a final name begins with ``HALF``."""
    final = {name: digest for name, digest in found.items() if not is_hidden(name)}
    hidden = " and hidden files" if len(final) < len(found) else ""
    kept = {name for name in final if checkpoint and name.endswith("/checkpoint.pt")}
    others = {name: digest for name, digest in final.items() if name not in kept}
    archives = {name for name in final if "/archives/" in name}
    if final and archives == set(final):
        return f"an archive{hidden}"
    if former and final == former:
        return f"the former files{hidden}"
    if former and hidden and LIST in former and LIST not in final:
        mixed = all(final[name] in (whole.get(name), former.get(name)) for name in final)
        return f"a mixture without {LIST}{hidden}" if mixed else f"HALF: {sorted(final)}"
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

    def __init__(self, folder: Path, seed: int, server: Server) -> None:
        self.folder, self.random = folder, random.Random(seed)
        self.world = small_world(folder)
        self.commands = WRITING | FETCH
        self.offer(server)
        self.counts = {name: Counts() for name in self.commands}
        self.whole: dict[str, dict[str, str]] = {}
        self.former: dict[str, dict[str, str]] = {}
        self.seconds: dict[str, float] = {}
        for name in self.commands:
            if name in REPLACING:
                self.former[name] = self.first_run(
                    name, {"picture": save(folder / "former" / "bee.png", noise(1, (50, 50)))}
                )
                shutil.copytree(folder / "home", folder / "before" / name)
            self.whole[name] = self.first_run(name, {})

    def offer(self, server: Server) -> None:
        """An archive for this process, and for those that are forked from it."""
        content = tarred(FLOWERS)
        server.files["a.tgz"] = content
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        real = Archive(server.url + "a.tgz", digest, "bugs", "free", has_split=False)
        SOURCES["flowers"] = replace(SOURCES["flowers"], real=real)
        os.environ["XDG_CACHE_HOME"] = str(self.folder / "home")

    def first_run(self, name: str, others: dict[str, Path]) -> dict[str, str]:
        """What a run leaves in an empty folder."""
        home, world, start = self.home(), self.world, time.monotonic()
        self.world = world | others
        outcome = self.run(name, home)
        self.world = world
        self.seconds[name] = time.monotonic() - start
        assert outcome.status == 0, outcome
        return tree(home)

    def home(self, before: str = "") -> Path:
        """A folder to write into: empty, or with what a former run of this command has left."""
        home = self.folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        if before:
            shutil.copytree(self.folder / "before" / before, home)
        home.mkdir(exist_ok=True)
        return home

    def chosen(self, name: str) -> tuple[Path, dict[str, str]]:
        """A folder to write into, and former files in it: every second time, if there can be."""
        former = name in self.former and self.random.random() < 0.5
        return self.home(name if former else ""), self.former[name] if former else {}

    def words(self, name: str, home: Path) -> list[str]:
        text = f"{self.commands[name]} {MORE.get(name, '')}"
        return [word.format(**self.world, out=home / "out") for word in text.split()]

    def run(self, name: str, home: Path, *more: str) -> Outcome:
        return fork_command(*self.words(name, home), *more).outcome()

    def kill(self, name: str) -> None:
        """Kill a run; it has loaded PyTorch already, so that most moments lie in its work."""
        home, former = self.chosen(name)
        command = fork_command(*self.words(name, home))
        time.sleep(self.random.uniform(0, 1.1 * self.seconds[name]))
        os.kill(command.process.pid or 0, signal.SIGKILL)
        command.outcome()
        self.look(name, home, former, f"kill {name}")

    def interrupt(self, name: str, longest: float) -> None:
        """Interrupt a run in a process of its own."""
        (home, former), moment = self.chosen(name), self.random.uniform(0, longest)
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
        self.look(name, home, former, where)

    def look(self, name: str, home: Path, former: dict[str, str], where: str) -> None:
        """Look at what is left, run the command again, and compare."""
        counts, whole = self.counts[name], self.whole[name]
        left = state_of(tree(home), whole, former, name.startswith("train"))
        counts.left[left.partition(":")[0]] += 1
        resume = ("--resume",) if "checkpoint" in left else ()
        again = self.run(name, home, *resume)
        found = tree(home)
        if name in FETCH:  # what is there is not locked again
            found = {n: digest for n, digest in found.items() if not n.endswith(".lock")}
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
    with tempfile.TemporaryDirectory() as name, serve() as server:
        endurance = Endurance(Path(name), options.seed, server)
        names, forked = list(WRITING), list(endurance.commands)
        start = time.monotonic()
        for number in range(options.kills):
            endurance.kill(forked[number % len(forked)])
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
