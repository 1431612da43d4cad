"""A composed panorama, and the experiment with it."""

import io

import numpy as np
import pytest
from PIL import Image

from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import read_measurement
from garden.experiments import localization, panoramas, rendered
from garden.scenes.truth import Thing

Composed = tuple[bytes, list[Thing]]

FEW = ("one scale", "several scales", "field", "stretched", "isolated windows", "every 16 pixels")


def test_a_composed_panorama_is_a_jpeg_with_its_things(composed: Composed) -> None:
    content, things = composed
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size) == ("JPEG", (1024, 387))
    assert [label for label, _ in things] == ["bee", "daisy"]


def test_the_experiment_gives_the_recorded_row(
    composed: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = read_measurement("localization", "composed panoramas")
    monkeypatch.setattr(rendered, "composed_panorama", {26: composed}.__getitem__)
    localizer = Localizer.from_checkpoint(recorded.weights)
    row, before = panoramas.try_panorama(localizer, 26), recorded.rows[26]
    assert {**row, "boxes": None} == {**before, "boxes": None}


def test_every_experiment_runs_over_all_its_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_seeds(experiment: object, seeds: range) -> list[dict[str, object]]:
        return [{"experiment": experiment, "seed": seed} for seed in seeds]

    monkeypatch.setattr(localization, "_for_all", all_seeds)
    for name in ("compared", "shifts_together"):
        monkeypatch.setattr(panoramas, name, list)
    monkeypatch.setattr(panoramas, "best_of", lambda rows: {})
    monkeypatch.setattr(panoramas, "curves", lambda rows, best: rows)
    measurements = localization.localization()
    assert [one.name for one in measurements] == [
        "composed panoramas",
        "shift of the boxes",
        "settings tried",
        "ways to look",
        "isolated windows",
        "object size",
        "boxes of finer maps",
        "empty grounds",
    ]
    assert [len(one.rows) for one in measurements] == [50, 50, 100, 50, 50, 6, 50, 12]
    assert len({row["experiment"] for one in measurements for row in one.rows}) == 7
    for one in measurements:
        before = read_measurement("localization", one.name)
        assert one.command == before.command
        assert one.settings == before.settings or one.name == "ways to look"


def test_a_panorama_gives_its_recorded_counts_shifts_and_windows(
    composed: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendered, "composed_panorama", {26: composed}.__getitem__)
    localizer = Localizer.from_checkpoint("garden-resnet18")
    windows = read_measurement("localization", "isolated windows").rows[26]
    found = panoramas.try_windows(localizer, 26)
    assert abs(found.pop("gap") - windows.pop("gap")) < 0.005
    assert found == windows
    recorded_boxes = read_measurement("localization", "boxes of finer maps").rows
    assert all(row in recorded_boxes for row in panoramas.try_boxes(localizer, 26))
    monkeypatch.setattr(panoramas, "SHIFTS", {"scales": [1.0], "threshold": 0.8})
    for row in panoramas.try_shifts(localizer, 26):
        wanted = {name: row[name] for name in ("place", "scale", "turn")}
        recorded = read_measurement("localization", "shift of the boxes").rows
        (whole,) = [r for r in recorded if {name: r[name] for name in wanted} == wanted]
        assert all(
            any(np.abs(np.subtract(shift, one)).max() <= 1 for one in whole["shifts"])
            for shift in row["shifts"]
        )
    ways = read_measurement("localization", "ways to look").rows
    few = {name: scales for name, scales in panoramas.SCALES.items() if name in FEW}
    monkeypatch.setattr(panoramas, "SCALES", few)
    tried = {
        (row["way"], *row["scales"], row["threshold"]): row
        for row in panoramas.try_ways(localizer, 26)
    }
    for row in ways:
        key = row["way"], *row["scales"], row["threshold"]
        if key in tried:
            now = tried[key]
            assert [now[n] for n in ("found", "lenient", "strict")] == [
                row[n][26] for n in ("found", "lenient", "strict")
            ]
