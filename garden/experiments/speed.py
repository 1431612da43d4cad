"""The experiments of the chapter on speed: times, with the processor that they were read on."""

import json
from collections.abc import Mapping

from course_utils.runtime import computes_in_bfloat16
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments import speed_reasons, speed_times
from garden.experiments.own_process import INSTRUCTIONS, run_alone
from garden.experiments.recording import measure, told

CHAPTER = "speed"
MODULE = "garden.experiments.speed_times"
COMPILER = {"TORCHINDUCTOR_COMPILE_THREADS": "1", "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1"}
"""One compiler at a time, whose seconds count, and nothing that was compiled before."""

THREADS: Row = {
    "threads": [1, 2],
    "rounds": 4 * speed_times.ROUNDS,
    "unit": "least ms for a picture",
}
"""What is otherwise where threads are compared."""

SORTING: Row = {"rounds": speed_reasons.CALLS, "unit": "ms for a call, the least of each step"}
"""And where oneDNN tells of its steps."""

VALUES: Row = {"rounds": 2 * speed_times.ROUNDS, "unit": "least ms for a picture"}
"""And where the max-pool is timed."""


def speed(processor: str) -> list[Measurement]:
    """Measure by layer, by remedy and by the number of classes on this processor."""
    found = [measured(name, processor) for name in speed_times.PARTS]
    return [*found, *reasons(processor)]


def reasons(processor: str) -> list[Measurement]:
    """Measure what oneDNN sorts, and the max-pool by what it is given."""
    own = settings(processor)
    sorted_by = map(told, speed_reasons.sorting(COMPILER))
    given = map(told, speed_reasons.values())
    return [
        measure(CHAPTER, "sorting", "", own | SORTING, sorted_by),
        measure(CHAPTER, "values", "", own | VALUES, given),
    ]


def measured(name: str, processor: str, around: Mapping[str, str] = COMPILER) -> Measurement:
    """One of them, in a process of its own."""
    limits = INSTRUCTIONS if name == "layers" else {"all": {}}
    rows = [
        told({"instructions": used, **row})
        for used, limit in limits.items()
        for row in json.loads(run_alone(MODULE, name, around={**around, **limit}))
    ]
    clock = THREADS if name == "threads" else {}
    return measure(CHAPTER, name, "", settings(processor) | clock, rows)


def settings(processor: str) -> Row:
    """What the numbers depend on."""
    return {
        "processor": processor,
        "bfloat16": computes_in_bfloat16("cpu"),
        "threads": 1,
        "rounds": speed_times.ROUNDS,
        "side": speed_times.SIDE,
        "batch": speed_times.BATCH,
        "unit": "CPU ms for a picture: first quartile, median, third quartile",
    }
