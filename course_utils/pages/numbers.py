"""Numbers as the pages write them: ratios as the commands print them, and what was not counted."""

import math

NOTHING = "–"


def ratio(value: float) -> str:
    """Three decimals; only what is 1 is called so.

    >>> ratio(0.9996), ratio(1.0), ratio(float("nan"))
    ('> 0.999', '1.000', '–')
    """
    if not math.isfinite(value):
        return NOTHING
    return "> 0.999" if 0.9995 <= value < 1 else f"{value:.3f}"


def percent(value: float) -> str:
    """Of a share (0 to 1), with one decimal; what is there at all is not 0.

    >>> percent(0.1234), percent(0.0), percent(0.0001)
    ('12.3 %', '0 %', '< 0.1 %')
    """
    if not math.isfinite(value):
        return NOTHING
    if 0 < value < 0.001:
        return "< 0.1 %"
    return f"{100 * value:.1f} %" if value else "0 %"


def interval(limits: tuple[float, float]) -> str:
    """Both ends.

    >>> interval((0.25, 0.5))
    '0.250 to 0.500'
    """
    low, high = limits
    return f"{low:.3f} to {high:.3f}" if math.isfinite(low) else NOTHING


def counted(count: int, thing: str) -> str:
    """So many things.

    >>> counted(1, "picture"), counted(1200, "picture")
    ('1 picture', '1,200 pictures')
    """
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
