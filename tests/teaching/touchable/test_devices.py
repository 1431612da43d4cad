"""What several devices give, to touch, as Python sees it."""

from typing import Any

import pytest

from course_utils.teaching.touchable import devices
from scale_pages import BATCHES, MOST, WIRES, devices_data, parts_by_pytorch, scale_html

DATA = devices_data()


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("bits", [bits for _, bits in WIRES])
def test_every_time_is_that_of_pytorch(batch: int, bits: float) -> None:
    times = []
    for count in range(1, MOST + 1):
        parts = parts_by_pytorch(count, batch, bits)
        assert devices.seconds(DATA, count, batch, bits) == pytest.approx(parts)
        times.append(sum(parts))
    assert devices.best(DATA, batch, bits) == times.index(min(times)) + 1
    assert devices.faster(DATA, 8, batch, bits) == pytest.approx(times[0] / times[7])


def test_on_a_slow_wire_one_device_is_the_fastest() -> None:
    assert devices.best(DATA, 256, 1e9) == 1
    assert 1 < devices.best(DATA, 256, 1e10) < MOST  # messages take their time


def test_the_words_say_each_wire() -> None:
    assert devices.words(DATA) == (
        "8 devices, batch 256, times as fast as one: 1 Gbit/s 0.37, fastest with 1; 10 Gbit/s "
        "2.61, fastest with 43; 100 Gbit/s 6.52, fastest with 50."
    )


def test_the_picture_has_a_line_for_each_wire_and_the_point() -> None:
    drawn = devices.still(DATA)
    assert drawn.count("stroke-width:") == len(WIRES) + 1  # and that of the style
    assert drawn.count('r="7"') == 1
    assert "8 devices, 10 Gbit/s: 2.61 times as fast" in drawn


def test_it_is_small() -> None:
    assert len(scale_html("devices").encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"batches": [256, 128]}, "ascending"),
        ({"batches": []}, "ascending"),
        ({"wires": [["none", 0]]}, "above 0"),
        ({"latency": 0}, "above 0"),
        ({"most": 100}, "a power of 2"),
        ({"batches": [64, 128]}, "each gets a picture"),
        ({"start": [0, 1, 1]}, "the start"),
        ({"start": [129, 1, 1]}, "the start"),
        ({"start": [8, 4, 1]}, "the start"),
        ({"start": [8, 1, 3]}, "the start"),
        ({"checks": []}, "that Python has computed"),
        ({"checks": [[8, 256, 1e10, 0.1]]}, "8 devices, batch 256: a step does not take 0.1 s"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (devices.still, devices.words):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
