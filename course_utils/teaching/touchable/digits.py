"""Numbers as the figures to touch write them; ``base.js`` has the same functions."""

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def fixed(x: float, digits: int) -> str:
    """Write a number with so many decimals, a real minus sign, and no minus before zero.

    >>> fixed(-1.25, 1), fixed(-0.01, 1)
    ('−1.2', '0.0')
    """
    text = f"{abs(x):.{digits}f}"
    return f"−{text}" if x < 0 and float(text) else text


def short(x: float, digits: int) -> str:
    """Write a positive number of any size.

    >>> short(7.389, 1), short(2980.96, 1), short(65659969.1, 1)
    ('7.4', '2,981', '6.6·10⁷')
    """
    if 100 <= x < 1e6:
        return f"{x:,.0f}"
    if 0.01 <= x < 100:
        return fixed(x, digits)
    factor, power = f"{x:.1e}".split("e")
    return f"{factor}·10{str(int(power)).translate(SUPERSCRIPTS)}"


def share(p: float) -> str:
    """Write a share of 1; what is nearly all or nothing is not called so.

    >>> share(0.8808), share(0.001), share(0.999)
    ('0.88', '<0.01', '>0.99')
    """
    if p < 0.005:
        return "<0.01"
    return ">0.99" if p > 0.995 else fixed(p, 2)
