"""Numbers as the figures to touch write them."""

import pytest

from course_utils.teaching.touchable.digits import fixed, share, short


@pytest.mark.parametrize(
    ("x", "digits", "text"),
    [(2.5, 0, "2"), (0.125, 2, "0.12"), (-3.0, 1, "−3.0"), (-0.04, 1, "0.0"), (1e-9, 2, "0.00")],
)
def test_fixed_writes_as_python_does(x: float, digits: int, text: str) -> None:
    assert fixed(x, digits) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (7.389, "7.4"),
        (99.9, "99.9"),
        (403.4, "403"),
        (2981.0, "2,981"),
        (65659969.0, "6.6·10⁷"),
        (0.00012, "1.2·10⁻⁴"),
        (9.96e12, "1.0·10¹³"),
    ],
)
def test_short_has_room_for_any_size(x: float, text: str) -> None:
    assert short(x, 1) == text


def test_no_share_is_said_to_be_all_or_nothing() -> None:
    assert [share(p) for p in (0.001, 0.005, 0.5, 0.995, 0.999)] == [
        "<0.01",
        "0.01",
        "0.50",
        "0.99",
        ">0.99",
    ]
