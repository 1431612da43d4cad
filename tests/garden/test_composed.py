"""A composed panorama, and the experiment with it."""

import io

import pytest
from PIL import Image

from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import read_measurement
from garden.experiments import localization, panoramas
from garden.scenes.truth import Thing

Composed = tuple[bytes, list[Thing]]


def test_a_composed_panorama_is_a_jpeg_with_its_things(composed: Composed) -> None:
    content, things = composed
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size) == ("JPEG", (1024, 387))
    assert [label for label, _ in things] == ["bee", "daisy"]


def test_the_experiment_gives_the_recorded_row(
    composed: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = read_measurement("localization", "composed panoramas")
    monkeypatch.setattr(panoramas, "composed_panorama", {26: composed}.__getitem__)
    localizer = Localizer.from_checkpoint(recorded.weights)
    row, before = panoramas.try_panorama(localizer, 26), recorded.rows[26]
    assert {**row, "boxes": None} == {**before, "boxes": None}


def test_every_experiment_runs_over_all_its_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_seeds(experiment: object, seeds: range) -> list[dict[str, object]]:
        return [{"experiment": experiment, "seed": seed} for seed in seeds]

    monkeypatch.setattr(localization, "_for_all", all_seeds)
    monkeypatch.setattr(panoramas, "compared", list)
    measurements = localization.localization()
    assert [one.name for one in measurements] == [
        "composed panoramas",
        "three scales",
        "shift of the boxes",
        "settings tried",
        "object size",
    ]
    assert [len(one.rows) for one in measurements] == [50, 50, 50, 100, 6]
    assert len({row["experiment"] for one in measurements for row in one.rows}) == 5
    for one in measurements:
        before = read_measurement("localization", one.name)
        assert (one.settings, one.command) == (before.settings, before.command)
