"""The experiments of the chapter on group convolution: times, and what two groups learn."""

import torch

from course_utils.data.locations import embedded_folder
from course_utils.data.manifest import digest_of
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments import filter_groups, group_times
from garden.experiments.recording import measure

CHAPTER = "group_convolution"


def group_convolution(processor: str) -> list[Measurement]:
    """Measure how long groups take on this processor, and train networks with them."""
    torch.set_num_threads(1)
    return [times(processor), what_groups_learn()]


def times(processor: str) -> Measurement:
    """How long group convolutions take; the record names the processor."""
    settings: Row = {
        "processor": processor,
        "runs": group_times.RUNS,
        "rounds": group_times.ROUNDS,
    }
    return measure(CHAPTER, "times", "", settings, group_times.rows())


def what_groups_learn() -> Measurement:
    """What two groups that never meet have learned of the flowers."""
    settings: Row = {
        "epochs": filter_groups.EPOCHS,
        "flowers": digest_of(embedded_folder(), ["flowers"]),
    }
    return measure(CHAPTER, "what groups learn", "", settings, filter_groups.rows())
