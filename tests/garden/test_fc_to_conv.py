"""The experiment with averages of more or fewer cells."""

from typing import Any

import pytest
import torch

from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import read_measurement
from garden.experiments import fc_to_conv, rendered
from garden.scenes.truth import Thing

Composed = tuple[bytes, list[Thing]]


def chosen() -> list[fc_to_conv.Setting]:
    """The settings of the record."""
    record = read_measurement(fc_to_conv.CHAPTER, fc_to_conv.NAME)
    return [(one["window"], one["scale"], one["threshold"]) for one in record.settings["chosen"]]


def test_the_experiment_gives_the_recorded_rows(
    composed: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = read_measurement(fc_to_conv.CHAPTER, fc_to_conv.NAME)
    monkeypatch.setattr(rendered, "composed_panorama", {26: composed}.__getitem__)
    localizer = Localizer.from_checkpoint(record.weights)
    rows = fc_to_conv.look(localizer, 26, chosen())
    assert rows == [row for row in record.rows if row["seed"] == 26]
    assert [row["window"] for row in rows] == list(fc_to_conv.WINDOWS)


def test_averages_of_the_native_number_are_the_localizers_own(composed: Composed) -> None:
    """With 3×3 cells the response is that of the chapter on localization, to the place."""
    localizer = Localizer.from_checkpoint(fc_to_conv.WEIGHTS)
    image = rendered.opened(composed[0])
    expected = localizer.respond(image, 0.707)
    small = fc_to_conv.resized(image, 0.707)
    network = fc_to_conv.to_fully_convolutional(localizer.model, native_size=96)
    logits = fc_to_conv.cell_by_cell(localizer, network, small)
    found = fc_to_conv.averaged(logits, 3, small.size)
    assert (found.window, found.height, found.width) == (
        expected.window,
        expected.height,
        expected.width,
    )
    assert torch.allclose(found.probabilities, expected.probabilities, atol=1e-4)


def test_it_runs_over_all_its_seeds_with_the_best_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(localizer: object, seed: int, settings: list[Any]) -> list[dict[str, float]]:
        """The record's settings are the best, and find all; others find nothing."""
        return [
            {
                "seed": seed,
                **dict(zip(("window", "scale", "threshold"), one, strict=True)),
                "true": 3,
                "found": 3,
                "right": 3 * (one in best),
            }
            for one in settings
        ]

    best = chosen()
    monkeypatch.setattr(fc_to_conv, "look", look)
    (found,) = fc_to_conv.fc_to_conv()
    before = read_measurement(fc_to_conv.CHAPTER, fc_to_conv.NAME)
    assert (found.settings, found.command) == (before.settings, before.command)
    assert [(row["seed"], row["window"]) for row in found.rows] == [
        (row["seed"], row["window"]) for row in before.rows
    ]
