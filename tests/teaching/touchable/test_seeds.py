"""Seeds to touch, as Python sees them."""

from typing import Any

import pytest
from scipy import stats

from course_utils.teaching.touchable import seeds
from seeds_pages import PICTURES, RESNET, RESNEXT, seeds_data, seeds_html

DATA = seeds_data()


def test_the_words_give_the_interval_of_few_seeds_and_of_all() -> None:
    assert seeds.words(DATA) == (
        "ResNeXt less ResNet, 95 % interval: with 3 seeds of each −0.005 to +0.028, "
        "with 10 +0.004 to +0.020."
    )
    test = stats.ttest_ind(RESNEXT, RESNET, equal_var=False).confidence_interval()
    assert f"+{test.low / PICTURES:.3f} to +{test.high / PICTURES:.3f}." in seeds.words(DATA)


def test_the_picture_has_a_dot_for_each_seed_and_two_intervals() -> None:
    drawn = seeds.still(DATA)
    assert drawn.count('r="4"') == 20
    assert drawn.count('r="5"') == 2
    assert "10 seeds" in drawn and "+0.004 to +0.020" in drawn


def test_the_script_gets_the_verdict_of_every_draw() -> None:
    stored = seeds.stored(DATA)
    counts, *_ = zip(*stored["verdicts"], strict=True)
    assert counts == tuple(range(3, 11))
    assert [sum(found) for _, *found in stored["verdicts"]][:2] == [120**2, 210**2]
    assert stored["verdicts"][-1] == [10, 0, 0, 1]


def test_the_table_gives_students_t() -> None:
    table = seeds.stored(DATA)["quantiles"]
    for freedom in (2.0, 2.7, 4.0, 17.3):
        at = 2 * (len(table) - 1) / freedom
        low = min(int(at), len(table) - 2)
        found = table[low] + (at - low) * (table[low + 1] - table[low])
        assert found == pytest.approx(stats.t.ppf(0.975, freedom), rel=3e-4)


def test_it_is_small() -> None:
    assert len(seeds_html().encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"names": ["one"]}, "two names"),
        ({"right": [RESNET, RESNEXT[:9]]}, "as many seeds of both"),
        ({"right": [RESNET[:3], RESNEXT[:3]]}, "more than 3"),
        ({"right": [RESNET, [0.9, *RESNEXT[1:]]]}, "whole numbers"),
        ({"right": [RESNET, [201, *RESNEXT[1:]]]}, "up to all"),
        ({"right": [RESNET, [184] * 10]}, "all end alike"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (seeds.still, seeds.words, seeds.stored):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
