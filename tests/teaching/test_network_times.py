"""The times that were measured once, and how they are measured."""

import pytest

from course_utils.teaching import network_times
from course_utils.teaching.network_times import MILLISECONDS, measure
from course_utils.teaching.published_networks import FAMILIES, published_network


def test_every_network_has_its_time() -> None:
    assert list(MILLISECONDS) == list(FAMILIES)
    assert all(1 < milliseconds < 10_000 for milliseconds in MILLISECONDS.values())


def test_one_network_is_measured() -> None:
    assert 0 < measure(published_network("squeezenet1_1"), rounds=1) < 10_000


def test_what_is_printed_is_what_is_written_down(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = published_network("alexnet")
    monkeypatch.setattr(network_times, "published_networks", lambda: [first])
    monkeypatch.setattr(network_times, "measure", lambda network: 21.94)
    monkeypatch.setattr(network_times.torch, "set_num_threads", lambda number: None)
    network_times.main()
    assert capsys.readouterr().out == '    "alexnet": 22,\n'
