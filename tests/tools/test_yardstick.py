"""The yardstick says how fast a core is at the moment."""

import pytest

import yardstick


def test_the_yardstick_is_read_in_cpu_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    work = "import time\ntime.sleep(0.6)\nwhile time.process_time() < 0.2: pass"
    monkeypatch.setattr(yardstick, "WORK", work)
    assert 0.2 < yardstick.seconds_now() < 0.6
    monkeypatch.setattr(yardstick, "WORK", "raise SystemExit(3)")
    with pytest.raises(RuntimeError, match="could not be run"):
        yardstick.seconds_now()


def test_the_work_of_the_yardstick_can_be_done() -> None:
    assert "range(20)" in yardstick.WORK
    exec(yardstick.WORK.replace("range(20)", "range(1)"), {})
