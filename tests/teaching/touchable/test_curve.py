"""What figures of measured accuracies share, as Python sees it."""

import pytest

from course_utils.teaching.touchable.curve import check_shares, meters, points, with_curve


def test_a_design_has_the_shared_script_before_its_own() -> None:
    design = with_curve("train_mode", still=str, words=str)
    assert design.script.index("const curve") < design.script.index('start("train_mode"')
    assert ".cv-ring" in design.style and ".tm-batch" in design.style


def test_bars_are_as_long_as_their_shares() -> None:
    drawn = meters(30, {"right": 1.0, "half": 0.5}, chance=0.25)
    assert 'width="324.0" height="16" rx="3" class="c4"' in drawn
    assert 'width="162.0" height="16" rx="3" class="c0"' in drawn
    assert "half  0.50" in drawn
    assert "M99 52v24M99 100v24" in drawn


def test_a_curve_reaches_from_top_to_bottom() -> None:
    drawn = points(100, (1, 2, 4), (0.0, 0.5, 1.0), "pictures", chance=0.5)
    assert "M40 214.0L184 159.0L328 104.0M40 159h8" in drawn
    assert drawn.count("<text") == 6


def test_shares_are_checked() -> None:
    check_shares({"low": [0.0, 1.0]}, 2)
    with pytest.raises(ValueError, match="low needs 2 numbers, one for each size, between 0 and 1"):
        check_shares({"high": [0.5, 0.5], "low": [0.5]}, 2)
    with pytest.raises(ValueError, match="chance needs a number between 0 and 1"):
        check_shares({"chance": [-0.1]}, 1)
