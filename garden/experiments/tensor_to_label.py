"""The experiment of the chapter on what a classifier computes."""

from concurrent.futures import ProcessPoolExecutor

import torch

from course_utils.inference.classification import Classifier
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments import fresh_insects
from garden.experiments.recording import measure

CHAPTER = "tensor_to_label"
WEIGHTS = "insects-resnet18"
AT_ONCE = 50


def tensor_to_label() -> list[Measurement]:
    """Ask about all fresh pictures; a process for each core, one thread in each."""
    indices = fresh_insects.INDICES
    parts = [indices[start : start + AT_ONCE] for start in range(0, len(indices), AT_ONCE)]
    with ProcessPoolExecutor() as pool:
        rows = [row for part in pool.map(_answers, parts) for row in part]
    settings: Row = {"pictures": len(rows)}
    return [measure(CHAPTER, "fresh pictures", WEIGHTS, settings, rows)]


def _answers(indices: range) -> list[Row]:
    torch.set_num_threads(1)
    return fresh_insects.answers(Classifier.from_checkpoint(WEIGHTS, device="cpu"), indices)
