"""A measurement is written down whole."""

from pathlib import Path

from course_utils.teaching.measurements import read_measurement
from garden.experiments.recording import measure, write_measurements


def test_a_measurement_survives_its_file(embedded: Path) -> None:
    measurements = [
        measure("chapter", name, "insects-resnet18", {"a": 1}, [{"seed": 0}]) for name in ("x", "y")
    ]
    (embedded / "records").mkdir()
    write_measurements(embedded / "records" / "chapter.jsonl", measurements)
    assert read_measurement("chapter", "y") == measurements[1]
    assert measurements[0].command == "make experiments NAMES=chapter"
    assert set(measurements[0].versions) == {"python", "torch", "torchvision", "course-utils"}
