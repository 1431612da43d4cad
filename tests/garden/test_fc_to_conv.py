"""The experiments with averages of more or fewer cells."""

from typing import Any

import pytest
import torch

from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import Measurement, read_measurement
from garden.experiments import fc_to_conv, rendered
from garden.scenes.truth import Thing

Composed = tuple[bytes, list[Thing]]


def chosen() -> list[fc_to_conv.Setting]:
    """The settings of the record."""
    return chosen_in(read_measurement(fc_to_conv.CHAPTER, fc_to_conv.NAME))


def chosen_in(record: Measurement) -> list[fc_to_conv.Setting]:
    """The settings of a record."""
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


def test_the_control_gives_the_recorded_rows_and_those_of_the_experiment(
    composed: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = read_measurement(fc_to_conv.CONTROL, fc_to_conv.CONTROL_NAME)
    monkeypatch.setattr(rendered, "composed_panorama", {26: composed}.__getitem__)
    localizer = Localizer.from_checkpoint(control.weights)
    rows = fc_to_conv.look_closer(localizer, 26, chosen_in(control))
    assert rows == [row for row in control.rows if row["seed"] == 26]
    before = read_measurement(fc_to_conv.CHAPTER, fc_to_conv.NAME).rows
    shared = [row for row in control.rows if row["window"] != fc_to_conv.SMOOTHED]
    assert [{key: row[key] for key in before[0]} for row in shared] == before


def test_smoothed_are_the_probabilities_of_single_cells() -> None:
    logits = torch.randn(1, 4, 5, 6, generator=torch.Generator().manual_seed(0))
    found = fc_to_conv.averaged(logits, fc_to_conv.SMOOTHED, (192, 160))
    single = logits[0].softmax(dim=0)
    assert torch.allclose(found.probabilities[:, 1, 2], single[:, 1:4, 2:5].mean(dim=(1, 2)))
    assert found.window == fc_to_conv.averaged(logits, 3, (192, 160)).window


def test_a_box_is_beside_a_thing_of_its_class_if_its_middle_is() -> None:
    row = {"labels": ["bee", "ant"], "boxes": [[0, 0, 10, 10], [20, 0, 30, 10]]}
    inside = ["bee", 0.9, [0, 0, 12, 19]]
    outside = ["bee", 0.9, [0, 0, 12, 21]]
    another = ["ant", 0.9, [0, 0, 10, 10]]
    assert fc_to_conv.beside({**row, "found": [inside]}) == 0
    assert fc_to_conv.beside({**row, "found": [inside, outside, another]}) == 2


def test_the_control_chooses_on_the_other_panoramas(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(localizer: object, seed: int, settings: list[Any]) -> list[dict[str, Any]]:
        """The record's last setting is the best."""
        assert seed in fc_to_conv.OTHER_SEEDS and len(settings) == 48
        return [
            {
                **dict(zip(fc_to_conv.KEYS, one, strict=True)),
                "true": 3,
                "found": 3,
                "right": 3 * (one == best),
            }
            for one in settings
        ]

    def look_closer(localizer: object, seed: int, settings: list[Any]) -> list[dict[str, Any]]:
        return [{"seed": seed, "window": window} for window, _, _ in settings]

    before = read_measurement(fc_to_conv.CONTROL, fc_to_conv.CONTROL_NAME)
    best = chosen_in(before)[-1]
    monkeypatch.setattr(fc_to_conv, "look", look)
    monkeypatch.setattr(fc_to_conv, "look_closer", look_closer)
    (found,) = fc_to_conv.fc_to_conv_smoothed()
    assert (found.settings, found.command) == (before.settings, before.command)
    assert [(row["seed"], row["window"]) for row in found.rows] == [
        (row["seed"], row["window"]) for row in before.rows
    ]


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
