"""``report.html``: what a measurement says, as a page in one file."""

from collections.abc import Sequence
from typing import Any

from course_utils.errors import ImageError
from course_utils.models.weights import WeightsInfo
from course_utils.pages.sheet import page
from course_utils.training.classifier_page import classifier_sections
from course_utils.training.config import TrainingConfig
from course_utils.training.history import Epoch
from course_utils.training.metrics import Evaluation
from course_utils.training.page_parts import Measured, how_made, left_out
from course_utils.training.pixel_page import pixel_sections
from course_utils.training.seen import Seen, SeenPixels
from course_utils.training.state import LabeledSet


def report_page(measured: Measured) -> bytes:
    """The page, as the bytes of its file. The pictures that it shows are read again."""
    seen = measured.seen
    if isinstance(seen, SeenPixels):
        sections = pixel_sections(measured, seen)
    else:
        sections = classifier_sections(measured, seen)
    return page(measured.title, *sections, left_out(measured), how_made(measured))


def training_page(
    info: WeightsInfo,
    config: TrainingConfig,
    sets: tuple[LabeledSet, LabeledSet],
    history: Sequence[Epoch],
    evaluation: Evaluation,
    seen: Seen,
    bad: Sequence[ImageError],
    notes: Sequence[str],
) -> bytes:
    """The page of a training.

    Args:
        info: Of the weights.
        config: How they were trained.
        sets: The one to learn from, and the one to measure on.
        history: Epoch by epoch.
        evaluation: What was counted.
        seen: What was seen of single pictures.
        bad: Files that are in neither set.
        notes: Sentences that somebody should read.
    """
    learning, measuring = map(_usable, sets)
    counts = f"{learning:,} to learn from, {measuring:,} to measure on"
    made = {"Command": info.command, "Seed": str(info.seed), "Pictures": counts, **info.versions}
    return report_page(
        Measured(
            f"{info.architecture}, trained on {info.data}",
            info.class_names,
            evaluation,
            seen,
            getattr(sets[1], "pictures", sets[1]),
            history,
            chosen=config.patience is not None,
            left_out=bad,
            notes=notes,
            made=made,
        )
    )


def _usable(pictures: Any) -> int:
    """How many pictures of a set are good, as far as it is known."""
    return len(pictures) - len(getattr(pictures, "bad", ()))
