"""The experiments of the chapter on group convolution: times, and what two groups learn."""

from pathlib import Path

import torch

from course_utils.data.locations import embedded_folder
from course_utils.data.manifest import digest_of
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments import filter_groups, group_times
from garden.experiments.recording import measure

CHAPTER = "group_convolution"
KEYS = {"family": "cpu family", "model": "model"}


def group_convolution(processor: str) -> list[Measurement]:
    """Measure how long groups take on this processor, and train networks with them."""
    torch.set_num_threads(1)
    timed = [times(processor), parts(processor), registers(processor), scripts(processor)]
    return [*timed, what_groups_learn(), separate_halves()]


def times(processor: str) -> Measurement:
    """How long group convolutions take; the record names the processor."""
    return measure(CHAPTER, "times", "", _timed_on(processor), group_times.rows())


def parts(processor: str) -> Measurement:
    """How long the convolution alone takes in such a layer, and the sorting around it."""
    return measure(CHAPTER, "parts", "", _timed_on(processor), group_times.part_rows())


def registers(processor: str) -> Measurement:
    """How long the convolution takes where the outputs of a group fill registers of 16, or not."""
    return measure(CHAPTER, "registers", "", _timed_on(processor), group_times.split_rows())


def scripts(processor: str) -> Measurement:
    """What a short script reads that has freed nothing large before, or has."""
    return measure(CHAPTER, "scripts", "", _timed_on(processor), group_times.script_rows())


def _timed_on(processor: str) -> Row:
    return {
        "processor": processor,
        "generation": generation(),
        "runs": group_times.RUNS,
        "rounds": group_times.ROUNDS,
    }


def generation(table: Path = Path("/proc/cpuinfo")) -> str:
    """The family and the model of the CPU, where Linux lists them: names say less."""
    lines = table.read_text(encoding="utf-8").splitlines() if table.exists() else []
    found = {name.strip(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    return ", ".join(f"{n} {found[f]}" for n, f in KEYS.items() if f in found)


def what_groups_learn() -> Measurement:
    """What two groups that never meet have learned of the flowers."""
    return measure(CHAPTER, "what groups learn", "", _trained_on(), filter_groups.rows())


def separate_halves() -> Measurement:
    """What such halves learn that share no classifier and no loss."""
    return measure(CHAPTER, "separate halves", "", _trained_on(), filter_groups.separate_rows())


def _trained_on() -> Row:
    flowers = digest_of(embedded_folder(), ["flowers"])
    return {"epochs": filter_groups.EPOCHS, "flowers": flowers}
