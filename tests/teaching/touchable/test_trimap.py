"""A trimap to touch, as Python sees it."""

from typing import Any

import pytest

from course_utils.teaching.touchable import trimap
from skips_pages import in_band_by_pytorch, masks_of_a_body, skips_html, trimap_data

DATA = trimap_data()
TRUTH = masks_of_a_body()[0]


def test_what_is_scored_in_the_band_is_what_pytorch_counts() -> None:
    for width in range(1, 25):
        assert trimap.scored(DATA, width) == in_band_by_pytorch(width)


def test_the_words_say_both_shares() -> None:
    scored, (coarse, fine) = in_band_by_pytorch(3)
    assert trimap.words(DATA) == (
        f"At the start the band is 3 pixels wide and holds {scored} pixels that are scored. "
        f"Right of them: FCN-32s {coarse / scored:.2f}, FCN-8s {fine / scored:.2f}."
    )


def test_masks_are_stored_whole() -> None:
    runs = [int(run, 36) for run in trimap.packed(TRUTH.tolist()).split()]
    labels = [run % 3 for run in runs for _ in range(run // 3)]
    assert labels == TRUTH.flatten().tolist()


def test_the_picture_shows_both_answers() -> None:
    drawn = trimap.still(DATA)
    assert drawn.count('class="a"') == drawn.count('class="w"') == 2


def test_it_is_small() -> None:
    assert len(skips_html("trimap").encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"image": "ant.jpg"}, "data: address"),
        ({"start": 0}, "at least 1 pixel"),
        ({"most": 48}, "narrower"),
        ({"answers": {"FCN-8s": DATA["answers"]["FCN-8s"]}}, "two answers"),
        ({"truth": DATA["truth"][1:]}, "squares of one size"),
        ({"answers": {**DATA["answers"], "FCN-8s": DATA["truth"]}}, "in the truth alone"),
        ({"checks": [{"width": 3, "scored": 1, "right": [1, 1]}]}, "the check at width 3"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (trimap.still, trimap.words):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
