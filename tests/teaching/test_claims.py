"""What the prose claims is printed, and holds on the embedded data."""

import pytest

from course_utils.teaching.claims import claim


@pytest.mark.parametrize(("choice", "stops"), [("embedded", True), ("real", False)])
def test_a_claim_that_fails_stops_a_chapter_on_embedded_data(
    choice: str,
    stops: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COURSE_DATA", choice)
    claim("bees fly", True)
    if stops:
        with pytest.raises(AssertionError, match="ants fly"):
            claim("ants fly", False)
    else:
        claim("ants fly", False)
    assert capsys.readouterr().out == "bees fly: True\nants fly: False\n"
