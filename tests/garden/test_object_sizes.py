"""One thing of a size on an empty ground, and the experiment with it."""

import io

import numpy as np
import pytest
from PIL import Image

from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import read_measurement
from course_utils.teaching.object_sizes import empty_picture
from garden.experiments import object_sizes as experiment
from garden.scenes.object_sizes import picture_with
from garden.scenes.scene import Scene


def test_a_thing_lies_wholly_in_the_picture_and_the_ground_stays_empty(view: Scene) -> None:
    before = view.linear.copy()
    content, ((label, (left, top, right, bottom)),) = picture_with(view, 1, "tulip", 96)
    assert label == "tulip"
    assert 0 <= left < right <= 1024
    assert 0 <= top < bottom <= 387
    assert 0.5 * 96 < max(right - left, bottom - top) <= 96
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (1024, 387)
    assert view.labels == [""]
    assert (view.linear == before).all()
    assert not np.any(view.instances)


def test_the_experiment_gives_the_recorded_rows(
    view: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = read_measurement("localization", "object size")
    monkeypatch.setattr(experiment, "THINGS", ["rose", "bee"])
    monkeypatch.setattr(experiment, "SIZES", [48])
    monkeypatch.setattr(experiment, "empty_scene", {1: view}.__getitem__)
    localizer = Localizer.from_checkpoint(recorded.weights)
    rows = list(experiment.try_sizes(localizer, 1, recorded.settings))
    assert [row["label"] for row in rows] == ["rose", "bee"]
    assert all(row in recorded.rows for row in rows)


def test_an_empty_ground_gives_its_recorded_shares(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorded = read_measurement("localization", "empty grounds")
    content = io.BytesIO()
    empty_picture(0).save(content, "PNG")
    monkeypatch.setattr(experiment, "empty_picture", {0: content.getvalue()}.__getitem__)
    networks = (recorded.weights, recorded.settings["other network"])
    row = experiment.try_empty(*map(Localizer.from_checkpoint, networks), 0)
    assert row == pytest.approx(recorded.rows[0], abs=0.01)
    assert row["with"] <= row["without"]
