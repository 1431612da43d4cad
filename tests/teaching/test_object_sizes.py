"""How large a thing must be to be named: the recorded answers come out again."""

import pytest

from course_utils.errors import DataError
from course_utils.inference.localization import Localizer
from course_utils.teaching import object_sizes
from course_utils.teaching.measurements import Measurement, read_measurement


@pytest.fixture(scope="module")
def recorded() -> Measurement:
    return read_measurement("localization", "object size")


def test_recorded_sizes_come_out_again(recorded: Measurement) -> None:
    localizer = Localizer.from_checkpoint(recorded.weights)
    roses = [row for row in recorded.rows if (row["seed"], row["label"]) == (1, "rose")]
    for row in roses[::2]:
        image = object_sizes.picture_with("rose", row["size"], seed=1)
        answers = object_sizes.answers_for(localizer, image, recorded.settings)
        assert answers == {way: row[way] for way in answers}


@pytest.mark.parametrize("size", object_sizes.SIZES)
def test_the_rose_is_embedded_in_every_size(size: int) -> None:
    assert object_sizes.picture_with("rose", size, seed=1).size == (1024, 387)


def test_what_is_not_embedded_is_refused_with_what_is() -> None:
    with pytest.raises(DataError, match=r"choose one of .*empty_001_rose_048"):
        object_sizes.picture_with("tulip", 48, seed=1)
    with pytest.raises(DataError, match=r"empty_005\.jpg: .* choose one of .*empty_000, "):
        object_sizes.empty_picture(5)


def test_a_dense_map_finds_what_resizing_loses(recorded: Measurement) -> None:
    assert len(recorded.rows) == 6 * len(object_sizes.SIZES) * 7
    assert object_sizes.share_right(recorded.rows, "pyramid", 96) > 0.85
    assert object_sizes.share_right(recorded.rows, "resized", 96) < 0.35
