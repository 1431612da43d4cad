"""A measurement that was written down with all that is needed to make it again."""

import json
from dataclasses import dataclass
from typing import Any

from course_utils.data.locations import embedded_folder
from course_utils.data.manifest import digest_of
from course_utils.errors import DataError

Row = dict[str, Any]


@dataclass(frozen=True)
class Measurement:
    """What an experiment gave.

    Attributes:
        name: Of the experiment.
        command: The command line that makes it again.
        weights: Name of the network's weights, or of the set of pictures where the networks had
            learned nothing before; empty where neither matters, as for times.
        digest: Of these weights or pictures, if there are any.
        versions: Of Python and of the packages.
        settings: What was chosen, on other pictures than those that were counted; of times, where
            they were measured.
        rows: A row for each picture (``seed`` says which), or for each thing that was timed.
    """

    name: str
    command: str
    weights: str
    digest: str
    versions: dict[str, str]
    settings: Row
    rows: list[Row]


def weights_digest(weights: str) -> str:
    """Of embedded weights, or of a set of pictures, by the manifest; of nothing, nothing."""
    if not weights:
        return ""
    is_set = (embedded_folder() / weights).is_dir()
    return digest_of(embedded_folder(), [weights if is_set else f"weights/{weights}.safetensors"])


def read_measurement(chapter: str, name: str) -> Measurement:
    """A chapter's measurement.

    Args:
        chapter: Such as ``localization``.
        name: Of the experiment.

    Raises:
        DataError: If there is none, the file holds something else, or the weights that are
            embedded are not those that were measured.
    """
    path = embedded_folder() / "records" / f"{chapter}.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        found = {one.name: one for one in (Measurement(**json.loads(line)) for line in lines)}
        measurement = found[name]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(
            f"{path}: holds no measurement {name} ({error}); run make experiments NAMES={chapter}"
        ) from error
    if measurement.digest != weights_digest(measurement.weights):
        raise DataError(
            f"{path}: {name} was measured with other weights than the {measurement.weights} that "
            f"are here; run make experiments NAMES={chapter}"
        )
    return measurement
